//! The authorizer of an API: what API Gateway asks, and what it is told.

use rstest::rstest;
use serde_json::{Value, json};

use crate::calls::{denial, who_am_i};
use crate::world::{MCP_URL, World, forged, now, request};

pub(crate) const API: &str = "https://api.example";
const SCOPE: &str = "orders/read";
const ARN: &str = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/prod/GET/orders/7";

pub(crate) const VARIABLES: [(&str, &str); 2] = [("API_AUDIENCE", API), ("API_SCOPES", "orders/read,orders/write")];

/// A deployment with an API, and some more variables.
async fn world_with(more: &[(&str, &str)]) -> World {
    World::with(&[more, &VARIABLES].concat()).await
}

/// A token of alice's for the API, with other claims.
fn bearer_with(world: &World, change: impl FnOnce(&mut Value)) -> String {
    world.bearer_with(|claims| {
        claims["aud"] = json!(API);
        claims["scope"] = json!(SCOPE);
        change(claims);
    })
}

fn bearer(world: &World) -> String {
    bearer_with(world, |_| {})
}

/// An event of an HTTP API.
fn http(headers: &Value) -> Value {
    json!({
        "version": "2.0", "type": "REQUEST", "routeArn": ARN, "identitySource": ["Bearer a.b.c"], "routeKey": "GET /orders/{id}",
        "rawPath": "/orders/7", "rawQueryString": "access_token=a.b.c", "cookies": ["access_token=a.b.c"], "headers": headers,
        "queryStringParameters": { "access_token": "a.b.c" }, "requestContext": { "stage": "prod" },
        "pathParameters": { "id": "7" }, "stageVariables": null,
    })
}

/// An event of a REST API's authorizer of type REQUEST.
fn rest_request(headers: &Value) -> Value {
    json!({
        "type": "REQUEST", "methodArn": ARN, "resource": "/orders/{id}", "path": "/orders/7", "httpMethod": "GET",
        "headers": { "Authorization": "Bearer a.b.c" }, "multiValueHeaders": headers,
        "queryStringParameters": { "access_token": "a.b.c" }, "pathParameters": { "id": "7" }, "stageVariables": null,
        "requestContext": { "stage": "prod" },
    })
}

/// An event of a REST API's authorizer of type TOKEN.
fn rest_token(token: &str, arn: &str) -> Value {
    json!({ "type": "TOKEN", "authorizationToken": token, "methodArn": arn })
}

/// The same request in each format.
pub(crate) fn events(authorization: &str) -> [Value; 3] {
    [
        http(&json!({ "authorization": authorization })),
        rest_request(&json!({ "Authorization": [authorization] })),
        rest_token(authorization, ARN),
    ]
}

/// What the client of the API gets to see of the function's answer.
#[derive(Debug, PartialEq)]
enum Status {
    Ok,
    Unauthorized,
    Forbidden,
    InternalServerError,
}

/// The status that API Gateway makes of an answer, as its guide has it. Anything else than one of the forms that it
/// names is a surprise.
async fn status(world: &World, event: &Value) -> Status {
    let answer = match world.send_text(event.to_string()).await {
        Ok(answer) => serde_json::from_slice::<Value>(&answer).unwrap(),
        Err(error) if error.message == "Unauthorized" => return Status::Unauthorized,
        Err(_) => return Status::InternalServerError,
    };
    if event.get("routeArn").is_some() {
        return if answer["isAuthorized"].as_bool().unwrap() { Status::Ok } else { Status::Forbidden };
    }
    assert!(!answer["principalId"].as_str().unwrap().is_empty());
    let policy = &answer["policyDocument"];
    assert_eq!(policy["Version"], "2012-10-17");
    assert_eq!(policy["Statement"].as_array().unwrap().len(), 1);
    let statement = &policy["Statement"][0];
    assert_eq!(statement["Action"], "execute-api:Invoke");
    if statement["Effect"] == "Deny" {
        return Status::Forbidden;
    }
    assert_eq!(statement["Effect"], "Allow");
    assert_eq!(statement["Resource"], event["methodArn"]);
    Status::Ok
}

/// The status of a denial: an HTTP API has no way to ask for a 401.
fn denied(event: &Value, at_a_rest_api: Status) -> Status {
    if event.get("routeArn").is_some() && at_a_rest_api == Status::Unauthorized {
        Status::Forbidden
    } else {
        at_a_rest_api
    }
}

async fn all_are(world: &World, authorization: &str, at_a_rest_api: fn() -> Status) {
    for event in events(authorization) {
        assert_eq!(status(world, &event).await, denied(&event, at_a_rest_api()), "{event}");
    }
}

#[tokio::test]
async fn who_has_a_token_for_the_api_is_let_in_and_the_api_is_told_who_it_is() {
    let world = world_with(&[("FORWARDED_GROUPS", "support")]).await;
    let token = bearer_with(&world, |claims| claims["scope"] = json!("openid orders/read"));
    for event in events(&token) {
        assert_eq!(status(&world, &event).await, Status::Ok);
        let answer = world.send(&event).await;
        assert_eq!(
            answer["context"],
            json!({
                "sub": "alice", "iss": world.issuer, "client_id": "assistant", "scope": "openid orders/read",
                "groups": "[\"support\"]", "txn": "request",
            })
        );
        assert!(!answer.to_string().contains(token.trim_start_matches("Bearer ")));
        assert!(answer.get("principalId").is_none_or(|principal| principal == "alice"));
    }
}

/// A REST API refuses a context with a list or an object in it, and with it the caller.
#[tokio::test]
async fn the_context_is_flat_with_and_without_groups() {
    let world = world_with(&[]).await;
    for groups in [json!(["engineering", "support"]), json!([])] {
        for event in events(&bearer_with(&world, |claims| claims["groups"] = groups.clone())) {
            let answer = world.send(&event).await;
            assert!(answer["context"].as_object().unwrap().values().all(Value::is_string), "{answer}");
            assert_eq!(answer["context"]["groups"], groups.to_string());
        }
    }
}

#[tokio::test]
async fn a_group_s_name_cannot_pass_for_two() {
    let world = world_with(&[]).await;
    let token = bearer_with(&world, |claims| claims["groups"] = json!(["a,admins", "b\",\"admins"]));
    for event in events(&token) {
        let groups = world.send(&event).await["context"]["groups"].as_str().unwrap().to_owned();
        assert_eq!(serde_json::from_str::<Vec<String>>(&groups).unwrap(), ["a,admins", "b\",\"admins"]);
    }
}

#[rstest]
#[case::expired(|claims: &mut Value| claims["exp"] = json!(now() - 300))]
#[case::other_issuer(|claims: &mut Value| claims["iss"] = json!("https://evil.example"))]
#[case::for_the_gateway(|claims: &mut Value| claims["aud"] = json!(MCP_URL))]
#[case::for_another_api(|claims: &mut Value| claims["aud"] = json!("https://other.example"))]
#[case::for_nothing_in_particular(|claims: &mut Value| drop(claims.as_object_mut().unwrap().remove("aud")))]
#[case::an_id_token(|claims: &mut Value| claims["token_use"] = json!("id"))]
#[tokio::test]
async fn a_token_that_does_not_hold_is_401(#[case] change: fn(&mut Value)) {
    let world = world_with(&[]).await;
    all_are(&world, &bearer_with(&world, change), || Status::Unauthorized).await;
}

#[rstest]
#[case::none("")]
#[case::basic("Basic YTpi")]
#[case::no_scheme("a.b.c")]
#[case::two_in_one("Bearer a.b.c, Bearer a.b.c")]
#[tokio::test]
async fn credentials_that_are_not_one_bearer_token_are_401(#[case] authorization: &str) {
    let world = world_with(&[]).await;
    all_are(&world, authorization, || Status::Unauthorized).await;
    assert_eq!(world.keys_served(), 0);
}

#[tokio::test]
async fn a_forged_token_is_401() {
    let world = world_with(&[]).await;
    let mut claims = world.claims();
    claims["aud"] = json!(API);
    claims["scope"] = json!(SCOPE);
    all_are(&world, &forged(&claims), || Status::Unauthorized).await;
}

/// In the query, in a cookie, as `identitySource`, and in the one `headers` that a REST API cuts.
#[tokio::test]
async fn a_token_elsewhere_than_in_the_header_is_none() {
    let world = world_with(&[]).await;
    let token = bearer(&world);
    for event in [http(&json!({})), http(&Value::Null), rest_request(&json!({})), rest_request(&Value::Null)] {
        let bare = token.trim_start_matches("Bearer ");
        let event = event.to_string().replace("Bearer a.b.c", &token).replace("a.b.c", bare);
        let event = serde_json::from_str(&event).unwrap();
        assert_eq!(status(&world, &event).await, denied(&event, Status::Unauthorized), "{event}");
    }
}

#[tokio::test]
async fn two_authorization_headers_are_401_even_if_both_hold() {
    let world = world_with(&[]).await;
    let token = bearer(&world);
    for event in [
        http(&json!({ "authorization": format!("{token},{token}") })),
        http(&json!({ "authorization": token, "Authorization": token })),
        rest_request(&json!({ "Authorization": [token, token] })),
        rest_request(&json!({ "Authorization": [token], "authorization": [token] })),
    ] {
        assert_eq!(status(&world, &event).await, denied(&event, Status::Unauthorized), "{event}");
    }
}

#[rstest]
#[case::no_scope_of_the_api("openid")]
#[case::that_of_the_gateway("countersign/tools")]
#[case::one_that_only_begins_alike("orders/readonly")]
#[tokio::test]
async fn who_is_known_and_may_not_is_403(#[case] scope: &str) {
    let world = world_with(&[]).await;
    all_are(&world, &bearer_with(&world, |claims| claims["scope"] = json!(scope)), || Status::Forbidden).await;
}

#[tokio::test]
async fn the_clients_of_the_gateway_are_not_those_of_the_api() {
    let world = world_with(&[("ALLOWED_CLIENTS", "assistant"), ("API_CLIENTS", "shop")]).await;
    all_are(&world, &bearer(&world), || Status::Forbidden).await;
    all_are(&world, &bearer_with(&world, |claims| claims["client_id"] = json!("shop")), || Status::Ok).await;
}

/// At the gateway a client may stand in for the audience that Cognito left out.
#[tokio::test]
async fn a_client_never_stands_in_for_the_audience_of_an_api() {
    let cognito = [("PROVIDER_PROFILE", "cognito"), ("ALLOWED_CLIENTS", "assistant"), ("API_CLIENTS", "assistant")];
    let world = world_with(&cognito).await;
    let token = |audience: Value| {
        bearer_with(&world, |claims| {
            claims["username"] = json!("alice");
            claims["aud"] = audience;
            claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        })
    };
    all_are(&world, &token(Value::Null), || Status::Unauthorized).await;
    all_are(&world, &token(json!(API)), || Status::Ok).await;
}

#[tokio::test]
async fn whose_access_was_withdrawn_is_403() {
    let world = world_with(&[]).await;
    world.revoke(&json!([{ "subject": "alice", "made_at": now() }]));
    all_are(&world, &bearer(&world), || Status::Forbidden).await;
}

#[tokio::test]
async fn what_cannot_be_decided_now_is_500() {
    let world = world_with(&[]).await.without_keys();
    all_are(&world, &bearer(&world), || Status::InternalServerError).await;
    let world = world_with(&[]).await.without_secrets();
    all_are(&world, &bearer(&world), || Status::InternalServerError).await;
}

#[tokio::test]
async fn without_an_audience_no_api_is_let_in_and_the_reply_names_the_setting() {
    let world = World::usual().await;
    for event in events(&bearer_with(&world, |claims| claims["aud"] = json!(MCP_URL))) {
        let error = world.send_text(event.to_string()).await.unwrap_err();
        assert_eq!(error.error_type, "Authorizer.NoApi");
        assert!(error.message.contains("API_AUDIENCE"));
    }
    assert_eq!(world.keys_served(), 0);
}

#[tokio::test]
async fn a_token_for_an_api_does_not_open_the_gateway() {
    let world = world_with(&[]).await;
    let token = bearer_with(&world, |claims| claims["scope"] = json!("countersign/tools orders/read"));
    all_are(&world, &token, || Status::Ok).await;
    let answer = world.send(&request(&json!({ "Authorization": token }), &who_am_i())).await;
    assert!(denial(&answer).contains("audience"));
}

/// Where the gateway is, is not known when the configuration is read.
#[tokio::test]
async fn a_token_for_the_gateway_opens_no_api_even_if_the_setting_says_so() {
    let world = World::with(&[("API_AUDIENCE", MCP_URL), ("API_SCOPES", SCOPE)]).await;
    all_are(&world, &bearer_with(&world, |claims| claims["aud"] = json!(MCP_URL)), || Status::Unauthorized).await;
}

#[tokio::test]
async fn groups_that_do_not_fit_are_403_and_none_is_cut_off() {
    let world = world_with(&[]).await;
    let groups = (0..200).map(|number| format!("a-group-with-a-long-name-{number}")).collect::<Vec<_>>();
    all_are(&world, &bearer_with(&world, |claims| claims["groups"] = json!(groups)), || Status::Forbidden).await;
}

/// A path of the caller's own choice is a policy only where IAM cannot read it as more than itself. `status` holds the
/// resource against what was asked for.
#[tokio::test]
async fn a_policy_allows_what_was_asked_for_or_nothing() {
    let world = world_with(&[]).await;
    let token = bearer(&world);
    for character in (' '..='\u{ff}').chain(['\n', '\u{2a}', '\u{ff0a}', '\u{202e}']) {
        let event = rest_token(&token, &format!("{ARN}{character}"));
        let exact = character.is_ascii_alphanumeric() || "-._~%!&'()+,;=:@/".contains(character);
        assert_eq!(status(&world, &event).await, if exact { Status::Ok } else { Status::Forbidden }, "{character:?}");
    }
}

#[rstest]
#[case::every_path("GET/*")]
#[case::every_method("*/orders")]
#[case::variable("GET/${aws:username}")]
#[case::escaped("GET/${*}")]
#[case::web_socket("$connect")]
#[tokio::test]
async fn a_request_for_a_pattern_is_403_and_names_nothing_of_it(#[case] path: &str) {
    let world = world_with(&[]).await;
    let arn = format!("arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/prod/{path}");
    let mut event = rest_request(&json!({ "Authorization": [bearer(&world)] }));
    event["methodArn"] = json!(arn);
    let answer = world.send(&event).await;
    assert_eq!(answer["policyDocument"]["Statement"][0]["Effect"], "Deny");
    assert!(!answer.to_string().contains("a1b2c3d4e5"), "{answer}");
}

#[rstest]
#[case::http_without_arn("/routeArn", 0)]
#[case::request_without_arn("/methodArn", 1)]
#[case::token_without_arn("/methodArn", 2)]
#[tokio::test]
async fn an_arn_of_something_else_is_no_event(#[case] member: &str, #[case] format: usize) {
    let world = world_with(&[]).await;
    for arn in [json!("*"), json!("arn:aws:lambda:eu-central-1:111122223333:function:a"), json!(1), json!([ARN])] {
        let mut event = events(&bearer(&world))[format].clone();
        *event.pointer_mut(member).unwrap() = arn;
        let error = world.send_text(event.to_string()).await.unwrap_err();
        assert_eq!(error.error_type, "Authorizer.BadEvent");
    }
}

#[rstest]
#[case::header_is_a_list(http(&json!({ "authorization": ["PRIVATE"] })))]
#[case::header_is_a_text(rest_request(&json!({ "Authorization": "PRIVATE" })))]
#[case::headers_are_a_text(http(&json!("PRIVATE")))]
#[case::values_are_objects(rest_request(&json!({ "Authorization": [{ "a": "PRIVATE" }] })))]
#[tokio::test]
async fn headers_in_another_form_are_no_event(#[case] event: Value) {
    let world = world_with(&[]).await;
    let error = world.send_text(event.to_string()).await.unwrap_err();
    assert_eq!(error.error_type, "Authorizer.BadEvent");
    assert!(!error.message.contains("PRIVATE"));
}

#[tokio::test]
async fn a_member_that_occurs_twice_is_no_event() {
    let world = world_with(&[]).await;
    for event in events(&bearer(&world)) {
        let (text, inner) = (event.to_string(), r#""a":{"b":1,"b":1}"#);
        let error = world.send_text(text.replacen('{', &format!("{{{inner},"), 1)).await.unwrap_err();
        assert_eq!(error.error_type, "Authorizer.BadEvent");
    }
}

/// `interceptorInputVersion` beside the marks of an API: two services cannot both have asked.
#[tokio::test]
async fn an_event_of_two_services_is_none() {
    let world = world_with(&[]).await;
    for mut event in events(&bearer(&world)) {
        event["interceptorInputVersion"] = json!("1.0");
        event["mcp"] = json!({ "gatewayRequest": { "headers": {}, "body": {} } });
        assert_eq!(world.send_text(event.to_string()).await.unwrap_err().error_type, "Authorizer.BadEvent");
    }
}

/// The committed events for `sam local invoke` are answered as their names say.
#[tokio::test]
async fn the_committed_events_are_denied() {
    let world = world_with(&[]).await;
    for (name, expected) in [
        ("http-without-token", Status::Forbidden),
        ("rest-request-without-token", Status::Unauthorized),
        ("rest-token-malformed", Status::Unauthorized),
    ] {
        let path = format!("{}/../../events/authorizer/api-gateway-{name}.json", env!("CARGO_MANIFEST_DIR"));
        let event = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(status(&world, &event).await, expected, "{name}");
    }
}
