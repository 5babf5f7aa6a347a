//! What the function logs at its highest level, and what it answers, holds no fragment of a token or of an argument.

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use log_capture::Secrets;
use serde_json::{Map, Value, json};

use crate::api_gateway::{API, VARIABLES, events};
use crate::process::Process;
use crate::world::{MCP_URL, SIGNING_SEED, World, forged, now, request, response};

/// A function as a process, what it answered, and what must be in neither answer nor log.
struct Watched {
    process: Process,
    secrets: Secrets,
    answers: String,
    /// The reasons that the log must give, one an event.
    reasons: Vec<&'static str>,
    marker: String,
}

impl Watched {
    async fn start(world: &World) -> Self {
        // Not known before, so that nothing can have been made to please it.
        let mut random = [0; 18];
        rand::fill(&mut random).unwrap();
        let marker = URL_SAFE_NO_PAD.encode(random);
        let mut secrets = Secrets::default();
        secrets.add(&marker);
        secrets.add(&URL_SAFE_NO_PAD.encode(SIGNING_SEED));
        let process = Process::start(&world.variables).await;
        Self { process, secrets, answers: String::new(), reasons: Vec::new(), marker }
    }

    /// A call, and a list that was answered, with these credentials.
    async fn denied(&mut self, credentials: &str, reason: &'static str) {
        let call = self.call("profile___who_am_i");
        self.denied_call(credentials, &call, reason).await;
        let list = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/list" });
        let listed = json!({ "jsonrpc": "2.0", "id": 7, "result": { "tools": [{ "name": "profile___who_am_i" }] } });
        self.asked(&response(&self.headers(credentials), &list, &listed), reason).await;
    }

    async fn denied_call(&mut self, credentials: &str, body: &Value, reason: &'static str) {
        self.secrets.add_words_of(credentials);
        self.asked(&request(&self.headers(credentials), body), reason).await;
    }

    /// At both kinds of API.
    async fn denied_at_apis(&mut self, credentials: &str, reason: &'static str) {
        self.secrets.add_words_of(credentials);
        for event in events(credentials) {
            self.asked(&event, reason).await;
        }
    }

    async fn asked(&mut self, event: &Value, reason: &'static str) {
        self.answers += &self.process.answer(event.to_string()).await;
        self.reasons.push(reason);
    }

    fn call(&self, tool: &str) -> Value {
        let arguments = json!({ self.marker.as_str(): self.marker });
        let params = json!({ "name": tool, "arguments": arguments, "_meta": { self.marker.as_str(): 1 } });
        json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params })
    }

    fn headers(&self, credentials: &str) -> Value {
        json!({ "Authorization": credentials, "Txn-Token": self.marker, "Cookie": self.marker, "X-Api-Key": self.marker })
    }

    /// Nothing was shown, and every event was judged as it was meant to be.
    fn end(self) {
        let log = self.process.end();
        let shown = format!("{log}{}", self.answers);
        assert_eq!(self.secrets.first_in(&shown), None, "{shown}");
        let audit = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let reasons = audit.filter(|line| line["audit"] == "decision").map(|line| line["reason"].clone());
        assert_eq!(reasons.collect::<Vec<_>>(), self.reasons, "{log}");
    }
}

/// A marker wherever a person's record does not have its place.
fn marked(world: &World, marker: &str, changes: Value) -> String {
    world.bearer_with(|claims| {
        let members = claims.as_object_mut().unwrap();
        for name in ["name", "email", "jti", marker] {
            members.insert(name.to_owned(), marker.into());
        }
        members.extend(serde_json::from_value::<Map<_, _>>(changes).unwrap());
    })
}

#[tokio::test]
async fn no_refused_token_is_shown() {
    let world = World::with(&VARIABLES).await;
    let mut watched = Watched::start(&world).await;
    let marker = watched.marker.clone();
    // For the gateway and for the APIs, unless it says otherwise.
    let with = |mut changes: Value| {
        changes.as_object_mut().unwrap().entry("aud").or_insert(json!([MCP_URL, API]));
        marked(&world, &marker, changes)
    };
    for (credentials, reason) in [
        (marker.clone(), "not_a_bearer_token"),
        (format!("{marker} {marker}"), "not_a_bearer_token"),
        (format!("Bearer {marker},{marker}"), "malformed_credentials"),
        (format!("Bearer {marker}"), "malformed_token"),
        (format!("Bearer {}", marker.repeat(700)), "token_too_long"),
        (format!("{}.{marker}", world.bearer()), "malformed_token"),
        (world.bearer_under(|header| header["alg"] = json!(marker)), "algorithm_not_allowed"),
        (world.bearer_under(|header| header["crit"] = json!([marker])), "unsupported_header"),
        (world.bearer_under(|header| header["kid"] = json!([marker])), "missing_key_identifier"),
        (world.bearer_under(|header| header["kid"] = json!(marker)), "unknown_key"),
        (world.bearer_under(|header| header["typ"] = json!(marker)), "not_an_access_token"),
        (forged(&world.claims()), "invalid_signature"),
        (with(json!({ "iss": marker })), "unknown_issuer"),
        (with(json!({ "sub": [marker] })), "malformed_claim"),
        (with(json!({ "exp": 1 })), "expired"),
        (with(json!({ "nbf": now() + 3600 })), "not_yet_valid"),
        (with(json!({ "aud": marker })), "wrong_audience"),
        (with(json!({ "groups": marker })), "malformed_claim"),
        (with(json!({ "client_id": [marker] })), "malformed_claim"),
        (with(json!({ "token_use": marker })), "not_an_access_token"),
        (with(json!({ "nonce": marker })), "not_an_access_token"),
        (with(json!({ "_claim_names": { "groups": marker } })), "groups_overage"),
        (with(json!({ "sub": "assistant" })), "not_a_person"),
    ] {
        watched.denied(&credentials, reason).await;
        watched.denied_at_apis(&credentials, reason).await;
    }
    watched.end();
}

#[tokio::test]
async fn no_good_token_is_shown_when_its_holder_is_denied() {
    let world = World::with(&[&VARIABLES[..], &[("ALLOWED_CLIENTS", "assistant")]].concat()).await;
    let mut watched = Watched::start(&world).await;
    let marker = watched.marker.clone();
    let with = |changes: Value| marked(&world, &marker, changes);
    watched.denied(&with(json!({ "scope": marker })), "insufficient_scope").await;
    watched.denied(&with(json!({ "client_id": "other" })), "client_not_allowed").await;
    watched.denied_at_apis(&with(json!({})), "wrong_audience").await;
    let good = with(json!({}));
    let tool = watched.call("tickets___close");
    watched.denied_call(&good, &tool, "tool_not_permitted").await;
    let mut merging = watched.call("profile___who_am_i");
    merging["params"]["arguments"]["n"] = json!(9_007_199_254_740_993_i64);
    watched.denied_call(&good, &merging, "arguments_not_interoperable").await;
    let many: Vec<String> = (0..200).map(|number| format!("{marker}-{number}")).collect();
    let call = watched.call("profile___who_am_i");
    watched.denied_call(&with(json!({ "groups": many })), &call, "identity_too_large").await;
    for body in [json!([marker]), json!({ "jsonrpc": marker }), json!(marker)] {
        watched.denied_call(&good, &body, "not_a_request").await;
    }
    let method = json!({ "jsonrpc": "2.0", "id": 7, "method": marker, "params": { marker.as_str(): marker } });
    watched.denied_call(&good, &method, "method_not_allowed").await;
    let mut unnamed = watched.call("profile___who_am_i");
    unnamed["params"]["name"] = json!([marker]);
    watched.denied_call(&good, &unnamed, "invalid_parameters").await;
    watched.end();
}

#[tokio::test]
async fn no_token_is_shown_while_nothing_can_be_decided() {
    for (world, reason) in [
        (World::usual().await.without_keys(), "keys_unavailable"),
        (World::usual().await.without_secrets(), "control_unavailable"),
    ] {
        let mut watched = Watched::start(&world).await;
        let credentials = marked(&world, &watched.marker, json!({}));
        watched.denied(&credentials, reason).await;
        watched.end();
    }
}

/// What cannot be judged at all leaves no record, but a line in the log.
#[tokio::test]
async fn no_event_of_another_kind_is_shown() {
    let world = World::with(&VARIABLES).await;
    let mut watched = Watched::start(&world).await;
    let marker = watched.marker.clone();
    let [mut http, mut rest, mut token] = events(&marker);
    http["routeArn"] = json!(marker);
    rest["multiValueHeaders"] = json!(marker);
    token["methodArn"] = json!([marker]);
    for event in [
        marker.clone(),
        format!("{{\"{marker}\":1,\"{marker}\":1}}"),
        json!({ marker.as_str(): marker }).to_string(),
        json!({ "interceptorInputVersion": marker, "mcp": marker }).to_string(),
        json!({ "interceptorInputVersion": "1.0", "mcp": { "gatewayRequest": marker } }).to_string(),
        http.to_string(),
        rest.to_string(),
        token.to_string(),
    ] {
        let answer = watched.process.answer(event).await;
        assert!(answer.contains("Authorizer.BadEvent"), "{answer}");
        watched.answers += &answer;
    }
    watched.end();
}

/// An allowed call goes on with its arguments, and with a proof that names the person; the log has neither.
#[tokio::test]
async fn an_allowed_call_is_not_logged() {
    let world = World::usual().await;
    let mut watched = Watched::start(&world).await;
    let credentials = marked(&world, &watched.marker, json!({}));
    watched.secrets.add_words_of(&credentials);
    let event = request(&watched.headers(&credentials), &watched.call("profile___who_am_i"));
    let answer: Value = serde_json::from_str(&watched.process.answer(event.to_string()).await).unwrap();
    let headers = &answer["mcp"]["transformedGatewayRequest"]["headers"];
    watched.secrets.add_words_of(headers["Txn-Token"].as_str().unwrap());
    watched.reasons.push("permitted");
    watched.end();
}
