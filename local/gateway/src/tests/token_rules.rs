//! 401 and 403: who is turned away, how, and that no function hears of it.

use local_template::{ClaimMatch, CustomClaim, CustomJwt};
use rstest::rstest;
use serde_json::{Value, json};

use super::issuer::{Issuer, base64url};
use super::{Request, Response, SCOPE, Setup, both_points, who_am_i};
use crate::{ClaimMismatch, KeysUnavailable, MissingTokenChallenge, ScopeClaims, Switches};

impl Setup {
    /// A gateway with interceptors and these rules.
    async fn with_rules(change: impl FnOnce(&mut CustomJwt, &mut Switches)) -> Self {
        Self::with(|gateway, switches| {
            gateway.interceptors = both_points();
            change(&mut gateway.authorizer, switches);
        })
        .await
    }

    async fn with_credentials(&self, credentials: &str) -> Response {
        self.send(self.post(&who_am_i()).without("Authorization").header("Authorization", credentials)).await
    }

    /// The answer to a call with a token that is good but for these claims.
    async fn with_claims(&self, changes: Value) -> Response {
        self.with_credentials(&format!("Bearer {}", self.issuer.token(&changes))).await
    }

    fn challenge(&self, parameters: &str) -> String {
        let metadata = format!("http://{}/.well-known/oauth-protected-resource", self.client.0);
        format!(r#"Bearer {parameters}resource_metadata="{metadata}""#)
    }

    fn assert_unauthorized(&self, response: &Response) {
        let challenge = self.challenge(&format!(r#"error="invalid_token", scope="{SCOPE}", "#));
        assert_eq!((response.status, response.all("www-authenticate")), (401, vec![challenge.as_str()]));
        let expected = json!({ "jsonrpc": "2.0", "error": { "code": -32001, "message": "Invalid Bearer token" } });
        assert_eq!(response.json(), expected);
        self.assert_no_function_was_invoked();
    }

    fn assert_forbidden(&self, response: &Response) {
        let challenge = self.challenge(&format!(r#"error="insufficient_scope", scope="{SCOPE}", "#));
        assert_eq!((response.status, response.all("www-authenticate")), (403, vec![challenge.as_str()]));
        assert_eq!(response.json()["error"]["message"], "Insufficient scope");
        self.assert_no_function_was_invoked();
    }

    fn assert_no_function_was_invoked(&self) {
        assert!(self.functions.calls().is_empty());
    }
}

/// As on the service, whose rules know no kinds of token. The authorizer refuses it.
#[tokio::test]
async fn an_id_token_of_the_right_audience_passes_the_gateway() {
    let setup = Setup::intercepted().await;
    let response = setup.with_claims(json!({"token_use": "id", "nonce": "n", "at_hash": "h"})).await;
    assert_eq!(response.status, 200);
    assert!(!setup.functions.calls().is_empty());
}

#[tokio::test]
async fn a_good_token_reaches_the_tool() {
    let setup = Setup::intercepted().await;
    assert_eq!(setup.call().await.tool(), (r#"{"ticket": 1}"#.to_owned(), false));
}

#[tokio::test]
async fn without_a_token_the_challenge_is_the_same() {
    let setup = Setup::intercepted().await;
    let response = setup.send(setup.post(&who_am_i()).without("Authorization")).await;
    setup.assert_unauthorized(&response);
}

#[tokio::test]
async fn a_token_in_the_query_is_no_token() {
    let setup = Setup::intercepted().await;
    let path = format!("/mcp?access_token={}", setup.issuer.token(&json!({})));
    let request = Request::post(&path, &who_am_i().to_string()).header("Content-Type", "application/json");
    setup.assert_unauthorized(&setup.send(request).await);
}

#[tokio::test]
async fn two_authorization_headers_are_refused_be_both_good() {
    let setup = Setup::intercepted().await;
    let good = format!("Bearer {}", setup.issuer.token(&json!({})));
    let response = setup.send(setup.post(&who_am_i()).header("Authorization", &good)).await;
    setup.assert_unauthorized(&response);
}

#[rstest]
#[case::basic("Basic YTpi")]
#[case::proof_of_possession("DPoP TOKEN")]
#[case::no_scheme("TOKEN")]
#[case::empty("Bearer ")]
#[case::two_tokens("Bearer TOKEN TOKEN")]
#[case::comma("Bearer TOKEN,TOKEN")]
#[case::opaque("Bearer 0123456789abcdef")]
#[case::not_ascii("Bearer \u{fc}")]
#[tokio::test]
async fn credentials_are_one_bearer_token(#[case] credentials: &str) {
    let setup = Setup::intercepted().await;
    let credentials = credentials.replace("TOKEN", &setup.issuer.token(&json!({})));
    setup.assert_unauthorized(&setup.with_credentials(&credentials).await);
}

#[rstest]
#[case::expired(json!({"iat": 1_700_000_000, "exp": 1_700_000_600}))]
#[case::not_yet_valid(json!({"nbf": 4_000_000_000_u64}))]
#[case::without_expiry(json!({"exp": null}))]
#[case::other_issuer(json!({"iss": "https://issuer.example"}))]
#[case::issuer_with_a_slash(json!({"iss": "SLASH"}))]
#[tokio::test]
async fn a_token_that_is_not_good_is_401(#[case] mut claims: Value) {
    let setup = Setup::intercepted().await;
    if claims["iss"] == "SLASH" {
        claims["iss"] = format!("{}/", setup.issuer.url).into();
    }
    setup.assert_unauthorized(&setup.with_claims(claims).await);
}

#[rstest]
#[case::header(0)]
#[case::payload(1)]
#[case::signature(2)]
#[tokio::test]
async fn an_altered_token_is_401(#[case] part: usize) {
    let setup = Setup::intercepted().await;
    let (token, other) = (setup.issuer.token(&json!({})), setup.issuer.token(&json!({"sub": "bob"})));
    let mut parts: Vec<&str> = token.split('.').collect();
    let none = base64url(r#"{"alg":"none"}"#);
    parts[part] = if part == 0 { &none } else { other.split('.').nth(part).unwrap() };
    setup.assert_unauthorized(&setup.with_credentials(&format!("Bearer {}", parts.join("."))).await);
}

#[tokio::test]
async fn a_token_of_another_provider_is_401() {
    let (setup, other) = (Setup::intercepted().await, Issuer::start().await);
    let response = setup.with_credentials(&format!("Bearer {}", other.token(&json!({})))).await;
    setup.assert_unauthorized(&response);
}

#[rstest]
#[case::one("ours", 200)]
#[case::another("theirs", 401)]
#[case::among_others(json!(["theirs", "ours"]), 200)]
#[case::two_others(json!(["theirs", "our"]), 401)]
#[case::prefix("ours/mcp", 401)]
#[case::case("Ours", 401)]
#[case::absent(Value::Null, 401)]
#[tokio::test]
async fn the_audience_is_one_of_those_allowed(#[case] audience: impl Into<Value>, #[case] status: u16) {
    let setup = Setup::with_rules(|rules, _| rules.allowed_audience = strings(["ours", "ours too"])).await;
    let response = setup.with_claims(json!({ "aud": audience.into() })).await;
    assert_eq!(response.status, status);
    if status == 401 {
        setup.assert_unauthorized(&response);
    }
}

#[rstest]
#[case::listed(json!({}), 200)]
#[case::another(json!({"client_id": "other"}), 401)]
#[case::absent(json!({"client_id": null}), 401)]
#[case::okta(json!({"client_id": null, "cid": "assistant"}), 401)]
#[case::entra(json!({"client_id": null, "azp": "assistant", "appid": "assistant"}), 401)]
#[tokio::test]
async fn the_client_is_looked_for_in_client_id_alone(#[case] claims: Value, #[case] status: u16) {
    let setup = Setup::with_rules(|rules, _| rules.allowed_clients = strings(["assistant"])).await;
    let response = setup.with_claims(claims).await;
    assert_eq!(response.status, status);
    if status == 401 {
        setup.assert_unauthorized(&response);
    }
}

#[rstest]
#[case::the_only_one(json!({"scope": SCOPE}), 200)]
#[case::among_others(json!({"scope": format!("openid {SCOPE} profile")}), 200)]
#[case::the_other_one(json!({"scope": "tools.read"}), 200)]
#[case::as_text_in_scp(json!({"scope": null, "scp": SCOPE}), 200)]
#[case::as_array_in_scp(json!({"scope": null, "scp": ["openid", SCOPE]}), 200)]
#[case::in_scp_beside_scope(json!({"scope": "openid", "scp": [SCOPE]}), 200)]
#[case::none(json!({"scope": null}), 403)]
#[case::empty(json!({"scope": ""}), 403)]
#[case::other(json!({"scope": "openid"}), 403)]
#[case::longer(json!({"scope": "countersign/tools.write"}), 403)]
#[case::shorter(json!({"scope": "countersign"}), 403)]
#[case::case(json!({"scope": "Countersign/Tools"}), 403)]
#[case::joined_by_comma(json!({"scope": "openid,countersign/tools"}), 403)]
#[case::two_in_one_of_scp(json!({"scope": null, "scp": ["openid countersign/tools"]}), 401)]
#[case::role(json!({"scope": null, "roles": [SCOPE]}), 403)]
#[tokio::test]
async fn one_allowed_scope_is_enough(#[case] claims: Value, #[case] status: u16) {
    let setup = Setup::with_rules(|rules, _| {
        rules.allowed_scopes = strings([SCOPE, "tools.read"]);
        // So that the challenge of this gateway is that of all the others.
        rules.advertised_scope_mapping = [("tools.read".to_owned(), SCOPE.to_owned())].into();
    })
    .await;
    let response = setup.with_claims(claims).await;
    assert_eq!(response.status, status);
    if status == 403 {
        let challenge = setup.challenge(&format!(r#"error="insufficient_scope", scope="{SCOPE} {SCOPE}", "#));
        assert_eq!(response.all("www-authenticate"), [challenge]);
        setup.assert_no_function_was_invoked();
    }
}

#[rstest]
#[case::scope_reads_scope(ScopeClaims::Scope, json!({"scope": SCOPE}), 200)]
#[case::scope_skips_scp(ScopeClaims::Scope, json!({"scope": null, "scp": SCOPE}), 403)]
#[case::scp_reads_scp(ScopeClaims::Scp, json!({"scope": null, "scp": SCOPE}), 200)]
#[case::scp_skips_scope(ScopeClaims::Scp, json!({"scope": SCOPE}), 403)]
#[tokio::test]
async fn scopes_are_read_where_the_switch_says(
    #[case] switch: ScopeClaims,
    #[case] claims: Value,
    #[case] status: u16,
) {
    let setup = Setup::with_rules(|_, switches| switches.scope_claims = switch).await;
    assert_eq!(setup.with_claims(claims).await.status, status);
}

#[rstest]
#[case::equal(ClaimMatch::Equals("a".to_owned()), json!("a"), 200)]
#[case::not_equal(ClaimMatch::Equals("a".to_owned()), json!("b"), 401)]
#[case::equal_in_an_array(ClaimMatch::Equals("a".to_owned()), json!(["a"]), 401)]
#[case::absent(ClaimMatch::Equals("a".to_owned()), Value::Null, 401)]
#[case::contained(ClaimMatch::Contains("a".to_owned()), json!(["b", "a"]), 200)]
#[case::not_contained(ClaimMatch::Contains("a".to_owned()), json!(["ab"]), 401)]
#[case::contained_in_a_text(ClaimMatch::Contains("a".to_owned()), json!("a"), 401)]
#[case::nothing_in_it(ClaimMatch::Contains("a".to_owned()), json!([]), 401)]
#[case::any_contained(ClaimMatch::ContainsAny(strings(["a", "b"])), json!(["c", "b"]), 200)]
#[case::none_contained(ClaimMatch::ContainsAny(strings(["a", "b"])), json!(["c"]), 401)]
#[case::numbers_are_no_texts(ClaimMatch::ContainsAny(strings(["1"])), json!([1]), 401)]
#[tokio::test]
async fn a_custom_claim_matches(#[case] matching: ClaimMatch, #[case] claim: Value, #[case] status: u16) {
    let setup = Setup::with_rules(|rules, _| {
        rules.custom_claims = vec![CustomClaim { name: "team".to_owned(), matching }];
    })
    .await;
    let response = setup.with_claims(json!({ "team": claim })).await;
    assert_eq!(response.status, status);
    if status == 401 {
        setup.assert_unauthorized(&response);
    }
}

#[tokio::test]
async fn every_configured_rule_must_hold() {
    let rules = |rules: &mut CustomJwt, _: &mut Switches| {
        rules.allowed_audience = strings(["ours"]);
        rules.allowed_clients = strings(["assistant"]);
        rules.custom_claims = ["team", "site"]
            .map(|name| CustomClaim { name: name.to_owned(), matching: ClaimMatch::Equals("a".to_owned()) })
            .into();
    };
    let good = json!({ "aud": "ours", "team": "a", "site": "a" });
    assert_eq!(Setup::with_rules(rules).await.with_claims(good.clone()).await.status, 200);
    for (claim, status) in [("aud", 401), ("client_id", 401), ("team", 401), ("site", 401), ("scope", 403)] {
        let setup = Setup::with_rules(rules).await;
        let mut claims = good.clone();
        claims[claim] = "other".into();
        assert_eq!(setup.with_claims(claims).await.status, status, "{claim}");
        setup.assert_no_function_was_invoked();
    }
}

#[rstest]
#[case::audience(json!({"aud": "theirs"}))]
#[case::client(json!({"client_id": "other"}))]
#[case::claim(json!({"team": "b"}))]
#[tokio::test]
async fn a_claim_mismatch_may_be_403(#[case] changes: Value) {
    let setup = Setup::with_rules(|rules, switches| {
        switches.claim_mismatch = ClaimMismatch::Forbidden;
        rules.allowed_audience = strings(["ours"]);
        rules.allowed_clients = strings(["assistant"]);
        rules.custom_claims =
            vec![CustomClaim { name: "team".to_owned(), matching: ClaimMatch::Equals("a".to_owned()) }];
    })
    .await;
    let mut claims = json!({ "aud": "ours", "team": "a" });
    claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    setup.assert_forbidden(&setup.with_claims(claims).await);
}

#[tokio::test]
async fn a_missing_scope_is_403() {
    let setup = Setup::intercepted().await;
    setup.assert_forbidden(&setup.with_claims(json!({ "scope": "openid" })).await);
}

#[tokio::test]
async fn without_allowed_scopes_the_challenge_names_none() {
    let setup = Setup::with_rules(|rules, _| {
        rules.allowed_scopes.clear();
        rules.allowed_clients = strings(["assistant"]);
    })
    .await;
    let response = setup.with_claims(json!({ "client_id": "other" })).await;
    assert_eq!(response.all("www-authenticate"), [setup.challenge(r#"error="invalid_token", "#)]);
    assert_eq!(setup.with_claims(json!({ "scope": null })).await.status, 200);
}

#[tokio::test]
async fn the_challenge_without_a_token_may_lack_the_error() {
    let setup =
        Setup::with_rules(|_, switches| switches.missing_token_challenge = MissingTokenChallenge::WithoutError).await;
    let response = setup.send(setup.post(&who_am_i()).without("Authorization")).await;
    let bare = setup.challenge(&format!(r#"scope="{SCOPE}", "#));
    assert_eq!((response.status, response.all("www-authenticate")), (401, vec![bare.as_str()]));
    setup.assert_unauthorized(&setup.with_credentials("Bearer a.b.c").await);
}

#[rstest]
#[case::retry(KeysUnavailable::ServiceUnavailable, 503)]
#[case::sign_in_again(KeysUnavailable::Unauthorized, 401)]
#[tokio::test]
async fn keys_that_cannot_be_read_are_no_fault_of_the_token(#[case] switch: KeysUnavailable, #[case] status: u16) {
    let setup = Setup::with_rules(|rules, switches| {
        switches.keys_unavailable = switch;
        // There is nothing at this path.
        rules.discovery_url = rules.discovery_url.replace("/.well-known", "/elsewhere/.well-known");
    })
    .await;
    let response = setup.with_claims(json!({ "iss": format!("{}/elsewhere", setup.issuer.url) })).await;
    assert_eq!((response.status, response.all("www-authenticate").is_empty()), (status, status == 503));
    setup.assert_no_function_was_invoked();
}

fn strings<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).into()
}
