//! Only configured issuers count, to the byte; the token chooses among them (RFC 8725 §3.8).

use access_token::Profile;
use access_token::Rejection::{
    InvalidSignature, MalformedClaim, MissingClaim, NotAnAccessToken, UnknownIssuer, WrongAudience,
};
use serde_json::{Value, json};

use crate::case::{Case, Rule};
use crate::good_claims::{TENANT, issuer_path};
use crate::world::World;

const TO_THE_BYTE: Rule = Rule(30, "issuer-to-the-byte");
const COGNITO_POOL: Rule = Rule(39, "cognito-other-pool");
const ENTRA_VERSION: Rule = Rule(40, "entra-version");
const ENTRA_TENANT: Rule = Rule(41, "entra-tenant");
const ENTRA_GRAPH: Rule = Rule(44, "entra-graph");
const OKTA_ORGANISATION: Rule = Rule(45, "okta-organisation");
const SIGN_IN: Rule = Rule(49, "sign-in-and-provider");

const OTHER_TENANT: &str = "0d4b7a1e-5c2f-4f8e-b9a6-3e1d7c5a9f20";
const PERSONAL_ACCOUNTS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Makes another issuer of the right one.
type Form = fn(&str) -> String;

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        TO_THE_BYTE.case("absent").claims(json!({"iss": null})).refused(MissingClaim("iss"), 0),
        TO_THE_BYTE.case("empty").claims(json!({"iss": ""})).refused(MalformedClaim("iss"), 0),
        TO_THE_BYTE
            .case("list")
            .token(|world| of(world, json!([world.provider.issuer()])))
            .refused(MalformedClaim("iss"), 0),
        // Before the first fetch nobody knows whether the issuer ends in a slash (OpenID Connect Discovery §4.1).
        TO_THE_BYTE
            .case("with a slash, where the issuer has none")
            .token(|world| of(world, format!("{}/", world.provider.issuer())))
            .refused(UnknownIssuer, 2),
    ];
    let forms: [(&str, Form); 11] = [
        ("two slashes", |issuer| format!("{issuer}//")),
        ("case", |issuer| issuer.replacen("http", "HTTP", 1)),
        ("https for http", |issuer| issuer.replacen("http", "https", 1)),
        ("look-alike", |issuer| issuer.replacen('1', "１", 1)),
        ("longer host", |issuer| format!("{issuer}.attacker.example")),
        ("user information", |issuer| format!("{issuer}@attacker.example")),
        ("path", |issuer| format!("{issuer}/tenant")),
        ("prefix", |issuer| issuer[..issuer.len() - 1].to_owned()),
        ("space", |issuer| format!("{issuer} ")),
        ("discovery URL", |issuer| format!("{issuer}/.well-known/openid-configuration")),
        ("of somebody else", |_| "https://attacker.example".to_owned()),
    ];
    cases.extend(forms.map(|(what, form)| {
        let token = move |world: &World| of(world, form(world.provider.issuer()));
        TO_THE_BYTE.case(what).token(token).refused(UnknownIssuer, 0)
    }));
    cases.extend(cognito());
    cases.extend(entra());
    let organisation = |world: &World| of(world, world.provider.issuer().replace(&issuer_path(Profile::Okta), ""));
    let typed = json!({"typ": "application/okta-internal-at+jwt"});
    cases.extend([
        OKTA_ORGANISATION.case("its issuer").at(Profile::Okta).token(organisation).refused(UnknownIssuer, 0),
        OKTA_ORGANISATION.case("its `typ`").at(Profile::Okta).header(typed).refused(NotAnAccessToken, 0),
    ]);
    cases.extend(sign_in());
    cases
}

fn cognito() -> [Case; 3] {
    let issuers: [(&str, Form); 3] = [
        ("of another pool", |issuer| format!("{issuer}/eu-central-1_Other1234")),
        ("of another region", |_| "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example12".to_owned()),
        ("of an identity pool", |_| "https://cognito-identity.amazonaws.com".to_owned()),
    ];
    issuers.map(|(what, issuer)| {
        let token = move |world: &World| of(world, issuer(world.provider.issuer()));
        COGNITO_POOL.case(what).at(Profile::Cognito).token(token).refused(UnknownIssuer, 0)
    })
}

fn entra() -> Vec<Case> {
    let claims = [
        (ENTRA_VERSION, "`ver` 1.0", json!({"ver": "1.0"}), MalformedClaim("ver")),
        (ENTRA_VERSION, "`ver` as a number", json!({"ver": 2.0}), MalformedClaim("ver")),
        (ENTRA_VERSION, "no `ver`", json!({"ver": null}), MissingClaim("ver")),
        (ENTRA_VERSION, "`appid` for `azp`", json!({"azp": null, "appid": "assistant"}), MissingClaim("azp")),
        (ENTRA_TENANT, "`tid` of another", json!({"tid": OTHER_TENANT}), MalformedClaim("tid")),
        (ENTRA_TENANT, "`tid` of personal accounts", json!({"tid": PERSONAL_ACCOUNTS}), MalformedClaim("tid")),
        (ENTRA_TENANT, "end of the `tid`", json!({"tid": "0c8a1f6e2b43"}), MalformedClaim("tid")),
        (ENTRA_TENANT, "`tid` in upper case", json!({"tid": TENANT.to_uppercase()}), MalformedClaim("tid")),
        (ENTRA_TENANT, "`tid` with a path", json!({"tid": format!("{TENANT}/v2.0")}), MalformedClaim("tid")),
        (ENTRA_TENANT, "no `tid`", json!({"tid": null}), MissingClaim("tid")),
        (ENTRA_GRAPH, "its `aud`", json!({"aud": "00000003-0000-0000-c000-000000000000"}), WrongAudience),
    ];
    let claims = claims.map(|(rule, what, claims, rejection)| rule.case(what).claims(claims).refused(rejection, 2));
    let paths = [
        (ENTRA_VERSION, "issuer of version 1", format!("/{TENANT}/")),
        (ENTRA_TENANT, "issuer of another", format!("/{OTHER_TENANT}/v2.0")),
        (ENTRA_TENANT, "issuer of all", "/common/v2.0".to_owned()),
        (ENTRA_TENANT, "issuer as in the template", "/{tenantid}/v2.0".to_owned()),
    ];
    let paths = paths.map(|(rule, what, path)| {
        let token =
            move |world: &World| of(world, world.provider.issuer().replace(&issuer_path(Profile::Entra), &path));
        rule.case(what).token(token).refused(UnknownIssuer, 0)
    });
    let graph = ENTRA_GRAPH.case("its `nonce` in the header").header(json!({"nonce": "cU1mYXJ3"}));
    let cases = claims.into_iter().chain(paths).chain([graph.refused(NotAnAccessToken, 0)]);
    cases.map(|case| case.at(Profile::Entra)).collect()
}

/// Each of the two signs for itself alone, though the one signs in at the other.
fn sign_in() -> [Case; 5] {
    let theirs = |world: &World| {
        let claims = world.claims(json!({"iss": world.stranger.issuer()}));
        world.strangers_key.sign(world.header(json!({})).to_string(), claims.to_string())
    };
    let under_our_name = |world: &World| {
        world.strangers_key.sign(world.header(json!({})).to_string(), world.claims(json!({})).to_string())
    };
    let untyped = json!({"typ": "JWT"});
    let (sign_in, cognito) = (Profile::SignIn, Profile::Cognito);
    [
        SIGN_IN.case("the provider's, where sign-in is trusted").at(sign_in).token(theirs).refused(UnknownIssuer, 0),
        SIGN_IN.case("sign-in's, where the provider is trusted").at(cognito).token(theirs).refused(UnknownIssuer, 0),
        SIGN_IN.case("the provider's in sign-in's name").at(sign_in).token(under_our_name).refused(InvalidSignature, 2),
        SIGN_IN.case("sign-in's, `typ` JWT").at(sign_in).header(untyped).refused(NotAnAccessToken, 0),
        SIGN_IN.case("sign-in's, no `typ`").at(sign_in).header(json!({"typ": null})).refused(NotAnAccessToken, 0),
    ]
}

/// Signed by the provider, in the name of this issuer.
fn of(world: &World, issuer: impl Into<Value>) -> String {
    world.token(json!({}), json!({"iss": issuer.into()}))
}
