use rstest::rstest;
use serde_json::json;

use super::{ISSUER, Parameters, RESOURCE, Setup, challenge, configuration, request, text};
use crate::{Destination, Outcome, RedirectPolicy, Refusal, RemoteRedirects, SignIn, Verification};

#[tokio::test]
async fn a_good_request_waits_for_a_person_who_is_told_who_asks() {
    let pending = Setup::new().pending(&request()).await;
    assert_eq!(pending.client_id(), "assistant");
    assert_eq!(pending.client_name(), Some("AI assistant"));
    assert_eq!(pending.verification(), &Verification::Configured);
    assert_eq!(pending.destination(), &Destination::ThisMachine { host: "127.0.0.1:3334".to_owned() });
    assert_eq!(pending.resource(), RESOURCE);
    assert_eq!(pending.scopes().to_string(), "tools/read");
}

/// Nobody can say whose mistake it is, or the address is the mistake.
#[rstest]
#[case::no_client(request().without("client_id"), Refusal::Missing("client_id"))]
#[case::empty_client(request().with("client_id", ""), Refusal::Missing("client_id"))]
#[case::unknown_client(request().with("client_id", "nobody"), Refusal::UnknownClient)]
#[case::two_clients(request().and("client_id", "assistant"), Refusal::Repeated("client_id"))]
#[case::no_redirect(request().without("redirect_uri"), Refusal::Missing("redirect_uri"))]
#[case::two_redirects(request().and("redirect_uri", "https://evil.example/"), Refusal::Repeated("redirect_uri"))]
#[case::other_path(request().with("redirect_uri", "http://127.0.0.1:3334/other"), Refusal::UnregisteredRedirect)]
#[case::other_host(request().with("redirect_uri", "http://[::1]:3334/callback"), Refusal::UnregisteredRedirect)]
#[case::remote(request().with("redirect_uri", "https://evil.example/callback"), Refusal::UnregisteredRedirect)]
#[case::https_loopback(request().with("redirect_uri", "https://localhost/callback"), Refusal::UnregisteredRedirect)]
#[case::query(request().with("redirect_uri", "http://localhost/callback?a=b"), Refusal::UnregisteredRedirect)]
#[case::script(request().with("redirect_uri", "javascript:alert(1)"), Refusal::UnregisteredRedirect)]
#[case::not_a_url(request().with("redirect_uri", "/callback"), Refusal::UnregisteredRedirect)]
#[tokio::test]
async fn doubt_about_client_or_redirect_is_shown_and_never_redirected(
    #[case] parameters: Parameters,
    #[case] expected: Refusal,
) {
    assert_eq!(Setup::new().refusal(&parameters).await, expected);
}

#[rstest]
#[case::percent("client_id=assistant&state=%zz")]
#[case::utf8("client_id=assistant&state=%ff")]
#[case::cut("client_id=assistant&state=%4")]
#[case::long(&format!("client_id=assistant&state={}", "x".repeat(9_000)))]
#[tokio::test]
async fn a_damaged_query_is_shown(#[case] query: &str) {
    let outcome = Setup::new().server.authorize(&super::head("GET", &format!("/authorize?{query}"), &[])).await;
    assert!(matches!(outcome, Outcome::Refuse(Refusal::Malformed)), "{outcome:?}");
}

#[rstest]
#[case::no_type(request().without("response_type"), "invalid_request")]
#[case::implicit(request().with("response_type", "token"), "unsupported_response_type")]
#[case::hybrid(request().with("response_type", "code id_token"), "unsupported_response_type")]
#[case::two_types(request().and("response_type", "code"), "invalid_request")]
#[case::fragment(request().with("response_mode", "fragment"), "invalid_request")]
#[case::form_post(request().with("response_mode", "form_post"), "invalid_request")]
#[case::no_challenge(request().without("code_challenge"), "invalid_request")]
#[case::no_proof_at_all(request().without("code_challenge").without("code_challenge_method"), "invalid_request")]
#[case::no_method_means_plain(request().without("code_challenge_method"), "invalid_request")]
#[case::plain(request().with("code_challenge_method", "plain"), "invalid_request")]
#[case::lower_case(request().with("code_challenge_method", "s256"), "invalid_request")]
#[case::two_challenges(request().and("code_challenge", "x"), "invalid_request")]
#[case::two_methods(request().and("code_challenge_method", "plain"), "invalid_request")]
#[case::short_challenge(request().with("code_challenge", "abc"), "invalid_request")]
#[case::padded_challenge(request().with("code_challenge", &format!("{}=", challenge("x"))), "invalid_request")]
#[case::other_resource(request().with("resource", "https://other.example/mcp"), "invalid_target")]
#[case::parent_resource(request().with("resource", "https://gateway.example/"), "invalid_target")]
#[case::longer_resource(request().with("resource", "https://gateway.example/mcp2"), "invalid_target")]
#[case::resource_with_query(request().with("resource", "https://gateway.example/mcp?x"), "invalid_target")]
#[case::resource_fragment(request().with("resource", "https://gateway.example/mcp#x"), "invalid_target")]
#[case::resource_user(request().with("resource", "https://me@gateway.example/mcp"), "invalid_target")]
#[case::resource_text(request().with("resource", "mcp"), "invalid_target")]
#[case::one_of_two_resources(request().and("resource", "https://other.example/mcp"), "invalid_target")]
#[case::unknown_scope(request().with("scope", "files/read"), "invalid_scope")]
#[case::part_of_a_scope(request().with("scope", "tools"), "invalid_scope")]
#[case::other_case(request().with("scope", "Tools/Read"), "invalid_scope")]
#[case::malformed_scope(request().with("scope", "tools/read\u{7}"), "invalid_scope")]
#[case::two_scopes(request().and("scope", "a").and("scope", "b"), "invalid_request")]
#[case::long_scope(request().with("scope", &"tools/read ".repeat(100)), "invalid_scope")]
#[case::silent(request().with("prompt", "none"), "interaction_required")]
#[case::request_object(request().with("request", "eyJ9.e30."), "request_not_supported")]
#[case::pushed(request().with("request_uri", "urn:ietf:params:oauth:request_uri:1"), "request_uri_not_supported")]
#[tokio::test]
async fn what_else_is_wrong_goes_to_the_client_with_state_and_issuer(
    #[case] parameters: Parameters,
    #[case] expected: &str,
) {
    let answer = Setup::new().redirected(&parameters).await;
    assert_eq!(answer["error"], expected);
    assert_eq!(answer["state"], "a state&with=signs");
    assert_eq!(answer["iss"], ISSUER);
    assert!(!answer.contains_key("code"));
}

#[rstest]
#[case::long(request().with("state", &"x".repeat(2_049)))]
#[case::twice(request().and("state", "other"))]
#[tokio::test]
async fn a_state_that_cannot_be_echoed_is_an_error_without_state(#[case] parameters: Parameters) {
    let answer = Setup::new().redirected(&parameters).await;
    assert_eq!(answer["error"], "invalid_request");
    assert_eq!(answer["iss"], ISSUER);
    assert!(!answer.contains_key("state"));
}

#[rstest]
#[case::none(request().without("scope"), "tools/read")]
#[case::empty(request().with("scope", ""), "tools/read")]
#[case::one(request().with("scope", "tools/write"), "tools/write")]
#[case::both(request().with("scope", "tools/write tools/read"), "tools/read tools/write")]
#[case::ours_and_unknown(request().with("scope", "files/read tools/read"), "tools/read")]
#[case::of_identity_alone(
    request().with("scope", "openid profile email offline_access"),
    "email offline_access profile tools/read"
)]
#[case::id_tokens_are_not_granted(request().with("scope", "openid"), "tools/read")]
#[case::with_refresh(request().with("scope", "tools/write offline_access"), "offline_access tools/write")]
#[tokio::test]
async fn scopes_of_ours_are_granted_and_the_default_if_there_are_none(
    #[case] parameters: Parameters,
    #[case] expected: &str,
) {
    assert_eq!(Setup::new().pending(&parameters).await.scopes().to_string(), expected);
}

#[rstest]
#[case::absent(request().without("resource"))]
#[case::empty(request().with("resource", ""))]
#[case::trailing_slash(request().with("resource", "https://gateway.example/mcp/"))]
#[case::upper_case_host(request().with("resource", "HTTPS://GATEWAY.example/mcp"))]
#[case::twice(request().and("resource", RESOURCE))]
#[case::unknown_parameter_twice(request().and("utm", "a").and("utm", "b"))]
#[case::query_mode(request().with("response_mode", "query"))]
#[case::nonce(request().with("nonce", "n"))]
#[tokio::test]
async fn what_clients_leave_out_or_add_does_no_harm(#[case] parameters: Parameters) {
    assert_eq!(Setup::new().pending(&parameters).await.resource(), RESOURCE);
}

#[rstest]
#[case::none(request(), SignIn::AsNeeded)]
#[case::consent(request().with("prompt", "consent"), SignIn::AsNeeded)]
#[case::login(request().with("prompt", "login"), SignIn::Anew)]
#[case::account(request().with("prompt", "consent select_account"), SignIn::Anew)]
#[tokio::test]
async fn a_client_can_ask_for_a_new_sign_in(#[case] parameters: Parameters, #[case] expected: SignIn) {
    assert_eq!(Setup::new().pending(&parameters).await.sign_in(), expected);
}

/// What the operator wrote down needs no further leave, and the person sees where the answer goes.
#[tokio::test]
async fn the_policy_of_redirects_is_for_clients_that_the_operator_did_not_write_down() {
    let redirects = RedirectPolicy::new(RemoteRedirects::Refused, []).unwrap();
    let clients = r#"{"clients": [{"client_id": "site", "client_name": "Site", "redirect_uris":
        ["https://vscode.dev/redirect", "cursor://anysphere.cursor-mcp/oauth/callback", "http://localhost/callback"]}]}"#;
    let clients = crate::PreRegisteredClients::parse(clients).unwrap();
    let key = crate::RegistrationKey::generate().unwrap().0;
    let lenient = Setup::with(crate::Configuration { registration: Some(key.clone()), ..configuration() });
    let setup = Setup::with(crate::Configuration { redirects, clients, registration: Some(key), ..configuration() });
    for (uri, destination) in [
        ("https://vscode.dev/redirect", Destination::Site { host: "vscode.dev".to_owned() }),
        ("cursor://anysphere.cursor-mcp/oauth/callback", Destination::Application { scheme: "cursor".to_owned() }),
        ("http://localhost:1/callback", Destination::ThisMachine { host: "localhost:1".to_owned() }),
    ] {
        let request = request().with("redirect_uri", uri);
        assert_eq!(setup.pending(&request.with("client_id", "site")).await.destination(), &destination);
        let dynamic = lenient.register(&json!({"redirect_uris": [uri]})).await.good();
        let dynamic = request.with("client_id", text(&dynamic, "client_id"));
        match destination {
            Destination::ThisMachine { .. } => drop(setup.pending(&dynamic).await),
            _ => assert_eq!(setup.refusal(&dynamic).await, Refusal::RedirectNotAllowed, "{uri}"),
        }
    }
}

/// As with a provider that compares the whole text, so that a laptop refuses what such a provider would refuse.
#[rstest]
#[case::registered("http://127.0.0.1:7778/callback", true)]
#[case::registered_without_port("http://127.0.0.1/other", true)]
#[case::other_port("http://127.0.0.1:7779/callback", false)]
#[case::no_port("http://127.0.0.1/callback", false)]
#[case::a_port_where_none_is("http://127.0.0.1:80/other", false)]
#[case::other_path("http://127.0.0.1:7778/", false)]
#[case::slash_for_no_path("http://127.0.0.1:7778/callback/", false)]
#[tokio::test]
async fn with_an_exact_loopback_port_the_redirect_uri_is_the_registered_text(#[case] uri: &str, #[case] is_it: bool) {
    for (port, any) in [(r#", "loopback_port": "exact""#, false), (r#", "loopback_port": "any""#, true), ("", true)] {
        let clients = format!(
            r#"{{"clients": [{{"client_id": "pool", "client_name": "Pool", "redirect_uris":
            ["http://127.0.0.1:7778/callback", "http://127.0.0.1/other"]{port}}}]}}"#
        );
        let clients = crate::PreRegisteredClients::parse(&clients).unwrap();
        let setup = Setup::with(crate::Configuration { clients, ..configuration() });
        let request = request().with("client_id", "pool").with("redirect_uri", uri);
        if is_it || any && !uri.ends_with('/') {
            setup.pending(&request).await;
        } else {
            assert_eq!(setup.refusal(&request).await, Refusal::UnregisteredRedirect, "{port}");
        }
    }
}

/// RFC 9700 §4.11.2: otherwise anybody could register a site and use this server to send people there.
#[rstest]
#[case::site("https://evil.example/callback", false)]
#[case::program("cursor://anysphere.cursor-mcp/oauth/callback", false)]
#[case::own_machine("http://127.0.0.1:1/callback", true)]
#[tokio::test]
async fn an_error_sends_nobody_to_a_place_that_only_its_client_vouches_for(#[case] uri: &str, #[case] is_sent: bool) {
    let setup = Setup::new();
    let client = setup.register(&json!({"redirect_uris": [uri]})).await.good();
    let request = request().with("client_id", text(&client, "client_id")).with("redirect_uri", uri);
    setup.pending(&request).await;
    for wrong in [request.with("scope", "files/read"), request.with("prompt", "none"), request.and("state", "x")] {
        if is_sent {
            assert!(setup.redirected(&wrong).await.contains_key("error"));
        } else {
            assert!(matches!(setup.refusal(&wrong).await, Refusal::Request(_)));
        }
    }
}

#[tokio::test]
async fn an_error_is_told_to_a_site_that_the_operator_wrote_down() {
    let clients = r#"{"clients": [{"client_id": "site", "client_name": "Site", "redirect_uris":
        ["https://site.example/callback"]}]}"#;
    let clients = crate::PreRegisteredClients::parse(clients).unwrap();
    let setup = Setup::with(crate::Configuration { clients, ..configuration() });
    let request = request().with("client_id", "site").with("redirect_uri", "https://site.example/callback");
    assert_eq!(setup.redirected(&request.with("scope", "files/read")).await["error"], "invalid_scope");
}

#[rstest]
#[case::not_json("{")]
#[case::no_clients("{}")]
#[case::unknown_member(r#"{"clients": [], "client": []}"#)]
#[case::no_identifier(
    r#"{"clients": [{"client_id": "", "client_name": "A", "redirect_uris": ["http://localhost/"]}]}"#
)]
#[case::no_name(r#"{"clients": [{"client_id": "a", "client_name": " ", "redirect_uris": ["http://localhost/"]}]}"#)]
#[case::no_redirect(r#"{"clients": [{"client_id": "a", "client_name": "A", "redirect_uris": []}]}"#)]
#[case::wrong_redirect(
    r#"{"clients": [{"client_id": "a", "client_name": "A", "redirect_uris": ["http://a.example/"]}]}"#
)]
#[case::application_without_path(&with_redirect("cursor://host"))]
#[case::application_without_host(&with_redirect("cursor:/callback"))]
#[case::opaque_application(&with_redirect("cursor:callback"))]
#[case::application_with_query(&with_redirect("cursor://host/callback?x"))]
#[case::settings(&with_redirect("ms-settings://host/callback"))]
#[case::source(&with_redirect("view-source://host/callback"))]
#[case::share_in_capitals(&with_redirect("SMB://host/callback"))]
#[case::secret(
    r#"{"clients": [{"client_id": "a", "client_name": "A", "redirect_uris": ["http://localhost/"], "client_secret": "s"}]}"#
)]
#[case::port_of_another_kind(
    r#"{"clients": [{"client_id": "a", "client_name": "A", "redirect_uris": ["http://localhost/"], "loopback_port": 1}]}"#
)]
#[case::port_in_another_case(
    r#"{"clients": [{"client_id": "a", "client_name": "A", "redirect_uris": ["http://localhost/"], "loopback_port": "Exact"}]}"#
)]
#[case::port_of_null(
    r#"{"clients": [{"client_id": "a", "client_name": "A", "redirect_uris": ["http://localhost/"], "loopback_port": null}]}"#
)]
#[case::twice(
    r#"{"clients": [{"client_id": "a", "client_name": "A", "redirect_uris": ["http://localhost/"]},
        {"client_id": "a", "client_name": "B", "redirect_uris": ["http://localhost/"]}]}"#
)]
fn a_file_of_clients_is_right_or_refused(#[case] json: &str) {
    let error = crate::PreRegisteredClients::parse(json).unwrap_err();
    assert_eq!(error, crate::ConfigurationError::Clients);
}

fn with_redirect(uri: &str) -> String {
    json!({"clients": [{"client_id": "a", "client_name": "A", "redirect_uris": [uri]}]}).to_string()
}

/// A form that another site sends, or a program that only looks, must not leave a request behind.
#[rstest]
#[case("POST")]
#[case("HEAD")]
#[case("PUT")]
#[tokio::test]
async fn a_request_is_made_by_get_alone(#[case] method: &str) {
    let uri = format!("/authorize?{}", request().encoded());
    let outcome = Setup::new().server.authorize(&super::head(method, &uri, &[])).await;
    let Outcome::Refuse(refusal) = outcome else { panic!("{outcome:?}") };
    assert_eq!((refusal, refusal.status().as_u16()), (Refusal::Method, 405));
}
