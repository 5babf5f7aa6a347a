//! The key is the issuer's, and the token only names it (RFC 8725 §3.8, §3.10).

use access_token::Rejection::{InvalidSignature, MissingKeyIdentifier, UnknownKey};
use serde_json::{Value, json};

use crate::case::{Case, Rule};
use crate::signer::{Signer, base64url};
use crate::world::{KEY, Keys, World};

const EMBEDDED: Rule = Rule(10, "embedded-jwk");
const REFERRED: Rule = Rule(11, "jku-x5u-x5c");
const INJECTION: Rule = Rule(12, "kid-injection");
const NO_NAME: Rule = Rule(13, "kid-missing");
const FLOOD: Rule = Rule(14, "unknown-kid-flood");
const OTHER_ISSUER: Rule = Rule(15, "kid-of-other-issuer");
const WEAK: Rule = Rule(20, "weak-rsa");

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        EMBEDDED.case("`jwk` that signed it").token(|world| forged(world, json!({"jwk": strangers_jwk(world)}))),
        REFERRED.case("`jku` to the key that signed it").token(|world| forged(world, json!({"jku": jwks_uri(world)}))),
        REFERRED.case("`x5u`").token(|world| forged(world, json!({"x5u": jwks_uri(world)}))),
        REFERRED.case("`x5c`").token(|world| forged(world, json!({"x5c": ["MIIB"]}))),
    ]
    .into_iter()
    .map(|case| case.refused(InvalidSignature, 2))
    .collect::<Vec<_>>();
    cases.push(REFERRED.case("all of them, in a token that the issuer signed").token(|world| {
        let theirs = jwks_uri(world);
        let header = json!({"jwk": strangers_jwk(world), "jku": theirs, "x5u": theirs, "x5c": ["MIIB"]});
        world.token(header, json!({}))
    }));
    for kid in ["../../dev/null", "' OR 1=1 --", "key-1\0", "KEY-1", "key-1 ", "file:///etc/passwd", "$(id)"] {
        let what = format!("`{}`", kid.replace('\0', "␀"));
        cases.push(INJECTION.case(what).header(json!({"kid": kid})).refused(UnknownKey, 2));
    }
    let url = |world: &World| world.token(json!({"kid": jwks_uri(world)}), json!({}));
    cases.push(INJECTION.case("a URL").token(url).refused(UnknownKey, 2));
    for length in [257, 4096] {
        let kid = json!({"kid": "k".repeat(length)});
        cases.push(INJECTION.case(format!("{length} bytes")).header(kid).refused(MissingKeyIdentifier, 0));
    }
    let several: Keys = |world| vec![world.signer.jwk(KEY), world.signer.jwk("key-2")];
    let no_name = [("absent", json!(null)), ("empty", json!("")), ("number", json!(1)), ("list", json!([KEY]))];
    cases.extend(no_name.map(|(what, kid)| {
        NO_NAME.case(what).with_keys(several).header(json!({"kid": kid})).refused(MissingKeyIdentifier, 0)
    }));
    let flood = |world: &World| {
        let kid = |number: u32| format!("Bearer {}", world.token(json!({"kid": number.to_string()}), json!({})));
        (0..1000).map(kid).collect()
    };
    cases.push(FLOOD.case("1,000 of them").each_of(flood).refused(UnknownKey, 2));
    cases.extend(of_other_issuer());
    cases.extend(weak());
    cases
}

/// Both issuers are trusted. The other one is not even asked.
fn of_other_issuer() -> [Case; 2] {
    let signed = |kid: &'static str| move |world: &World| forged(world, json!({"kid": kid}));
    let case = |what, kid| OTHER_ISSUER.case(what).trusting_the_stranger().token(signed(kid));
    [
        case("a key that only the other one has", "strangers-key").refused(UnknownKey, 2),
        case("a key of one name at both", KEY).refused(InvalidSignature, 2),
    ]
}

fn weak() -> [Case; 3] {
    let keys: [(&str, Keys); 3] = [
        ("exponent 1", |world| with(world, "e", "AQ".to_owned())),
        ("1,024 bits", |world| with(world, "n", base64url([0xff; 128]))),
        ("2,047 bits", |world| with(world, "n", base64url([&[0x7f][..], &[0xff; 255]].concat()))),
    ];
    keys.map(|(what, keys)| WEAK.case(what).signed_by(Signer::rs256).with_keys(keys).refused(UnknownKey, 2))
}

fn with(world: &World, name: &str, value: String) -> Vec<Value> {
    let mut jwk = world.signer.jwk(KEY);
    jwk[name] = value.into();
    vec![jwk]
}

/// A good token but for these members of the header, and for who signed it.
fn forged(world: &World, header: Value) -> String {
    world.strangers_key.sign(world.header(header).to_string(), world.claims(json!({})).to_string())
}

fn strangers_jwk(world: &World) -> Value {
    world.strangers_key.jwk(KEY)
}

fn jwks_uri(world: &World) -> String {
    world.stranger.jwks_uri().to_owned()
}
