//! What is signed with the same keys and means something else (RFC 8725 §3.11, §3.12).

use access_token::Profile::{Auth0, Cognito, Entra, Generic, Keycloak, Okta, SignIn};
use access_token::Rejection::{MalformedClaim, MissingClaim, NotAnAccessToken, UnknownIssuer, WrongAudience};
use serde_json::json;

use crate::PROFILES;
use crate::case::{Case, Rule};

const ID_TOKEN: Rule = Rule(36, "id-token");
const OTHER_TYPE: Rule = Rule(38, "other-type");

pub(crate) fn cases() -> Vec<Case> {
    let nonce = || json!({"nonce": "n-0S6_WzA2Mj"});
    let at_hash = || json!({"at_hash": "MTIzNDU2Nzg5MDEyMzQ1Ng"});
    let claims = [
        ("Cognito", Cognito, json!({"token_use": "id", "aud": "assistant", "client_id": null}), WrongAudience),
        ("Cognito, for us", Cognito, json!({"token_use": "id", "client_id": null}), NotAnAccessToken),
        ("Cognito, `token_use` in another case", Cognito, json!({"token_use": "Access"}), NotAnAccessToken),
        ("Cognito, no `token_use`", Cognito, json!({"token_use": null}), MissingClaim("token_use")),
        ("Cognito, `token_use` list", Cognito, json!({"token_use": ["access"]}), MalformedClaim("token_use")),
        ("Entra ID", Entra, json!({"scp": null, "azp": null, "nonce": "n-0S6_WzA2Mj"}), NotAnAccessToken),
        ("Entra ID, no `nonce`", Entra, json!({"scp": null, "azp": null}), MissingClaim("azp")),
        ("Okta", Okta, json!({"cid": null, "scp": null, "uid": null}), MissingClaim("cid")),
        ("Okta, no `scp`", Okta, json!({"scp": null}), MissingClaim("scp")),
        ("Okta, `nonce`", Okta, nonce(), NotAnAccessToken),
        ("Okta, `at_hash`", Okta, at_hash(), NotAnAccessToken),
        ("Auth0, `nonce`", Auth0, nonce(), NotAnAccessToken),
        ("Auth0, `at_hash`", Auth0, at_hash(), NotAnAccessToken),
        ("Auth0, no mark", Auth0, json!({"azp": null}), MissingClaim("azp")),
        ("Keycloak", Keycloak, json!({"typ": "ID"}), NotAnAccessToken),
        ("Keycloak, `typ` in another case", Keycloak, json!({"typ": "bearer"}), NotAnAccessToken),
        ("Keycloak, no `typ`", Keycloak, json!({"typ": null}), MissingClaim("typ")),
        ("Keycloak, `typ` list", Keycloak, json!({"typ": ["Bearer"]}), MalformedClaim("typ")),
        ("sign-in, `token_use` in another case", SignIn, json!({"token_use": "Access"}), NotAnAccessToken),
        ("sign-in, no `jti`", SignIn, json!({"jti": null}), MissingClaim("jti")),
        ("sign-in", SignIn, json!({"token_use": "id"}), NotAnAccessToken),
        ("sign-in, no `token_use`", SignIn, json!({"token_use": null}), MissingClaim("token_use")),
        ("any other, `token_use`", Generic, json!({"token_use": "id"}), NotAnAccessToken),
        ("any other, `nonce`", Generic, nonce(), NotAnAccessToken),
        ("any other, `at_hash`", Generic, at_hash(), NotAnAccessToken),
        ("any other, `c_hash`", Generic, json!({"c_hash": "MTIzNDU2Nzg5MDEyMzQ1Ng"}), NotAnAccessToken),
        ("any other, `token_use` list", Generic, json!({"token_use": ["access"]}), MalformedClaim("token_use")),
    ];
    let mut cases: Vec<Case> = claims
        .into_iter()
        .map(|(what, profile, claims, rejection)| ID_TOKEN.case(what).at(profile).claims(claims).refused(rejection, 2))
        .collect();
    for profile in PROFILES {
        let types = [
            ("`oauth-id-jag+jwt`", json!("oauth-id-jag+jwt")),
            ("`logout+jwt`", json!("logout+jwt")),
            ("`dpop+jwt`", json!("dpop+jwt")),
            ("`client-authentication+jwt`", json!("client-authentication+jwt")),
            ("`secevent+jwt`", json!("secevent+jwt")),
            ("`txntoken+jwt`", json!("txntoken+jwt")),
            ("`at+jwt2`", json!("at+jwt2")),
            ("empty", json!("")),
            ("number", json!(1)),
            ("list", json!(["JWT"])),
        ];
        cases.extend(types.map(|(what, media_type)| {
            OTHER_TYPE.case(what).at(profile).header(json!({"typ": media_type})).refused(NotAnAccessToken, 0)
        }));
    }
    let assertion = json!({"iss": "assistant", "sub": "assistant"});
    cases.extend([
        OTHER_TYPE.case("client assertion without a type").claims(assertion).refused(UnknownIssuer, 0),
        OTHER_TYPE
            .case("logout token of Keycloak")
            .at(Keycloak)
            .claims(json!({"typ": "Logout"}))
            .refused(NotAnAccessToken, 2),
    ]);
    cases
}
