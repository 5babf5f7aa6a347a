//! Scopes are whole words of their own alphabet (RFC 6749 §3.3): else they could be one to us and two to a tool.

use access_token::Profile;
use access_token::Rejection::MalformedClaim;
use serde_json::json;

use crate::case::{Case, Rule};

const TO_THE_BYTE: Rule = Rule(47, "scope-to-the-byte");

pub(crate) fn cases() -> Vec<Case> {
    let lists = [
        ("tab", json!("a\tb")),
        ("line feed", json!("a\nb")),
        ("quote", json!("a\"b")),
        ("backslash", json!("a\\b")),
        ("not ASCII", json!("a\u{a0}b")),
        ("list in `scope`", json!(["tools:read"])),
    ];
    let lists = lists.map(|(what, scope)| {
        TO_THE_BYTE.case(what).claims(json!({"scope": scope})).refused(MalformedClaim("scope"), 2)
    });
    let others = [
        ("tab", Profile::Generic, json!("a\tb")),
        ("two words in one element", Profile::Generic, json!(["a b"])),
        ("empty element", Profile::Generic, json!([""])),
        ("text at Okta", Profile::Okta, json!("countersign:tools")),
        ("list at Entra ID", Profile::Entra, json!(["tools"])),
    ];
    let others = others.map(|(what, profile, scp)| {
        let claims = json!({"scope": null, "scp": scp});
        TO_THE_BYTE.case(what).at(profile).claims(claims).refused(MalformedClaim("scp"), 2)
    });
    lists.into_iter().chain(others).collect()
}
