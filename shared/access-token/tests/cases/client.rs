//! The client, by the claim of the issuer's profile, and who is behind it.

use access_token::Profile;
use access_token::Rejection::{
    ClientNotAllowed, GroupsOverage, MalformedClaim, MissingClaim, NotAPerson, NotAnAccessToken,
};
use serde_json::{Value, json};

use crate::case::{Case, Rule};
use crate::world::ours_or_by_the_assistant;

const NOT_ALLOWED: Rule = Rule(35, "client-not-allowed");
const APP_ONLY: Rule = Rule(42, "entra-app-only");
const OVERAGE: Rule = Rule(43, "groups-overage");
const NO_PERSON: Rule = Rule(48, "no-person");
const BOUND: Rule = Rule(51, "key-bound");

pub(crate) fn cases() -> Vec<Case> {
    // What the claim of the client says, where there is no `aud`.
    let standing_in = [
        ("another", json!({"client_id": "another"}), ClientNotAllowed),
        ("case", json!({"client_id": "Assistant"}), ClientNotAllowed),
        ("absent", json!({"client_id": null}), ClientNotAllowed),
        ("in another claim", json!({"client_id": null, "cid": "assistant", "azp": "assistant"}), ClientNotAllowed),
        ("empty", json!({"client_id": ""}), MalformedClaim("client_id")),
        ("list", json!({"client_id": ["assistant"]}), MalformedClaim("client_id")),
    ];
    let standing_in = standing_in.map(|(what, mut claims, rejection)| {
        claims["aud"] = json!(null);
        let case = NOT_ALLOWED.case(what).at(Profile::Cognito).for_audience(ours_or_by_the_assistant);
        case.claims(claims).refused(rejection, 2)
    });
    let refused = [
        (NOT_ALLOWED, "absent", Profile::Cognito, json!({"client_id": null}), MissingClaim("client_id")),
        (NOT_ALLOWED, "absent", Profile::Generic, json!({"client_id": null}), MissingClaim("client_id")),
        (NOT_ALLOWED, "absent", Profile::SignIn, json!({"client_id": null}), MissingClaim("client_id")),
        (NOT_ALLOWED, "in `client_id`", Profile::Auth0, renamed("azp"), MissingClaim("azp")),
        (NOT_ALLOWED, "in `client_id`", Profile::Keycloak, renamed("azp"), MissingClaim("azp")),
        (NOT_ALLOWED, "in `client_id`", Profile::Okta, renamed("cid"), MissingClaim("cid")),
        (NOT_ALLOWED, "list", Profile::Generic, json!({"client_id": ["assistant"]}), MalformedClaim("client_id")),
        (NOT_ALLOWED, "list", Profile::Okta, json!({"cid": ["assistant"]}), MalformedClaim("cid")),
        (APP_ONLY, "no `scp`", Profile::Entra, json!({"scp": null}), NotAPerson),
        (APP_ONLY, "`scope` for `scp`", Profile::Entra, json!({"scp": null, "scope": "tools"}), NotAPerson),
        (APP_ONLY, "`idtyp` app", Profile::Entra, json!({"idtyp": "app"}), NotAPerson),
        (APP_ONLY, "`idtyp` device", Profile::Entra, json!({"idtyp": "device"}), NotAPerson),
        (APP_ONLY, "`idtyp` app", Profile::Generic, json!({"idtyp": "app"}), NotAPerson),
        (APP_ONLY, "`idtyp` device", Profile::Generic, json!({"idtyp": "device"}), NotAPerson),
        (APP_ONLY, "`scp` empty", Profile::Entra, json!({"scp": ""}), MalformedClaim("scp")),
        (OVERAGE, "`_claim_names`", Profile::Entra, elsewhere(), GroupsOverage),
        (OVERAGE, "`_claim_names`", Profile::Generic, elsewhere(), GroupsOverage),
        (OVERAGE, "`hasgroups`", Profile::Entra, json!({"groups": null, "hasgroups": true}), GroupsOverage),
        (NO_PERSON, "`gty` of Auth0", Profile::Auth0, json!({"gty": "client-credentials"}), NotAPerson),
        (NO_PERSON, "`gty` of Auth0", Profile::Generic, json!({"gty": "client_credentials"}), NotAPerson),
        (NO_PERSON, "one of several `gty`", Profile::Generic, json!({"gty": ["a", "client-credentials"]}), NotAPerson),
        (NO_PERSON, "`sub` …@clients", Profile::Auth0, json!({"sub": "assistant@clients"}), NotAPerson),
        (NO_PERSON, "`sub` …@clients", Profile::Generic, json!({"sub": "awZfdIir8YF@clients"}), NotAPerson),
        (NO_PERSON, "no `username` at Cognito", Profile::Cognito, json!({"username": null}), NotAPerson),
        (NO_PERSON, "no `uid` at Okta", Profile::Okta, json!({"uid": null}), NotAPerson),
        (
            NO_PERSON,
            "Keycloak's name",
            Profile::Keycloak,
            json!({"preferred_username": "service-account-a"}),
            NotAPerson,
        ),
        (NO_PERSON, "Keycloak's host", Profile::Keycloak, json!({"clientHost": "192.0.2.1"}), NotAPerson),
        (NO_PERSON, "Keycloak's address", Profile::Keycloak, json!({"clientAddress": "192.0.2.1"}), NotAPerson),
        (BOUND, "`typ` DPoP of Keycloak", Profile::Keycloak, json!({"typ": "DPoP"}), NotAnAccessToken),
    ];
    let refused = refused.map(|(rule, what, profile, claims, rejection)| {
        rule.case(what).at(profile).claims(claims).refused(rejection, 2)
    });
    let subjects = [
        ("no `sub`", json!(null), MissingClaim("sub")),
        ("`sub` empty", json!(""), MalformedClaim("sub")),
        ("`sub` number", json!(7), MalformedClaim("sub")),
    ];
    let subjects =
        subjects.map(|(what, sub, rejection)| NO_PERSON.case(what).claims(json!({"sub": sub})).refused(rejection, 0));
    let clients = crate::PROFILES.into_iter().filter(|profile| *profile != Profile::AnyToken).map(|profile| {
        NO_PERSON.case("`sub` is the client").at(profile).claims(json!({"sub": "assistant"})).refused(NotAPerson, 2)
    });
    let bound = [
        ("`cnf.jkt` as a plain bearer token", json!({"cnf": {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}})),
        (
            "`cnf.x5t#S256` as a plain bearer token",
            json!({"cnf": {"x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}}),
        ),
    ];
    let bound = bound.map(|(what, claims)| BOUND.case(what).claims(claims));
    standing_in.into_iter().chain(refused).chain(subjects).chain(clients).chain(bound).collect()
}

fn renamed(claim: &str) -> Value {
    json!({claim: null, "client_id": "assistant"})
}

fn elsewhere() -> Value {
    json!({"groups": null, "_claim_names": {"groups": "src1"}})
}
