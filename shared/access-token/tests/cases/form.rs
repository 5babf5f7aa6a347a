//! One strict compact JWS with strict JSON in it, and nothing that asks to be read otherwise (RFC 7515).

use access_token::Rejection::{MalformedClaim, MalformedToken, TokenTooLong, UnsupportedHeader};
use serde_json::{Value, json};

use crate::case::{Case, Rule};
use crate::signer::base64url;
use crate::world::{KEY, World};

const PARTS: Rule = Rule(22, "not-three-parts");
const EXTENSIONS: Rule = Rule(23, "crit-b64-zip");
const DUPLICATES: Rule = Rule(24, "duplicate-members");
const JSON: Rule = Rule(25, "not-strict-json");
const OVERSIZE: Rule = Rule(26, "oversize");

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let parts = [
        ("two", "e30.e30"),
        ("four", "e30.e30.e30.e30"),
        ("five, as of an encrypted token", "e30.e30.e30.e30.e30"),
        ("three empty ones", ".."),
        ("none", "e30"),
    ];
    cases.extend(parts.map(|(what, token)| PARTS.case(what).token(|_| token.to_owned()).refused(MalformedToken, 0)));
    let nested = |world: &World| world.signer.sign(world.header(json!({"cty": "JWT"})).to_string(), world.good());
    cases.push(PARTS.case("a token in a token").token(nested).refused(MalformedToken, 0));
    let serialized = |world: &World| {
        let token = world.good();
        let parts: Vec<&str> = token.split('.').collect();
        let text = json!({"payload": parts[1], "signatures": [{"protected": parts[0], "signature": parts[2]}]});
        base64url(text.to_string())
    };
    cases.push(PARTS.case("JSON serialization").token(serialized).refused(MalformedToken, 0));

    let extensions = [
        ("`crit`", json!({"crit": ["exp"]})),
        ("`crit`, empty", json!({"crit": []})),
        ("`crit` with `b64`", json!({"crit": ["b64"], "b64": false})),
        ("`b64` false", json!({"b64": false})),
        ("`b64` true", json!({"b64": true})),
        ("`zip`", json!({"zip": "DEF"})),
    ];
    cases.extend(extensions.map(|(what, member)| EXTENSIONS.case(what).header(member).refused(UnsupportedHeader, 0)));
    cases.extend(duplicates());
    cases.extend(strict_json());
    for (what, length) in [("more than 16 KiB", 12 * 1024), ("1 MB", 1_000_000)] {
        let padding = json!({"padding": "a".repeat(length)});
        cases.push(OVERSIZE.case(what).claims(padding).refused(TokenTooLong, 0));
    }
    cases
}

/// One of two readers would take the first, the other the last.
fn duplicates() -> Vec<Case> {
    let claims = [
        ("`iss`", r#""iss":"https://attacker.example""#),
        ("`sub`", r#""sub":"admin""#),
        ("`aud`", r#""aud":"https://other.example""#),
        ("`exp`", r#""exp":9999999999"#),
        ("`sub`, once escaped", r#""\u0073ub":"admin""#),
    ];
    let claims = claims.map(|(what, second)| {
        DUPLICATES.case(what).token(move |world| {
            let claims = world.claims(json!({})).to_string();
            world.signer.sign(world.header(json!({})).to_string(), format!("{{{second},{}", &claims[1..]))
        })
    });
    let header = DUPLICATES.case("`alg`").token(|world| {
        let header = format!(r#"{{"alg":"none","alg":"EdDSA","kid":"{KEY}"}}"#);
        world.signer.sign(&header, world.claims(json!({})).to_string())
    });
    claims.into_iter().chain([header]).map(|case| case.refused(MalformedToken, 0)).collect()
}

fn strict_json() -> Vec<Case> {
    let payloads = [
        ("not UTF-8", b"{\"sub\":\"\xff\"}".to_vec()),
        ("byte order mark", "\u{feff}{}".into()),
        ("10,000 levels", "[".repeat(10_000).into()),
        ("1e400", r#"{"exp":1e400}"#.into()),
        ("two values", "{}{}".into()),
        ("a list", "[]".into()),
        ("a text", "\"a\"".into()),
        ("nothing", Vec::new()),
    ];
    let payloads = payloads.map(|(what, payload)| {
        JSON.case(what)
            .token(move |world| world.signer.sign(world.header(json!({})).to_string(), &payload))
            .refused(MalformedToken, 0)
    });
    let header =
        JSON.case("a header that is a text").token(|world| world.signer.sign("\"a\"", "{}")).refused(MalformedToken, 0);
    let null = JSON
        .case("`nbf` that is null")
        .token(|world| {
            let mut claims = world.claims(json!({}));
            claims["nbf"] = Value::Null;
            world.signer.sign(world.header(json!({})).to_string(), claims.to_string())
        })
        .refused(MalformedClaim("nbf"), 0);
    payloads.into_iter().chain([header, null]).collect()
}
