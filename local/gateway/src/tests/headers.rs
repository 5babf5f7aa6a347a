//! Which headers reach a target: those that it allows, and an interceptor's `Authorization`.

use rstest::rstest;
use serde_json::{Value, json};

use super::{PROFILE, Setup, TICKETS, both_points, call_of, who_am_i};
use crate::ClientHeaders;

impl Setup {
    /// What the target is sent when the client sends these headers and the interceptor returns those.
    async fn propagated(&self, client: &[(&str, &str)], injected: &Value) -> Value {
        if *injected != json!({}) {
            self.functions.inject(injected);
        }
        let request = client.iter().fold(self.post(&who_am_i()), |request, (name, value)| request.header(name, value));
        assert_eq!(self.send(request).await.status, 200);
        self.functions.propagated_to(PROFILE)
    }
}

#[rstest]
#[case::as_listed("Txn-Token")]
#[case::lower_case("txn-token")]
#[case::odd_case("tXN-tOKEN")]
#[tokio::test]
async fn an_injected_header_that_is_listed_arrives_as_it_was_spelled(#[case] name: &str) {
    let propagated = Setup::intercepted().await.propagated(&[], &json!({ name: "ours" })).await;
    assert_eq!(propagated, json!({ name: "ours" }));
}

#[tokio::test]
async fn a_listed_header_of_the_client_arrives_in_lower_case() {
    let propagated = Setup::intercepted().await.propagated(&[("Txn-Token", "theirs")], &json!({})).await;
    assert_eq!(propagated, json!({ "txn-token": "theirs" }));
}

#[tokio::test]
async fn a_header_of_the_client_may_need_an_interceptor() {
    let setup = Setup::with(|gateway, switches| {
        gateway.interceptors = both_points();
        switches.client_headers = ClientHeaders::Dropped;
    })
    .await;
    assert_eq!(setup.propagated(&[("Txn-Token", "theirs")], &json!({})).await, Value::Null);
}

#[rstest]
#[case::same_spelling("Txn-Token")]
#[case::lower_case("txn-token")]
#[case::upper_case("TXN-TOKEN")]
#[tokio::test]
async fn what_is_injected_wins_over_the_client_in_any_spelling(#[case] name: &str) {
    let client = [("Txn-Token", "theirs"), ("txn-token", "theirs too")];
    let propagated = Setup::intercepted().await.propagated(&client, &json!({ name: "ours" })).await;
    assert_eq!(propagated, json!({ name: "ours" }));
}

#[tokio::test]
async fn two_injected_spellings_both_arrive() {
    let injected = json!({ "Txn-Token": "a", "txn-token": "b" });
    let propagated = Setup::intercepted().await.propagated(&[("Txn-Token", "theirs")], &injected).await;
    assert_eq!(propagated, injected);
}

#[tokio::test]
async fn two_fields_of_the_client_arrive_joined() {
    let client = [("Txn-Token", "a"), ("TXN-TOKEN", "b")];
    let propagated = Setup::intercepted().await.propagated(&client, &json!({})).await;
    assert_eq!(propagated, json!({ "txn-token": "a, b" }));
}

#[rstest]
#[case::identity("X-User-Sub")]
#[case::prefix("Txn")]
#[case::longer("Txn-Token-2")]
#[case::underscore("Txn_Token")]
#[case::cookie("Cookie")]
#[tokio::test]
async fn a_header_that_is_not_listed_never_arrives(#[case] name: &str) {
    let setup = Setup::intercepted().await;
    assert_eq!(setup.propagated(&[(name, "admin")], &json!({ name: "admin" })).await, Value::Null);
}

/// `Mcp-Name` is of a protocol version that is not spoken here. Whoever obeyed it would call what nobody judged.
#[tokio::test]
async fn a_tool_is_named_by_the_body_alone() {
    let setup = Setup::intercepted().await;
    let request = setup.post(&who_am_i()).header("Mcp-Method", "tools/list").header("Mcp-Name", "tickets___open");
    assert_eq!(setup.send(request).await.tool(), (r#"{"ticket": 1}"#.to_owned(), false));
    assert_eq!(setup.functions.calls_of(PROFILE).len(), 1);
    assert!(setup.functions.calls_of(TICKETS).is_empty());
    assert_eq!(setup.functions.propagated_to(PROFILE), Value::Null);
}

#[tokio::test]
async fn the_clients_authorization_does_not_arrive() {
    assert_eq!(Setup::new().await.propagated(&[], &json!({})).await, Value::Null);
}

#[rstest]
#[case::usual("Authorization")]
#[case::lower_case("authorization")]
#[tokio::test]
async fn an_injected_authorization_always_arrives(#[case] name: &str) {
    let setup = Setup::intercepted().await;
    setup.functions.inject(&json!({ name: "Bearer leaked", "Txn-Token": "ours" }));
    setup.ask(&call_of("tickets___open", &json!({ "title": "a" }))).await;
    // This target allows no header at all.
    assert_eq!(setup.functions.propagated_to(TICKETS), json!({ name: "Bearer leaked" }));
}

#[rstest]
#[case::longest("a".repeat(1500), true)]
#[case::space("a b", true)]
#[case::tab("a\tb", false)]
#[case::line("a\r\nb", false)]
#[case::not_ascii("\u{fc}", false)]
#[case::too_long("a".repeat(4097), false)]
#[tokio::test]
async fn a_value_is_printable_ascii_of_four_kilobytes(#[case] value: impl Into<String>, #[case] arrives: bool) {
    let injected = json!({ "Txn-Token": value.into() });
    let propagated = Setup::intercepted().await.propagated(&[("Txn-Token", "theirs")], &injected).await;
    // The client's is not taken in place of one that was dropped.
    assert_eq!(propagated, if arrives { injected } else { Value::Null });
}
