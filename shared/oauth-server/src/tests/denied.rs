use rstest::rstest;
use serde_json::json;

use super::site::Site;
use super::{REDIRECT, Setup, configuration, redemption, refreshment, request, text};
use crate::{Configuration, ConfigurationError, DeniedClients, PreRegisteredClients, Refusal};

fn denying(identifiers: &[&str], hosts: &[&str]) -> Configuration {
    let denied_clients = DeniedClients::new(identifiers.iter().copied(), hosts.iter().copied()).unwrap();
    Configuration { denied_clients, ..configuration() }
}

#[tokio::test]
async fn a_client_that_is_denied_gets_no_code_and_no_more_tokens() {
    let setup = Setup::new();
    let tokens = setup.tokens().await;
    let code = setup.code(&request()).await;
    let denied = setup.restarted(denying(&["assistant"], &[]));
    assert_eq!(denied.refusal(&request()).await, Refusal::ClientDenied);
    assert_eq!(denied.token(&redemption(&code)).await.error().1, "invalid_client");
    let form = refreshment(text(&tokens, "refresh_token"));
    assert_eq!(denied.token(&form).await.error(), (401, "invalid_client".to_owned()));
    let allowed = denied.restarted(configuration());
    allowed.token(&form).await.good();
}

#[tokio::test]
async fn a_registration_can_be_denied_and_the_others_go_on() {
    let registration = configuration().registration;
    let setup = Setup::with(Configuration { registration: registration.clone(), ..configuration() });
    let metadata = json!({"redirect_uris": [REDIRECT]});
    let (one, other) = (setup.register(&metadata).await.good(), setup.register(&metadata).await.good());
    let (one, other) = (text(&one, "client_id"), text(&other, "client_id"));
    let denied = setup.restarted(Configuration { registration, ..denying(&[one], &[]) });
    assert_eq!(denied.refusal(&request().with("client_id", one)).await, Refusal::ClientDenied);
    denied.pending(&request().with("client_id", other)).await;
}

/// A document that would be refused is not even asked for.
#[tokio::test]
async fn the_documents_of_a_host_can_be_denied() {
    let site = Site::with(json!({})).await;
    let request = request().with("client_id", &site.url).with("redirect_uri", "http://127.0.0.1/callback");
    for denying in [denying(&[], &["127.0.0.1"]), denying(&[&site.url], &[])] {
        let setup = Setup::with(denying);
        assert_eq!(setup.refusal(&request).await, Refusal::ClientDenied);
        let form = redemption(&"A".repeat(43)).with("client_id", &site.url);
        assert_eq!(setup.token(&form).await.error().1, "invalid_client");
    }
    assert_eq!(site.asked(), 0);
    Setup::with(denying(&["assistant"], &["other.example"])).pending(&request).await;
}

#[rstest]
#[case::itself("https://client.example/a.json", true)]
#[case::below("https://www.client.example/a.json", true)]
#[case::root_label("https://client.example./a.json", true)]
#[case::upper_case("https://CLIENT.example/a.json", true)]
#[case::another_that_ends_so("https://otherclient.example/a.json", false)]
#[case::above("https://example/a.json", false)]
#[case::another("https://client.example.org/a.json", false)]
#[case::in_the_path("https://other.example/client.example", false)]
#[case::as_a_user("https://client.example@other.example/a.json", false)]
fn a_host_is_denied_with_all_below_it(#[case] id: &str, #[case] is_denied: bool) {
    for host in ["client.example", "CLIENT.example", "client.example."] {
        assert_eq!(DeniedClients::new([], [host]).unwrap().contains(id), is_denied, "{host}");
    }
}

#[rstest]
#[case::itself("https://client.example/a.json", true)]
#[case::empty_query("https://client.example/a.json?", false)]
#[case::query("https://client.example/a.json?x", false)]
#[case::other_path("https://client.example/b.json", false)]
#[case::longer("https://client.example/a.json/", false)]
fn an_identifier_denies_its_own_text_where_its_host_denies_all(#[case] id: &str, #[case] is_denied: bool) {
    assert_eq!(DeniedClients::new(["https://client.example/a.json"], []).unwrap().contains(id), is_denied);
    assert!(DeniedClients::new([], ["client.example"]).unwrap().contains(id));
}

#[tokio::test]
async fn the_operators_denial_counts_more_than_the_operators_list() {
    let clients = r#"{"clients": [{"client_id": "https://client.example/a.json", "client_name": "A",
        "redirect_uris": ["http://127.0.0.1/oauth/callback"]}]}"#;
    let clients = PreRegisteredClients::parse(clients).unwrap();
    let request = request().with("client_id", "https://client.example/a.json");
    Setup::with(Configuration { clients: clients.clone(), ..configuration() }).pending(&request).await;
    let setup = Setup::with(Configuration { clients, ..denying(&[], &["client.example"]) });
    assert_eq!(setup.refusal(&request).await, Refusal::ClientDenied);
}

#[rstest]
#[case::no_identifier(&[""], &[])]
#[case::long_identifier(&[&*"x".repeat(513).leak()], &[])]
#[case::no_host(&[], &[""])]
#[case::root(&[], &["."])]
#[case::url(&[], &["https://client.example"])]
#[case::port(&[], &["client.example:443"])]
#[case::path(&[], &["client.example/a"])]
#[case::pattern(&[], &["*.client.example"])]
fn a_denial_that_would_deny_nothing_is_refused(#[case] identifiers: &[&'static str], #[case] hosts: &[&'static str]) {
    let denied = DeniedClients::new(identifiers.iter().copied(), hosts.iter().copied());
    assert_eq!(denied.unwrap_err(), ConfigurationError::DeniedClients);
}
