use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::site::{Site, document};
use super::{Parameters, Setup, claims, configuration, redemption, request};
use crate::{Configuration, FetchPolicy, Outcome, Refusal, Verification};

const JSON: (&str, &str) = ("content-type", "application/json");
const CALLBACK: &str = "http://127.0.0.1:54321/callback";

fn from(site: &Site) -> Parameters {
    request().with("client_id", &site.url).with("redirect_uri", CALLBACK)
}

#[tokio::test]
async fn a_client_is_what_its_document_says() {
    let (setup, site) = (Setup::new(), Site::with(json!({})).await);
    let pending = setup.pending(&from(&site)).await;
    assert_eq!(pending.client_name(), Some("Client of a document"));
    // Of a document by plain http nobody can say whose it is.
    assert_eq!(pending.verification(), &Verification::Unverified);
    let code = setup.code(&from(&site)).await;
    let form = redemption(&code).with("client_id", &site.url).with("redirect_uri", CALLBACK);
    assert_eq!(claims(&setup.token(&form).await.good())["client_id"], site.url);
    assert_eq!(site.asked(), 1);
}

#[rstest]
#[case::no_method(json!({"token_endpoint_auth_method": null}))]
#[case::no_name(json!({"client_name": null}))]
#[case::other_redirects_malformed(json!({"redirect_uris": ["::", 1, "http://127.0.0.1/callback"]}))]
#[tokio::test]
async fn a_document_may_hold_what_is_not_for_us(#[case] changes: Value) {
    let site = Site::with(changes).await;
    Setup::new().pending(&from(&site)).await;
}

#[rstest]
#[case::other_client(json!({"client_id": "https://other.example/client.json"}))]
#[case::no_client(json!({"client_id": null}))]
#[case::no_redirects(json!({"redirect_uris": null}))]
#[case::no_usable_redirect(json!({"redirect_uris": ["javascript"]}))]
#[case::too_many_redirects(json!({"redirect_uris": vec!["http://127.0.0.1/callback"; 17]}))]
#[case::redirects_as_text(json!({"redirect_uris": "http://127.0.0.1/callback"}))]
#[case::large(json!({"padding": "x".repeat(5 * 1024)}))]
#[tokio::test]
async fn a_document_that_is_not_in_order_is_refused(#[case] changes: Value) {
    let site = Site::with(changes).await;
    assert_eq!(Setup::new().refusal(&from(&site)).await, Refusal::ClientDocument);
    assert_eq!(site.asked(), 1);
}

/// Without its key, whoever answers at its redirect URI could be it.
#[rstest]
#[case::private_key(json!({"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://client.example/jwks"}))]
#[case::shared_secret(json!({"token_endpoint_auth_method": "client_secret_post"}))]
#[case::certificate(json!({"token_endpoint_auth_method": "tls_client_auth"}))]
#[case::several(json!({"token_endpoint_auth_method": ["none", "private_key_jwt"]}))]
#[case::upper_case(json!({"token_endpoint_auth_method": "None"}))]
#[case::secret_in_public(json!({"client_secret": "s"}))]
#[tokio::test]
async fn a_document_of_a_client_that_is_not_public_is_refused_as_that(#[case] changes: Value) {
    let site = Site::with(changes).await;
    assert_eq!(Setup::new().refusal(&from(&site)).await, Refusal::ClientNotPublic);
}

#[rstest]
#[case::not_found(404, &[JSON])]
#[case::server_error(500, &[JSON])]
#[case::partial(206, &[JSON])]
#[case::html(200, &[("content-type", "text/html")])]
#[case::plain(200, &[("content-type", "text/plain")])]
#[case::untyped(200, &[])]
#[tokio::test]
async fn an_answer_that_is_not_a_document_is_refused(
    #[case] status: u16,
    #[case] headers: &[(&'static str, &'static str)],
) {
    let site = Site::serving(status, headers, |url| document(url, &json!({})).to_string()).await;
    assert_eq!(Setup::new().refusal(&from(&site)).await, Refusal::ClientDocument);
    assert_eq!(site.asked(), 1);
}

#[rstest]
#[case::empty("")]
#[case::array("[]")]
#[case::html("<html>")]
#[case::twice(r#"{"client_id":"a","client_id":"b"}"#)]
#[tokio::test]
async fn a_body_that_is_not_one_object_is_refused(#[case] body: &str) {
    let site = Site::serving(200, &[JSON], |_| body.to_owned()).await;
    assert_eq!(Setup::new().refusal(&from(&site)).await, Refusal::ClientDocument);
}

#[rstest]
#[case(301)]
#[case(302)]
#[case(307)]
#[case(308)]
#[tokio::test]
async fn a_redirect_is_not_followed(#[case] status: u16) {
    let target = Site::with(json!({})).await;
    let location: &'static str = target.url.clone().leak();
    let site =
        Site::serving(status, &[JSON, ("location", location)], |url| document(url, &json!({})).to_string()).await;
    assert_eq!(Setup::new().refusal(&from(&site)).await, Refusal::ClientDocument);
    assert_eq!((site.asked(), target.asked()), (1, 0));
}

#[tokio::test]
async fn a_redirect_uri_that_is_not_in_the_document_is_refused() {
    let (setup, site) = (Setup::new(), Site::with(json!({})).await);
    for uri in ["http://127.0.0.1/other", "https://evil.example/callback", "http://[::1]/callback"] {
        let refusal = setup.refusal(&from(&site).with("redirect_uri", uri)).await;
        assert_eq!(refusal, Refusal::UnregisteredRedirect, "{uri}");
    }
}

/// A server that never answers is given up after three seconds; the time is made to pass once it was asked.
#[tokio::test]
async fn a_slow_answer_is_not_waited_for() {
    let (setup, site) = (Setup::new(), Site::with(json!({})).await);
    site.hold();
    let request = from(&site);
    let passing = async {
        site.arrived().await;
        tokio::time::pause();
        Instant::now()
    };
    let (refusal, paused) = tokio::join!(setup.refusal(&request), passing);
    assert_eq!(refusal, Refusal::ClientDocument);
    // Simulated: from the pause on time passes only as far as somebody waits for it.
    assert!(paused.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn who_asks_at_once_shares_one_fetch() {
    let (setup, site) = (Setup::new(), Site::with(json!({})).await);
    site.hold();
    let request = from(&site);
    let release = async {
        site.arrived().await;
        site.release();
    };
    tokio::join!(setup.pending(&request), setup.pending(&request), setup.pending(&request), release);
    assert_eq!(site.asked(), 1);
}

#[rstest]
#[case::silent(&[JSON], 3_600)]
#[case::short(&[JSON, ("cache-control", "public, max-age=60")], 60)]
#[case::quoted(&[JSON, ("cache-control", "max-age=\"60\"")], 60)]
#[case::a_day_at_most(&[JSON, ("cache-control", "max-age=31536000")], 86_400)]
#[tokio::test]
async fn a_document_is_kept_as_long_as_it_says(#[case] headers: &[(&'static str, &'static str)], #[case] seconds: u64) {
    let setup = Setup::new();
    let site = Site::serving(200, headers, |url| document(url, &json!({})).to_string()).await;
    setup.pending(&from(&site)).await;
    setup.clock.forward(seconds - 1);
    setup.pending(&from(&site)).await;
    assert_eq!(site.asked(), 1);
    setup.clock.forward(1);
    setup.pending(&from(&site)).await;
    assert_eq!(site.asked(), 2);
}

#[rstest]
#[case("no-store")]
#[case("no-cache, max-age=600")]
#[case("max-age=0")]
#[case("max-age=soon")]
#[tokio::test]
async fn a_document_that_must_not_be_kept_is_for_ten_seconds(#[case] cache_control: &'static str) {
    let setup = Setup::new();
    let headers = [JSON, ("cache-control", cache_control)];
    let site = Site::serving(200, &headers, |url| document(url, &json!({})).to_string()).await;
    for (forward, asked) in [(0, 1), (9, 1), (1, 2)] {
        setup.clock.forward(forward);
        setup.pending(&from(&site)).await;
        assert_eq!(site.asked(), asked);
    }
}

#[tokio::test]
async fn a_failure_is_kept_for_half_a_minute() {
    let (setup, site) = (Setup::new(), Site::serving(500, &[JSON], |_| String::new()).await);
    for (forward, asked) in [(0, 1), (29, 1), (1, 2)] {
        setup.clock.forward(forward);
        setup.refusal(&from(&site)).await;
        assert_eq!(site.asked(), asked);
    }
}

/// Its site is down, or somebody sees to it that it cannot be reached.
#[tokio::test]
async fn a_good_document_outlives_failures_for_a_day() {
    let (setup, site) = (Setup::new(), Site::with(json!({})).await);
    setup.pending(&from(&site)).await;
    site.fail();
    for (forward, asked) in [(3_600, 2), (29, 2), (1, 3), (86_400 - 3_631, 4)] {
        setup.clock.forward(forward);
        setup.pending(&from(&site)).await;
        assert_eq!(site.asked(), asked);
    }
    setup.clock.forward(1);
    assert_eq!(setup.refusal(&from(&site)).await, Refusal::ClientDocument);
}

/// Otherwise who opens and closes connections could have one site asked without end.
#[tokio::test]
async fn a_fetch_that_nobody_waits_for_any_more_is_still_the_one_of_its_document() {
    let (setup, site) = (Setup::new(), Site::with(json!({})).await);
    site.hold();
    let request = from(&site);
    tokio::select! { _ = setup.authorize(&request) => panic!("answered"), () = site.arrived() => {} }
    let release = async { site.release() };
    tokio::join!(setup.pending(&request), release);
    assert_eq!(site.asked(), 1);
}

/// Eight documents that are never answered take every turn; the ninth is another's, and nobody's fault.
#[tokio::test]
async fn a_document_whose_turn_did_not_come_is_not_taken_for_a_bad_one() {
    let (setup, good, slow) = (Setup::new(), Site::with(json!({})).await, Site::with(json!({})).await);
    slow.hold();
    for number in 0..8 {
        let request = request().with("client_id", &format!("{}?{number}", slow.url)).with("redirect_uri", CALLBACK);
        tokio::select! { _ = setup.authorize(&request) => panic!("answered"), () = slow.arrived() => {} }
    }
    let request = from(&good);
    let mut turn = Box::pin(setup.authorize(&request));
    tokio::select! { biased; _ = &mut turn => panic!("answered"), () = tokio::task::yield_now() => {} }
    assert_eq!(good.asked(), 0);
    slow.release();
    assert!(matches!(turn.await, Outcome::Interact(_)));
    assert_eq!(good.asked(), 1);
}

/// What cannot be the identifier of a client is not asked for.
#[rstest]
#[case::plain_http("http://client.example/client.json")]
#[case::root("https://client.example/")]
#[case::no_path("https://client.example")]
#[case::other_port("https://client.example:8443/client.json")]
#[case::user("https://me@client.example/client.json")]
#[case::fragment("https://client.example/client.json#x")]
#[case::dots("https://client.example/a/../client.json")]
#[case::encoded_dots("https://client.example/a/%2e%2e/client.json")]
#[case::upper_case("https://CLIENT.example/client.json")]
#[case::default_port("https://client.example:443/client.json")]
#[case::address("https://93.184.216.34/client.json")]
#[case::metadata_service("https://169.254.169.254/client.json")]
#[case::metadata_service_by_http("http://169.254.169.254/latest/meta-data")]
#[case::address_6("https://[2606:4700::1]/client.json")]
#[case::loopback_6("https://[::1]/client.json")]
#[case::number("https://2130706433/client.json")]
#[case::file("file:///etc/passwd")]
#[case::long(&format!("https://client.example/{}", "x".repeat(512)))]
#[tokio::test]
async fn a_url_that_cannot_name_a_client_is_an_unknown_client(#[case] id: &str) {
    for documents in [FetchPolicy::public_internet(), FetchPolicy::public_internet_and_loopback()] {
        let setup = Setup::with(Configuration { documents: Some(documents), ..configuration() });
        assert_eq!(setup.refusal(&request().with("client_id", id)).await, Refusal::UnknownClient);
    }
}

#[tokio::test]
async fn in_the_cloud_loopback_cannot_be_named() {
    let site = Site::with(json!({})).await;
    for documents in [Some(FetchPolicy::public_internet()), None] {
        let setup = Setup::with(Configuration { documents, ..configuration() });
        assert_eq!(setup.refusal(&from(&site)).await, Refusal::UnknownClient);
        let form = redemption(&"A".repeat(43)).with("client_id", &site.url);
        assert_eq!(setup.token(&form).await.error().1, "invalid_client");
    }
    assert_eq!(site.asked(), 0);
}
