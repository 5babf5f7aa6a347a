use rstest::rstest;

use super::{Answer, Setup, head};
use crate::{BODY_LIMIT, Endpoint};

const ALL: [Endpoint; 5] =
    [Endpoint::Keys, Endpoint::Metadata, Endpoint::Registration, Endpoint::Revocation, Endpoint::Token];

#[tokio::test]
async fn a_page_of_any_origin_may_call_what_programs_call() {
    let setup = Setup::new();
    for endpoint in ALL {
        let preflight = head("OPTIONS", endpoint.path(), &[("origin", "https://inspector.example")]);
        let answer = Answer::of(setup.server.answer(endpoint, &preflight, b"").await);
        assert_eq!(answer.status, 204, "{endpoint:?}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(answer.header("access-control-allow-headers").contains("mcp-protocol-version"));
        assert!(answer.header("access-control-allow-credentials").is_empty());
        let method = if answer.header("access-control-allow-methods").starts_with("GET") { "GET" } else { "POST" };
        let answer = Answer::of(setup.server.answer(endpoint, &head(method, endpoint.path(), &[]), b"").await);
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{endpoint:?}");
    }
}

#[rstest]
#[case("GET", &[Endpoint::Registration, Endpoint::Revocation, Endpoint::Token])]
#[case("POST", &[Endpoint::Keys, Endpoint::Metadata])]
#[case("PUT", &ALL)]
#[case("DELETE", &ALL)]
#[tokio::test]
async fn another_method_is_refused_and_the_right_ones_named(#[case] method: &str, #[case] endpoints: &[Endpoint]) {
    let setup = Setup::new();
    for endpoint in endpoints {
        let answer = Answer::of(setup.server.answer(*endpoint, &head(method, endpoint.path(), &[]), b"").await);
        assert_eq!(answer.status, 405, "{endpoint:?}");
        assert!(!answer.header("allow").contains(method) && !answer.header("allow").is_empty());
    }
}

#[tokio::test]
async fn a_long_body_is_refused_unread() {
    let setup = Setup::new();
    for endpoint in [Endpoint::Registration, Endpoint::Revocation, Endpoint::Token] {
        let answer = setup.send(endpoint, &[], &"x".repeat(BODY_LIMIT + 1)).await;
        assert_eq!(answer.error(), (413, "invalid_request".to_owned()));
    }
}

/// Two readers could each believe another one.
#[tokio::test]
async fn two_content_types_are_none() {
    let form = "application/x-www-form-urlencoded";
    let answer = Setup::new().send(Endpoint::Token, &[("content-type", form), ("content-type", form)], "").await;
    let one = Setup::new().send(Endpoint::Token, &[("content-type", form)], "").await;
    assert!(answer.json()["error_description"] != one.json()["error_description"]);
}
