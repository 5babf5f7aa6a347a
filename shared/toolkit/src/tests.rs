use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use agentcore::runtime::{Context, Invocation};
use agentcore::target::ClientContext;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use refreshed::{Refreshed, Schedule};
use rstest::rstest;
use schemars::JsonSchema;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use transaction_token::{BindArguments, Identity, Issuer, KeySet, Verifier};

use crate::target::Target;
use crate::{Call, DefinitionError, Tool, ToolError, Tools};

/// Greets, or does what the word asks for.
struct Greet(Arc<AtomicUsize>);

#[derive(Deserialize, JsonSchema)]
struct Greeting {
    /// The word to greet with.
    word: String,
    /// How often.
    #[serde(default)]
    times: Option<i32>,
    #[serde(default)]
    to: Vec<Person>,
}

#[derive(Deserialize, JsonSchema)]
struct Person {
    name: String,
}

#[derive(Serialize)]
struct Greeted {
    text: String,
    remaining: bool,
}

impl Tool for Greet {
    const NAME: &'static str = "greet";
    const DESCRIPTION: &'static str = "Greets.";
    type Input = Greeting;
    type Output = Greeted;

    async fn call(&self, input: Greeting, call: Call) -> Result<Greeted, ToolError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        match input.word.as_str() {
            "fail" => Err(ToolError::retryable("out_of_words", "No words are left. Try later.")),
            "long" => Ok(Greeted { text: "\"".repeat(3_000_000), remaining: true }),
            word => Ok(Greeted {
                text: format!(
                    "{word}, {}{}",
                    call.caller().subject(),
                    input
                        .to
                        .iter()
                        .map(|person| format!(" and {}", person.name))
                        .collect::<String>()
                        .repeat(input.times.map_or(1, |_| 2))
                ),
                remaining: call.remaining() > Duration::from_secs(5),
            }),
        }
    }
}

fn pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

fn jwk(seed: u8) -> Value {
    let x = URL_SAFE_NO_PAD.encode(pair(seed).public_key());
    json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": format!("k{seed}"), "x": x })
}

/// A target `words`, what its tool was asked to do, and the keys that it will find.
struct Fixture {
    target: Target,
    calls: Arc<AtomicUsize>,
    fetches: Arc<AtomicUsize>,
}

/// A target that finds one set of keys after the other; the last for good. `None`: the secret cannot be read.
fn fixture(key_sets: &'static [Option<u8>]) -> Fixture {
    let (calls, fetches) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let fetched = Arc::clone(&fetches);
    let schedule = Schedule {
        budget: Duration::from_secs(1),
        period: Duration::from_secs(3_600),
        maximum_age: Duration::from_secs(7_200),
        cool_down: Duration::ZERO,
    };
    let keys = Refreshed::new("keys", schedule, move || {
        let turn = fetched.fetch_add(1, Ordering::Relaxed).min(key_sets.len() - 1);
        async move {
            let seed = key_sets[turn].ok_or_else(|| "down".to_owned())?;
            KeySet::parse(&json!({ "keys": [jwk(seed)] }).to_string()).map_err(|error| error.to_string())
        }
    });
    let verifier = Verifier::new("stack", "words", BindArguments::Required);
    let tools = Tools::new().with(Greet(Arc::clone(&calls)));
    Fixture { target: Target { name: "words".to_owned(), tools, verifier, keys }, calls, fetches }
}

fn issue(seed: u8, tool: (&str, &str), arguments: &Value, at: SystemTime) -> String {
    let mut key = jwk(seed);
    key["d"] = URL_SAFE_NO_PAD.encode([seed; 32]).into();
    let secret = SecretString::from(json!({ "current": key }).to_string());
    let identity = Identity {
        subject: "alice",
        issuer: "https://id.example",
        client_id: Some("assistant"),
        name: Some("Alice Liddell"),
        email: None,
        scope: "",
        groups: &[],
        authenticated_at: None,
    };
    let issued = Issuer::new(&secret, "stack", "authorizer")
        .unwrap()
        .issue(identity, tool, arguments.as_object().unwrap(), at)
        .unwrap();
    issued.token.expose_secret().to_owned()
}

fn token(arguments: &Value) -> String {
    issue(1, ("words", "greet"), arguments, SystemTime::now())
}

fn custom(tool: &str, headers: &Value) -> Value {
    json!({ "custom": { "bedrockAgentCoreToolName": tool, "bedrockAgentCorePropagatedHeaders": headers } })
}

impl Fixture {
    async fn invoke(&self, event: &str, context: &Value) -> Result<Value, agentcore::runtime::ErrorReply> {
        self.invoke_with(event, ClientContext::parse(context.to_string().as_bytes())).await
    }

    async fn invoke_with(
        &self,
        event: &str,
        client_context: ClientContext,
    ) -> Result<Value, agentcore::runtime::ErrorReply> {
        let mut context = Context::new("request", Instant::now() + Duration::from_secs(10));
        context.client_context = client_context;
        let invocation = Invocation { event: event.to_owned().into(), context };
        self.target.answer(invocation).await.map(|answer| serde_json::from_slice(&answer).unwrap())
    }

    /// The same call without a client context: all of it is in the event.
    async fn greet_by_envelope(&self, arguments: &Value, headers: &Value) -> Value {
        let event = json!({ "context": custom("words___greet", headers), "arguments": arguments });
        self.invoke_with(&event.to_string(), ClientContext::absent()).await.unwrap()
    }

    async fn greet(&self, arguments: &Value, headers: &Value) -> Value {
        self.invoke(&arguments.to_string(), &custom("words___greet", headers)).await.unwrap()
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn a_proven_call_reaches_the_tool_with_its_caller() {
    let fixture = fixture(&[Some(1)]);
    let arguments = json!({ "word": "Hello", "to": [{ "name": "b" }] });
    let answer = fixture.greet(&arguments, &json!({ "Txn-Token": token(&arguments) })).await;
    assert_eq!(answer, json!({ "text": "Hello, alice and b", "remaining": true }));
}

#[rstest]
#[case::none(json!({}), "transaction_token_missing")]
#[case::empty(json!({ "Txn-Token": "" }), "transaction_token_malformed")]
#[case::forged(json!({ "Txn-Token": issue(2, ("words", "greet"), &json!({ "word": "a" }), SystemTime::now()) }), "transaction_token_unknown_key")]
#[case::other_tool(json!({ "Txn-Token": issue(1, ("words", "shout"), &json!({ "word": "a" }), SystemTime::now()) }), "transaction_token_tool")]
#[case::other_target(json!({ "Txn-Token": issue(1, ("profile", "greet"), &json!({ "word": "a" }), SystemTime::now()) }), "transaction_token_target")]
#[case::other_arguments(json!({ "Txn-Token": token(&json!({ "word": "b" })) }), "transaction_token_arguments")]
#[case::expired(json!({ "Txn-Token": issue(1, ("words", "greet"), &json!({ "word": "a" }), SystemTime::now() - Duration::from_secs(60)) }), "transaction_token_expired")]
#[case::two_spellings(json!({ "Txn-Token": token(&json!({ "word": "a" })), "txn-token": "x" }), "transaction_token_ambiguous")]
#[case::in_authorization(json!({ "Authorization": token(&json!({ "word": "a" })) }), "transaction_token_missing")]
#[tokio::test]
async fn without_proof_the_tool_does_not_run_and_nothing_is_told(#[case] headers: Value, #[case] reason: &str) {
    let fixture = fixture(&[Some(1)]);
    let arguments = json!({ "word": "a" });
    let answer = fixture.greet(&arguments, &headers).await;
    assert_eq!(answer, fixture.greet_by_envelope(&arguments, &headers).await);
    assert_eq!(answer["error"]["code"], reason);
    assert_eq!(answer["error"]["retryable"], false);
    assert_eq!(answer.as_object().unwrap().len(), 1);
    assert!(!answer.to_string().contains("alice"));
    assert_eq!(fixture.calls(), 0);
}

#[tokio::test]
async fn a_proven_call_may_come_in_an_envelope() {
    let fixture = fixture(&[Some(1)]);
    let arguments = json!({ "word": "a" });
    let answer = fixture.greet_by_envelope(&arguments, &json!({ "Txn-Token": token(&arguments) })).await;
    assert_eq!(answer["text"], "a, alice");
}

/// Its arguments look like an envelope with a proof for something else.
#[tokio::test]
async fn what_the_gateway_sends_is_never_an_envelope() {
    let fixture = fixture(&[Some(1)]);
    let inner = json!({ "word": "inner" });
    let inner_headers = json!({ "Txn-Token": token(&inner) });
    let arguments =
        json!({ "word": "outer", "context": custom("words___greet", &inner_headers), "arguments": inner.clone() });
    let answer = fixture.greet(&arguments, &json!({ "Txn-Token": token(&arguments) })).await;
    assert_eq!(answer["text"], "outer, alice");
    let arguments = json!({ "context": custom("words___greet", &inner_headers), "arguments": inner });
    let answer = fixture.greet(&arguments, &json!({ "Txn-Token": token(&arguments) })).await;
    assert_eq!(answer["error"]["code"], "invalid_arguments");
    assert_eq!(fixture.calls(), 1);
}

#[rstest]
#[case::one_member_more(r#"{"context":CONTEXT,"arguments":{"word":"a"},"more":{}}"#, "Target.BadContext")]
#[case::context_twice(r#"{"context":CONTEXT,"context":CONTEXT,"arguments":{"word":"a"}}"#, "Target.BadEvent")]
#[case::arguments_twice(r#"{"context":CONTEXT,"arguments":{"word":"b"},"arguments":{"word":"a"}}"#, "Target.BadEvent")]
#[case::an_argument_twice(r#"{"context":CONTEXT,"arguments":{"word":"b","word":"a"}}"#, "Target.BadEvent")]
#[case::in_another(r#"{"context":{},"arguments":{"context":CONTEXT,"arguments":{"word":"a"}}}"#, "Target.BadContext")]
#[case::of_another_target(
    r#"{"context":{"custom":{"bedrockAgentCoreToolName":"a___greet"}},"arguments":{}}"#,
    "Target.WrongTarget"
)]
#[tokio::test]
async fn what_is_almost_an_envelope_is_refused_with_the_best_proof(#[case] event: &str, #[case] error_type: &str) {
    let fixture = fixture(&[Some(1)]);
    let context = custom("words___greet", &json!({ "Txn-Token": token(&json!({ "word": "a" })) }));
    let event = event.replace("CONTEXT", &context.to_string());
    let error = fixture.invoke_with(&event, ClientContext::absent()).await.unwrap_err();
    assert_eq!(error.error_type, error_type);
    assert_eq!(fixture.calls(), 0);
}

#[tokio::test]
async fn a_key_that_is_newer_than_ours_is_fetched() {
    let fixture = fixture(&[Some(2), Some(1)]);
    let arguments = json!({ "word": "a" });
    let answer = fixture.greet(&arguments, &json!({ "Txn-Token": token(&arguments) })).await;
    assert_eq!(answer["text"], "a, alice");
    assert_eq!(fixture.fetches.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn without_keys_the_call_can_be_tried_again() {
    let fixture = fixture(&[None]);
    let arguments = json!({ "word": "a" });
    let answer = fixture.greet(&arguments, &json!({ "Txn-Token": token(&arguments) })).await;
    assert_eq!(answer["error"]["code"], "keys_unavailable");
    assert_eq!(answer["error"]["retryable"], true);
    assert_eq!(fixture.calls(), 0);
}

#[rstest]
#[case::no_member(json!({}))]
#[case::other_type(json!({ "word": 7 }))]
#[case::nested(json!({ "word": "a", "to": [{}] }))]
#[tokio::test]
async fn arguments_that_do_not_fit_are_explained(#[case] arguments: Value) {
    let fixture = fixture(&[Some(1)]);
    let answer = fixture.greet(&arguments, &json!({ "Txn-Token": token(&arguments) })).await;
    assert_eq!(answer["error"]["code"], "invalid_arguments");
    assert_eq!(fixture.calls(), 0);
}

#[tokio::test]
async fn a_tool_s_failure_is_data() {
    let fixture = fixture(&[Some(1)]);
    let arguments = json!({ "word": "fail" });
    let answer = fixture.greet(&arguments, &json!({ "Txn-Token": token(&arguments) })).await;
    let error = json!({ "code": "out_of_words", "message": "No words are left. Try later.", "retryable": true });
    assert_eq!(answer, json!({ "error": error }));
}

#[tokio::test]
async fn an_answer_that_would_not_fit_is_refused_with_the_limit() {
    let fixture = fixture(&[Some(1)]);
    let arguments = json!({ "word": "long" });
    let answer = fixture.greet(&arguments, &json!({ "Txn-Token": token(&arguments) })).await;
    assert_eq!(answer["error"]["code"], "answer_too_large");
    assert!(answer["error"]["message"].as_str().unwrap().contains("5499"));
}

#[tokio::test]
async fn a_tool_that_the_target_does_not_have_is_named_unknown() {
    let fixture = fixture(&[Some(1)]);
    let token = issue(1, ("words", "shout"), &json!({}), SystemTime::now());
    let answer = fixture.invoke("{}", &custom("words___shout", &json!({ "Txn-Token": token }))).await.unwrap();
    assert_eq!(answer["error"]["code"], "unknown_tool");
}

#[rstest]
#[case::not_json("{", custom("words___greet", &json!({})), "Target.BadEvent")]
#[case::not_an_object("[]", custom("words___greet", &json!({})), "Target.BadEvent")]
#[case::a_member_twice(r#"{"word":"a","word":"b"}"#, custom("words___greet", &json!({})), "Target.BadEvent")]
#[case::other_target("{}", custom("profile___greet", &json!({})), "Target.WrongTarget")]
#[case::search("{}", custom("x_amz_bedrock_agentcore_search", &json!({})), "Target.WrongTarget")]
#[case::no_tool("{}", json!({ "custom": {} }), "Target.BadContext")]
#[case::no_context("{}", Value::Null, "Target.BadContext")]
#[tokio::test]
async fn what_the_gateway_cannot_have_sent_is_an_error_reply(
    #[case] event: &str,
    #[case] context: Value,
    #[case] error_type: &str,
) {
    let fixture = fixture(&[Some(1)]);
    assert_eq!(fixture.invoke(event, &context).await.unwrap_err().error_type, error_type);
    assert_eq!(fixture.calls(), 0);
}

#[test]
fn a_definition_is_made_of_the_types() {
    let definitions = Tools::new().with(Greet(Arc::default())).definitions().unwrap();
    let person = json!({ "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] });
    assert_eq!(
        serde_json::to_value(&definitions).unwrap(),
        json!([{
            "name": "greet",
            "description": "Greets.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "word": { "type": "string", "description": "The word to greet with." },
                    "times": { "type": "integer", "description": "How often." },
                    "to": { "type": "array", "items": person },
                },
                "required": ["word"],
            },
        }])
    );
}

struct Wrong;

impl Tool for Wrong {
    const NAME: &'static str = "wrong name";
    const DESCRIPTION: &'static str = "";
    type Input = Greeting;
    type Output = ();

    async fn call(&self, _: Greeting, _: Call) -> Result<(), ToolError> {
        Ok(())
    }
}

struct Text;

impl Tool for Text {
    const NAME: &'static str = "text";
    const DESCRIPTION: &'static str = "";
    type Input = String;
    type Output = ();

    async fn call(&self, _: String, _: Call) -> Result<(), ToolError> {
        Ok(())
    }
}

#[test]
fn what_the_gateway_cannot_be_told_is_an_error_that_names_the_tool() {
    let error = Tools::new().with(Wrong).definitions().unwrap_err();
    assert!(matches!(error, DefinitionError::Name { tool: "wrong name", .. }));
    let error = Tools::new().with(Text).definitions().unwrap_err();
    assert!(matches!(error, DefinitionError::Schema { tool: "text", .. }));
}
