//! What is not one bearer token, or is no token of this kind at all.

use access_token::Profile;
use access_token::Rejection::{MalformedCredentials, MalformedToken, NotABearerToken, NotAnAccessToken};
use serde_json::json;

use crate::case::{Case, Rule};

const WRONG_SCHEME: Rule = Rule(2, "wrong-scheme");
const NOT_ONE_TOKEN: Rule = Rule(3, "not-one-token");
const OPAQUE: Rule = Rule(37, "opaque-token");

pub(crate) fn cases() -> Vec<Case> {
    // `TOKEN` stands for a good one.
    let with = |form: &'static str| move |world: &crate::world::World| form.replace("TOKEN", &world.good());
    let wrong_scheme = [
        ("Basic", "Basic dXNlcjpwYXNz"),
        ("DPoP", "DPoP TOKEN"),
        ("no scheme", "TOKEN"),
        ("no space", "BearerTOKEN"),
        ("space first", " Bearer TOKEN"),
        ("tab", "Bearer\tTOKEN"),
        ("Basic first", "Basic dXNlcg==, Bearer TOKEN"),
        ("nothing", ""),
        ("a space", " "),
    ];
    let not_one_token = [
        ("scheme alone", "Bearer"),
        ("empty", "Bearer "),
        ("two spaces", "Bearer  TOKEN"),
        ("space last", "Bearer TOKEN "),
        ("two tokens", "Bearer TOKEN TOKEN"),
        ("comma", "Bearer TOKEN,TOKEN"),
        ("two headers joined", "Bearer TOKEN, Bearer TOKEN"),
        ("line break", "Bearer TOKEN\r\nTOKEN"),
        ("NUL", "Bearer TOKEN\0"),
        ("padding alone", "Bearer =="),
        ("padding inside", "Bearer =TOKEN"),
        ("quoted", "Bearer \"TOKEN\""),
        ("not ASCII", "Bearer \u{e4}TOKEN"),
    ];
    let opaque = [
        ("opaque", "2YotnFZFEjr1zCsicMWpAA"),
        ("authorization code", "SplxlOBeZQQYbYS6WxSbIA"),
        ("refresh token of Cognito, encrypted", "eyJhbGciOiJSU0EtT0FFUCJ9.AAAA.AAAA.AAAA.AAAA"),
    ];
    let kept = [("Refresh", "refresh token of Keycloak"), ("Offline", "offline token of Keycloak")];
    let mut cases = vec![WRONG_SCHEME.case("`bearer` in any case").credentials(with("bEARER TOKEN"))];
    cases.extend(
        wrong_scheme.map(|(what, form)| WRONG_SCHEME.case(what).credentials(with(form)).refused(NotABearerToken, 0)),
    );
    cases.extend(
        not_one_token
            .map(|(what, form)| NOT_ONE_TOKEN.case(what).credentials(with(form)).refused(MalformedCredentials, 0)),
    );
    cases.extend(opaque.map(|(what, token)| OPAQUE.case(what).token(|_| token.to_owned()).refused(MalformedToken, 0)));
    cases.extend(kept.map(|(usage, what)| {
        OPAQUE.case(what).at(Profile::Keycloak).claims(json!({"typ": usage})).refused(NotAnAccessToken, 2)
    }));
    cases
}
