//! A token that is wrong in several respects is refused for the first of them, in the order that
//! `docs/verification.md` gives; and until its key is looked for it costs no request.

use access_token::{Profile, Rejection};
use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use tokio::runtime::Builder;

use crate::good_claims::merge;
use crate::signer::Signer;
use crate::world::{World, now, ours, verify};

/// What becomes a credential in the end.
struct Draft {
    scheme: &'static str,
    header: Value,
    claims: Value,
    forged: bool,
    end: String,
}

struct Defect {
    what: &'static str,
    rejection: Rejection,
    requests: usize,
    make: fn(&mut Draft),
}

const fn defect(what: &'static str, rejection: Rejection, requests: usize, make: fn(&mut Draft)) -> Defect {
    Defect { what, rejection, requests, make }
}

/// In the order in which they are found.
static DEFECTS: [Defect; 19] = [
    defect("scheme", Rejection::NotABearerToken, 0, |draft| draft.scheme = "Basic"),
    defect("size", Rejection::TokenTooLong, 0, |draft| draft.end.push_str(&"A".repeat(16 * 1024))),
    defect("one token", Rejection::MalformedCredentials, 0, |draft| draft.end.push_str(",A")),
    defect("three parts", Rejection::MalformedToken, 0, |draft| draft.end.push_str(".AA")),
    defect("alg", Rejection::AlgorithmNotAllowed, 0, |draft| merge(&mut draft.header, json!({"alg": "none"}))),
    defect("crit", Rejection::UnsupportedHeader, 0, |draft| merge(&mut draft.header, json!({"crit": ["exp"]}))),
    defect("kid", Rejection::MissingKeyIdentifier, 0, |draft| merge(&mut draft.header, json!({"kid": null}))),
    defect("iss", Rejection::MissingClaim("iss"), 0, |draft| merge(&mut draft.claims, json!({"iss": null}))),
    defect("sub", Rejection::MissingClaim("sub"), 0, |draft| merge(&mut draft.claims, json!({"sub": null}))),
    defect("iat", Rejection::MissingClaim("iat"), 0, |draft| merge(&mut draft.claims, json!({"iat": null}))),
    defect("issuer", Rejection::UnknownIssuer, 0, |draft| {
        merge(&mut draft.claims, json!({"iss": "https://a.example"}))
    }),
    defect("type", Rejection::NotAnAccessToken, 0, |draft| merge(&mut draft.header, json!({"typ": "logout+jwt"}))),
    defect("times", Rejection::Expired, 0, |draft| merge(&mut draft.claims, json!({"exp": now() - 3600}))),
    defect("key", Rejection::UnknownKey, 2, |draft| merge(&mut draft.header, json!({"kid": "key-2"}))),
    defect("alg of the key", Rejection::AlgorithmMismatch, 2, |draft| {
        merge(&mut draft.header, json!({"alg": "ES256"}))
    }),
    defect("signature", Rejection::InvalidSignature, 2, |draft| draft.forged = true),
    defect("form of claims", Rejection::MalformedClaim("groups"), 2, |draft| {
        merge(&mut draft.claims, json!({"groups": 1}))
    }),
    defect("audience", Rejection::WrongAudience, 2, |draft| {
        merge(&mut draft.claims, json!({"aud": "https://a.example"}))
    }),
    defect("kind", Rejection::NotAnAccessToken, 2, |draft| merge(&mut draft.claims, json!({"nonce": "n"}))),
];

pub(crate) fn trials() -> [Trial; 3] {
    [
        Trial::test("order::of_two_neighbours_the_first_is_the_reason", || {
            (0..DEFECTS.len() - 1).try_for_each(|first| judge(&DEFECTS[first..first + 2]))
        }),
        Trial::test("order::of_all_that_follow_the_first_is_the_reason", || {
            (0..DEFECTS.len()).try_for_each(|first| judge(&DEFECTS[first..]))
        }),
        Trial::test("order::each_alone_is_a_reason", || DEFECTS.chunks(1).try_for_each(judge)),
    ]
}

fn judge(defects: &[Defect]) -> Result<(), Failed> {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let got = runtime.block_on(async {
        let world = World::of(Profile::Generic, Signer::ed25519()).await;
        let mut draft = Draft {
            scheme: "Bearer",
            header: world.header(json!({})),
            claims: world.claims(json!({})),
            forged: false,
            end: String::new(),
        };
        // The last first: where two write the same member, the first one's is what stays.
        for defect in defects.iter().rev() {
            (defect.make)(&mut draft);
        }
        let signer = if draft.forged { &world.strangers_key } else { &world.signer };
        let token = signer.sign(draft.header.to_string(), draft.claims.to_string());
        let credentials = format!("{} {token}{}", draft.scheme, draft.end);
        let verdict = verify(&world.verifier(), &ours(), &credentials).await.map(drop);
        (verdict, world.requests())
    });
    let Defect { what, rejection, requests, .. } = &defects[0];
    if got == (Err(*rejection), *requests) { Ok(()) } else { Err(format!("{what}: {got:?}").into()) }
}
