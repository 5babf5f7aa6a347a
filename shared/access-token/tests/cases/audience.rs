//! For whom a token is meant (RFC 8725 §3.9). All profiles and clients: `src/tests/audience.rs`.

use access_token::Profile;
use access_token::Rejection::{ClientNotAllowed, MalformedClaim, MissingClaim, WrongAudience};
use serde_json::json;

use crate::AUDIENCE;
use crate::case::{Case, Rule};
use crate::world::{ours, ours_or_by_the_assistant};

const ABSENT: Rule = Rule(31, "aud-absent");
const OF_ANOTHER: Rule = Rule(32, "aud-of-another");
const AMONG_OTHERS: Rule = Rule(33, "aud-among-others");
const OF_A_SIBLING: Rule = Rule(34, "aud-of-a-sibling");
const AUTH0: Rule = Rule(46, "auth0-userinfo");

pub(crate) fn cases() -> Vec<Case> {
    let absent = |what, profile| ABSENT.case(what).at(profile).claims(json!({"aud": null}));
    let mut cases = vec![
        absent("Keycloak", Profile::Keycloak).refused(MissingClaim("aud"), 2),
        absent("any other", Profile::Generic).refused(MissingClaim("aud"), 2),
        absent("Cognito, no client is listed", Profile::Cognito).for_audience(ours).refused(ClientNotAllowed, 2),
        absent("Cognito, its client is listed", Profile::Cognito).for_audience(ours_or_by_the_assistant),
        OF_ANOTHER
            .case("Keycloak itself")
            .at(Profile::Keycloak)
            .claims(json!({"aud": "account"}))
            .refused(WrongAudience, 2),
        AMONG_OTHERS.case("list with ours").claims(json!({"aud": ["https://other.example", AUDIENCE]})),
        OF_A_SIBLING
            .case("issuer, client and scope are right")
            .claims(json!({"aud": "https://gateway.example/other/mcp"}))
            .refused(WrongAudience, 2),
        AUTH0.case("the API and `…/userinfo`").at(Profile::Auth0),
        AUTH0
            .case("`…/userinfo` alone")
            .at(Profile::Auth0)
            .claims(json!({"aud": "https://acme.eu.auth0.com/userinfo"}))
            .refused(WrongAudience, 2),
    ];
    // A client that may stand in for an absent audience helps none of these.
    for profile in [Profile::Cognito, Profile::Generic] {
        let case = |what| OF_ANOTHER.case(what).at(profile).for_audience(ours_or_by_the_assistant);
        let others = [
            ("another", json!("https://other.example/mcp")),
            ("prefix", json!("https://gateway.example")),
            ("trailing slash", json!("https://gateway.example/mcp/")),
            ("case", json!("https://gateway.example/MCP")),
            ("space", json!("https://gateway.example/mcp ")),
            ("two in one text", json!("https://other.example https://gateway.example/mcp")),
            ("list without ours", json!(["https://other.example", "https://another.example"])),
            ("empty list", json!([])),
            ("the client", json!("assistant")),
        ];
        cases.extend(others.map(|(what, aud)| case(what).claims(json!({"aud": aud})).refused(WrongAudience, 2)));
        let mistyped = [
            ("number", json!(7)),
            ("object", json!({"a": 1})),
            ("ours and a number", json!([AUDIENCE, 7])),
            ("empty", json!("")),
        ];
        cases.extend(
            mistyped.map(|(what, aud)| case(what).claims(json!({"aud": aud})).refused(MalformedClaim("aud"), 2)),
        );
    }
    cases
}
