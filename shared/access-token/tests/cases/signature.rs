//! The signature is that of the key over exactly this text.

use access_token::Rejection::{InvalidSignature, MalformedCredentials, MalformedToken};
use aws_lc_rs::encoding::AsBigEndian as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::json;

use crate::case::{Case, Rule};
use crate::signer::{Signer, base64url};
use crate::world::{Signing, World, resigned};

const ECDSA_RANGE: Rule = Rule(19, "ecdsa-range-and-form");
const RSA_LENGTH: Rule = Rule(20, "rsa-signature-length");
const ALTERED: Rule = Rule(21, "altered-token");

/// The order of P-256, which `r` and `s` stay below (FIPS 186-5 §6.4.2).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
    0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

type Change = fn(&mut Vec<u8>);

const SIGNERS: [Signing; 4] = [Signer::ed25519, Signer::p256, Signer::ps256, Signer::rs256];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = ecdsa();
    let wrong_length: [(&str, Change); 4] = [
        ("one byte less", |signature| signature.truncate(255)),
        ("one byte more", |signature| signature.push(0)),
        ("a leading zero", |signature| signature.insert(0, 0)),
        ("zeros", |signature| signature.fill(0)),
    ];
    for (what, change) in wrong_length {
        for signer in [Signer::rs256 as Signing, Signer::ps256] {
            let token = move |world: &World| resigned(&world.good(), change);
            cases.push(RSA_LENGTH.case(what).signed_by(signer).token(token).refused(InvalidSignature, 2));
        }
    }
    for signer in SIGNERS {
        cases.push(ALTERED.case("nothing of it").signed_by(signer));
        cases.extend(
            altered()
                .map(|(what, alter)| ALTERED.case(what).signed_by(signer).token(alter).refused(InvalidSignature, 2)),
        );
    }
    cases.extend(misspelled());
    cases
}

fn ecdsa() -> Vec<Case> {
    let one = [&[0; 31][..], &[1]].concat();
    let forms = [
        ("`r` = `s` = 0 (CVE-2022-21449)", vec![0; 64]),
        ("`r` = 1, `s` = 0", [&one[..], &[0; 32]].concat()),
        ("`r` = `n`", [&ORDER[..], &one].concat()),
        ("`s` = `n`", [&one[..], &ORDER].concat()),
        ("all ones", vec![0xff; 64]),
    ];
    let case = |what| ECDSA_RANGE.case(what).signed_by(Signer::p256);
    let out_of_range = forms.map(|(what, signature)| {
        let token = move |world: &World| resigned(&world.good(), |replaced| replaced.clone_from(&signature));
        case(what).token(token).refused(InvalidSignature, 2)
    });
    let in_asn1 = |world: &World| {
        let token = world.good();
        let (message, _) = token.rsplit_once('.').unwrap();
        format!("{message}.{}", base64url(asn1_signature(&world.signer, message.as_bytes())))
    };
    out_of_range.into_iter().chain([case("a good one in ASN.1").token(in_asn1).refused(InvalidSignature, 2)]).collect()
}

/// JWS does not use this form (RFC 7518 §3.4).
fn asn1_signature(signer: &Signer, message: &[u8]) -> Vec<u8> {
    let Signer::P256(pair) = signer else { panic!("P-256 only") };
    let private = pair.private_key().as_be_bytes().unwrap();
    let pair = EcdsaKeyPair::from_private_key_and_public_key(
        &ECDSA_P256_SHA256_ASN1_SIGNING,
        private.as_ref(),
        pair.public_key().as_ref(),
    );
    pair.unwrap().sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
}

type Alter = fn(&World) -> String;

/// Well-formed all the same.
fn altered() -> [(&'static str, Alter); 9] {
    [
        ("header", |world| replaced(&world.good(), 0, &base64url(world.header(json!({"typ": "at+jwt"})).to_string()))),
        ("claims", |world| replaced(&world.good(), 1, &base64url(world.claims(json!({"sub": "admin"})).to_string()))),
        ("another token's signature", |world| {
            let other = world.token(json!({}), json!({"sub": "somebody"}));
            replaced(&world.good(), 2, other.rsplit('.').next().unwrap())
        }),
        ("another key of the same name", |world| {
            let forger = match world.signer {
                Signer::P256(_) => Signer::p256(),
                _ => Signer::ed25519(),
            };
            forger.sign(world.header(json!({})).to_string(), world.claims(json!({})).to_string())
        }),
        ("first bit of the signature", |world| resigned(&world.good(), |signature| signature[0] ^= 0x80)),
        ("last bit of the signature", |world| resigned(&world.good(), |signature| *signature.last_mut().unwrap() ^= 1)),
        ("signature cut off", |world| resigned(&world.good(), |signature| signature.truncate(32))),
        ("signature made longer", |world| resigned(&world.good(), |signature| signature.extend([0; 3]))),
        ("no signature", |world| replaced(&world.good(), 2, "")),
    ]
}

/// One spelling of base64url counts, or two texts would be one token.
fn misspelled() -> Vec<Case> {
    let token = |what: &str, form: fn(&str) -> String| {
        ALTERED.case(what).token(move |world| form(&world.good())).refused(MalformedToken, 0)
    };
    let credentials = |what: &str, form: fn(&str) -> String| {
        ALTERED.case(what).token(move |world| form(&world.good())).refused(MalformedCredentials, 0)
    };
    vec![
        token("loose bits", |token| {
            // Of the last character of 64 bytes two bits count.
            let (kept, last) = token.split_at(token.len() - 1);
            let next = last.bytes().next().unwrap() + 1;
            format!("{kept}{}", char::from(next))
        }),
        token("padding at the end", |token| format!("{token}==")),
        token("`+` and `/`", |token| replaced(token, 2, &format!("+/{}", "A".repeat(84)))),
        token("`~`", |token| replaced(token, 2, &format!("~{}", "A".repeat(85)))),
        credentials("padding between parts", |token| token.replacen('.', "=.", 1)),
        credentials("white space between parts", |token| token.replacen('.', ". ", 1)),
        credentials("line break at the end", |token| format!("{token}\n")),
    ]
}

/// The token with another part in this place.
fn replaced(token: &str, place: usize, part: &str) -> String {
    let mut parts: Vec<&str> = token.split('.').collect();
    parts[place] = part;
    parts.join(".")
}
