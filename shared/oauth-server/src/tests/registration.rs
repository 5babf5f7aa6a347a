use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

use super::{NOW, REDIRECT, Setup, configuration, redemption, request, text};
use crate::client::{ClientName, RegistrationKey};
use crate::redirect::RedirectUri;
use crate::{
    Configuration, ConfigurationError, Destination, Endpoint, RedirectPolicy, Refusal, RemoteRedirects, Verification,
};

/// What Claude Code, VS Code and Cursor register, in substance.
#[rstest]
#[case::native(json!({
    "client_name": "Claude Code", "redirect_uris": ["http://localhost:41789/callback"],
    "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
    "token_endpoint_auth_method": "none", "scope": "tools/read", "application_type": "native",
}))]
#[case::several(json!({
    "client_name": "Visual Studio Code", "client_uri": "https://code.visualstudio.com",
    "redirect_uris": [
        "https://insiders.vscode.dev/redirect", "https://vscode.dev/redirect", "http://localhost/",
        "http://127.0.0.1/", "http://localhost:33418/", "http://127.0.0.1:33418/",
    ],
    "token_endpoint_auth_method": "none",
}))]
#[case::custom_scheme(json!({
    "client_name": "Cursor", "redirect_uris": [
        "cursor://anysphere.cursor-mcp/oauth/callback", "http://localhost:8787/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
    ],
}))]
#[case::bare(json!({"redirect_uris": ["http://127.0.0.1:3000"]}))]
#[case::nulls(json!({"redirect_uris": [REDIRECT], "grant_types": null, "response_types": null}))]
#[tokio::test]
async fn a_client_is_registered_and_told_what_was_registered(#[case] metadata: Value) {
    let setup = Setup::new();
    let answer = setup.register(&metadata).await;
    assert_eq!(answer.status, 201);
    let registered = answer.good();
    assert_eq!(registered["redirect_uris"], metadata["redirect_uris"]);
    for same in ["client_name", "scope", "application_type"] {
        assert_eq!(registered.get(same), metadata.get(same), "{same}");
    }
    assert_eq!(registered["client_id_issued_at"], NOW);
    assert_eq!(registered["token_endpoint_auth_method"], "none");
    assert_eq!(registered["response_types"], json!(["code"]));
    assert!(registered.get("client_secret").is_none());
    assert!(text(&registered, "client_id").len() <= 512);

    for uri in metadata["redirect_uris"].as_array().unwrap() {
        let uri = uri.as_str().unwrap();
        let request = request().with("client_id", text(&registered, "client_id")).with("redirect_uri", uri);
        let pending = setup.pending(&request).await;
        assert_eq!(pending.client_name(), metadata["client_name"].as_str());
        assert_eq!(pending.verification(), &Verification::Unverified);
        assert_eq!(pending.redirect_uri().as_str(), uri);
    }
}

#[tokio::test]
async fn a_registered_client_gets_tokens_under_its_own_name() {
    let setup = Setup::new();
    let registered = setup.register(&json!({"redirect_uris": [REDIRECT]})).await.good();
    let id = text(&registered, "client_id");
    let code = setup.code(&request().with("client_id", id)).await;
    let tokens = setup.token(&redemption(&code).with("client_id", id)).await.good();
    assert_eq!(super::claims(&tokens)["client_id"], id);
}

#[tokio::test]
async fn an_identifier_or_a_secret_that_the_client_chose_is_passed_over() {
    let metadata = json!({
        "redirect_uris": [REDIRECT], "client_id": "assistant", "client_secret": "s3cret",
        "token_endpoint_auth_method": "client_secret_basic", "registration_access_token": "x",
        "grant_types": ["authorization_code", "client_credentials"], "jwks": {"keys": []},
    });
    let registered = Setup::new().register(&metadata).await.good();
    assert_ne!(registered["client_id"], "assistant");
    assert_eq!(registered["token_endpoint_auth_method"], "none");
    assert_eq!(registered["grant_types"], json!(["authorization_code", "refresh_token"]));
    let text = registered.to_string();
    assert!(!text.contains("s3cret") && !text.contains("jwks") && !text.contains("registration_access_token"));
}

#[tokio::test]
async fn each_registration_has_its_own_identifier() {
    let setup = Setup::new();
    let metadata = json!({"redirect_uris": [REDIRECT]});
    let (one, other) = (setup.register(&metadata).await.good(), setup.register(&metadata).await.good());
    assert_ne!(one["client_id"], other["client_id"]);
}

#[rstest]
#[case::script(json!(["javascript:alert(1)"]))]
#[case::data(json!(["data:text/html,x"]))]
#[case::file(json!(["file:///etc/passwd"]))]
#[case::script_with_authority(json!(["javascript://localhost/%0aalert(1)"]))]
#[case::upper_case_script(json!(["JavaScript:alert(1)"]))]
#[case::among_good_ones(json!([REDIRECT, "javascript:alert(1)"]))]
#[case::unlisted_scheme(json!(["evil://callback"]))]
#[case::link_that_installs(json!(["cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=e30"]))]
#[case::link_that_clones(json!(["vscode://vscode.git/clone?url=https%3A%2F%2Fevil.example"]))]
#[case::opaque(json!(["cursor:anysphere.cursor-mcp/oauth/callback"]))]
#[case::query_of_a_program(json!(["cursor://anysphere.cursor-mcp/oauth/callback?x=y"]))]
#[case::an_answer_already(json!([REDIRECT, "http://127.0.0.1:3334/oauth/callback?code=x"]))]
#[case::about(json!(["about:blank"]))]
#[case::plain_http(json!(["http://client.example/callback"]))]
#[case::loopback_lookalike(json!(["http://localhost.evil.example/callback"]))]
#[case::loopback_as_user(json!(["http://localhost:80@evil.example/callback"]))]
#[case::other_loopback_address(json!(["http://127.0.0.2/callback"]))]
#[case::loopback_as_number(json!(["http://2130706433/callback"]))]
#[case::fragment(json!(["https://client.example/callback#x"]))]
#[case::user(json!(["https://me@client.example/callback"]))]
#[case::relative(json!(["/callback"]))]
#[case::wildcard_is_no_url(json!(["*"]))]
#[case::empty(json!([""]))]
#[case::none(json!([]))]
#[case::too_many(json!(vec!["http://localhost/a"; 17]))]
#[case::a_text(json!("http://localhost/callback"))]
#[case::a_number(json!([1]))]
#[case::absent(Value::Null)]
#[case::long(json!([format!("https://client.example/{}", "x".repeat(512))]))]
#[tokio::test]
async fn a_redirect_uri_that_could_not_be_used_refuses_the_registration(#[case] uris: Value) {
    let answer = Setup::new().register(&json!({"client_name": "Client", "redirect_uris": uris})).await;
    assert_eq!(answer.error(), (400, "invalid_redirect_uri".to_owned()));
}

#[rstest]
#[case::machine_only(json!({"redirect_uris": [REDIRECT], "grant_types": ["client_credentials"]}))]
#[case::implicit(json!({"redirect_uris": [REDIRECT], "response_types": ["token"]}))]
#[case::grants_as_text(json!({"redirect_uris": [REDIRECT], "grant_types": "authorization_code"}))]
#[case::name_as_number(json!({"redirect_uris": [REDIRECT], "client_name": 1}))]
#[case::scope_as_array(json!({"redirect_uris": [REDIRECT], "scope": ["tools/read"]}))]
#[case::scope_of_characters(json!({"redirect_uris": [REDIRECT], "scope": "a\"b"}))]
#[case::array(json!([]))]
#[case::more_than_fits(json!({"redirect_uris": [
    format!("https://client.example/{}", "a".repeat(200)), format!("https://client.example/{}", "b".repeat(200)),
]}))]
#[tokio::test]
async fn metadata_that_does_not_fit_is_refused(#[case] metadata: Value) {
    assert_eq!(Setup::new().register(&metadata).await.error(), (400, "invalid_client_metadata".to_owned()));
}

#[tokio::test]
async fn only_one_json_object_is_read() {
    let setup = Setup::new();
    let good = format!(r#"{{"redirect_uris":["{REDIRECT}"]}}"#);
    let twice = format!(r#"{{"redirect_uris":["{REDIRECT}"],"redirect_uris":["https://evil.example/"]}}"#);
    for (kind, body) in
        [("text/plain", good.as_str()), ("", &good), ("application/json", &twice), ("application/json", "{")]
    {
        let answer = setup.send(Endpoint::Registration, &[("content-type", kind)], body).await;
        assert_eq!(answer.error(), (400, "invalid_client_metadata".to_owned()), "{kind} {body}");
    }
    assert_eq!(
        setup.send(Endpoint::Registration, &[("content-type", "application/json; charset=utf-8")], &good).await.status,
        201
    );
}

/// VS Code registers a web site beside loopback; it can sign in all the same, by loopback.
#[tokio::test]
async fn where_remote_redirects_are_refused_they_are_left_out_and_the_answer_says_so() {
    let redirects = RedirectPolicy::new(RemoteRedirects::Refused, []).unwrap();
    let setup = Setup::with(Configuration { redirects, ..configuration() });
    let metadata = json!({"redirect_uris": ["https://vscode.dev/redirect", "http://127.0.0.1:33418/"]});
    let registered = setup.register(&metadata).await.good();
    assert_eq!(registered["redirect_uris"], json!(["http://127.0.0.1:33418/"]));
    let remote = setup.register(&json!({"redirect_uris": ["https://vscode.dev/redirect"]})).await;
    assert_eq!(remote.error(), (400, "invalid_redirect_uri".to_owned()));
}

#[tokio::test]
async fn without_a_key_nobody_can_register() {
    let setup = Setup::with(Configuration { registration: None, ..configuration() });
    assert_eq!(setup.server.endpoint("/register"), None);
    let answer = setup.register(&json!({"redirect_uris": [REDIRECT]})).await;
    assert_eq!(answer.error(), (400, "invalid_client_metadata".to_owned()));
    let client = Setup::new().register(&json!({"redirect_uris": [REDIRECT]})).await.good();
    let request = request().with("client_id", text(&client, "client_id"));
    assert_eq!(setup.refusal(&request).await, Refusal::UnknownClient);
}

#[tokio::test]
async fn an_identifier_survives_a_restart_with_its_key_and_no_other() {
    let (key, text_of_key) = RegistrationKey::generate().unwrap();
    let of = |key| Setup::with(Configuration { registration: Some(key), ..configuration() });
    let client = of(key).register(&json!({"redirect_uris": [REDIRECT]})).await.good();
    let request = request().with("client_id", text(&client, "client_id"));
    of(RegistrationKey::parse(&text_of_key).unwrap()).pending(&request).await;
    let other = of(RegistrationKey::generate().unwrap().0);
    assert_eq!(other.refusal(&request).await, Refusal::UnknownClient);
    let short = RegistrationKey::parse(&"x".repeat(42).into());
    assert_eq!(short.unwrap_err(), ConfigurationError::RegistrationKey);
}

#[tokio::test]
async fn an_identifier_is_of_one_issuer() {
    let (key, _) = RegistrationKey::generate().unwrap();
    let redirect = RedirectUri::parse(REDIRECT).unwrap();
    let id = key.issue("https://one.example", None, &[redirect]).unwrap().unwrap();
    assert!(key.read("https://one.example", &id).is_some());
    assert!(key.read("https://two.example", &id).is_none());
}

#[rstest]
#[case::right_to_left("Safe\u{202e}evil", "Safeevil")]
#[case::lines("One\nTwo\r\nThree", "OneTwoThree")]
#[case::invisible("\u{200b}\u{feff}A\u{e0041}B", "AB")]
#[case::fillers("\u{3164}A\u{3164}\u{2800}B\u{fe0f}", "AB")]
#[case::other_scripts("日本語 Ассистент ٣", "日本語 Ассистент ٣")]
#[case::long(&"x".repeat(100), &"x".repeat(64))]
#[case::markup_stays_text("<b>A</b>", "<b>A</b>")]
fn a_name_is_one_line_that_cannot_disturb_the_text_around_it(#[case] name: &str, #[case] shown: &str) {
    assert_eq!(ClientName::of(name).unwrap().as_str(), shown);
}

/// Some of these count as letters, and some as neither white space nor hidden.
#[rstest]
fn a_name_that_nobody_can_see_is_none(
    #[values(
        "",
        " \u{200b}\n ",
        "\u{3164}",
        "\u{2800}",
        "\u{115f}\u{1160}",
        "\u{ffa0}",
        "\u{034f}",
        "\u{fe0f}",
        "\u{e0100}",
        "\u{17b4}",
        "\u{180e}",
        "\u{1d173}",
        "\u{a0}\u{3000}",
        "\u{0301}",
        ".",
        "- ✓ -",
        "\u{1f600}"
    )]
    name: &str,
) {
    assert_eq!(ClientName::of(name), None);
    assert_eq!(ClientName::of(&format!("{name}é{name}7")).map(|name| name.as_str().contains('é')), Some(true));
}

proptest! {
    /// Whatever is changed of an identifier, it is nobody's.
    #[test]
    fn a_changed_identifier_never_counts(place in 0_usize..10_000, byte in 0x20_u8..0x7f) {
        let (key, _) = RegistrationKey::generate().unwrap();
        let redirects = [RedirectUri::parse(REDIRECT).unwrap(), RedirectUri::parse("cursor://callback").unwrap()];
        let id = key.issue("i", ClientName::of("A client").as_ref(), &redirects).unwrap().unwrap();
        prop_assert!(key.read("i", &id).is_some());
        let place = place % id.len();
        let mut changed = id.clone().into_bytes();
        changed[place] = byte;
        let changed = String::from_utf8(changed).unwrap();
        prop_assert!(changed == id || key.read("i", &changed).is_none());
        prop_assert!(key.read("i", &id[..place]).is_none());
        let longer = [&id[..place], &char::from(byte).to_string(), &id[place..]].concat();
        prop_assert!(key.read("i", &longer).is_none());
    }

    #[test]
    fn an_invented_identifier_never_counts(text in "\\PC{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        use base64::Engine as _;
        let (key, _) = RegistrationKey::generate().unwrap();
        prop_assert!(key.read("i", &text).is_none());
        let encoded = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        let well_formed = format!("dynamic-{encoded}");
        prop_assert!(key.read("i", &well_formed).is_none());
    }
}

#[rstest]
#[case::whole("cursor://host/callback", true)]
#[case::scheme_alone("cursor", false)]
#[case::no_path("cursor://host", false)]
#[case::empty_path("cursor://host/", false)]
#[case::no_host("cursor:///callback", false)]
#[case::opaque("cursor:callback", false)]
#[case::query("cursor://host/callback?x", false)]
#[case::script("javascript://host/callback", false)]
#[case::data("data://host/callback", false)]
#[case::file("file:///callback", false)]
#[case::source("view-source://host/callback", false)]
#[case::intent("intent://host/callback", false)]
#[case::settings("ms-settings://host/callback", false)]
#[case::office("ms-word://host/callback", false)]
#[case::installer("ms-appinstaller://host/callback", false)]
#[case::file_search("search-ms://host/callback", false)]
#[case::remote_shell("ssh://host/callback", false)]
#[case::share("smb://host/callback", false)]
#[case::telephone("tel://host/callback", false)]
#[case::settings_in_capitals("MS-Settings://host/callback", false)]
#[case::intent_in_capitals("INTENT://host/callback", false)]
#[case::http("http://client.example/callback", false)]
#[case::loopback("http://localhost/callback", false)]
#[case::site("https://client.example/callback", false)]
#[case::upper_case("Cursor://host/callback", false)]
#[case::empty("", false)]
#[case::digit_first("1a://host/callback", false)]
fn a_dangerous_scheme_cannot_even_be_configured(#[case] scheme: &str, #[case] is_allowed: bool) {
    assert_eq!(RedirectPolicy::new(RemoteRedirects::Allowed, [scheme]).is_ok(), is_allowed);
}

#[tokio::test]
async fn a_custom_scheme_is_shown_as_a_program() {
    let setup = Setup::new();
    let client =
        setup.register(&json!({"redirect_uris": ["cursor://anysphere.cursor-mcp/oauth/callback"]})).await.good();
    let request = request()
        .with("client_id", text(&client, "client_id"))
        .with("redirect_uri", "cursor://anysphere.cursor-mcp/oauth/callback");
    let pending = setup.pending(&request).await;
    assert_eq!(pending.destination(), &Destination::Application { scheme: "cursor".to_owned() });
    assert_eq!(pending.redirect_uri().form_action_source(), "cursor:");
}

/// The identifier stands in every token, so it should be short.
#[test]
fn ports_of_one_loopback_redirect_take_room_once() {
    let (key, _) = RegistrationKey::generate().unwrap();
    let uris = |ports: &[u16]| -> Vec<_> {
        ports.iter().map(|port| RedirectUri::parse(&format!("http://127.0.0.1:{port}/callback")).unwrap()).collect()
    };
    let length = |ports: &[u16]| key.issue("i", None, &uris(ports)).unwrap().unwrap().len();
    assert_eq!(length(&[3334, 3335, 3336]), length(&[3334]));
}

#[tokio::test]
async fn a_redirect_uri_that_is_listed_twice_is_registered_once() {
    let registered = Setup::new().register(&json!({"redirect_uris": [REDIRECT, REDIRECT]})).await.good();
    assert_eq!(registered["redirect_uris"], json!([REDIRECT]));
}

/// Editors list schemes of their own and of their forks; they can sign in all the same, by loopback.
#[tokio::test]
async fn a_scheme_that_is_not_listed_is_left_out_and_the_answer_says_so() {
    let metadata = json!({"redirect_uris": ["http://127.0.0.1:33418/", "code-oss://a/b", "com.example.app:/oauth"]});
    let registered = Setup::new().register(&metadata).await.good();
    assert_eq!(registered["redirect_uris"], json!(["http://127.0.0.1:33418/"]));
}

#[tokio::test]
async fn a_scope_that_is_too_long_is_left_out() {
    let metadata = json!({"redirect_uris": [REDIRECT], "scope": "tools/read ".repeat(100)});
    assert!(Setup::new().register(&metadata).await.good().get("scope").is_none());
}
