//! As CloudFormation's custom resource.

use serde_json::{Value, json};

use super::{NewStack, Stack};

const KEYS: &str = "Custom::SigningKeys";
const CONTROL: &str = "Custom::Control";

pub(super) async fn run(stack: NewStack<'_>) {
    keys_are_made_once_and_kept(&stack().await).await;
    two_at_once_make_one_set_of_keys(&stack().await).await;
    public_keys_that_were_lost_are_made_good(&stack().await).await;
    damaged_keys_fail_the_stack_and_stay(&stack().await).await;
    an_unknown_resource_fails_and_can_be_deleted(&stack().await).await;
    the_gateway_is_written_beside_what_is_there(&stack().await).await;
    a_doubtful_gateway_is_not_written(&stack().await).await;
    a_damaged_record_fails_the_stack_and_stays(&stack().await).await;
}

async fn keys_are_made_once_and_kept(stack: &Stack) {
    stack.make_keys().await;
    let (signing, verification) = stack.keys().await;
    assert_eq!(verification, signing.verification());
    let texts = stack.texts().await;
    for request_type in ["Create", "Update", "Delete"] {
        let answer = stack.request(request_type, KEYS, json!({"SigningSecret": stack.signing})).await;
        assert_eq!(answer["Status"], "SUCCESS", "{answer}");
        assert_eq!(stack.texts().await, texts, "{request_type}");
        let text = answer.to_string();
        let keys: Value = serde_json::from_str(texts[0].as_ref().unwrap()).unwrap();
        assert!(["current", "next"].iter().all(|name| !text.contains(keys[name]["d"].as_str().unwrap())));
    }
}

async fn two_at_once_make_one_set_of_keys(stack: &Stack) {
    let create = || stack.request("Create", KEYS, json!({}));
    let (one, other) = futures_util::future::join(create(), create()).await;
    assert_eq!((&one["Status"], &other["Status"]), (&json!("SUCCESS"), &json!("SUCCESS")), "{one} {other}");
    stack.keys().await;
}

async fn public_keys_that_were_lost_are_made_good(stack: &Stack) {
    stack.make_keys().await;
    let (signing, verification) = stack.keys().await;
    let mut key: Value = serde_json::from_str(&stack.texts().await[1].clone().unwrap()).unwrap();
    key["keys"].as_array_mut().unwrap().truncate(1);
    stack.put(&stack.verification, &key.to_string()).await;
    assert_eq!(stack.request("Update", KEYS, json!({})).await["Status"], "SUCCESS");
    let (after, published) = stack.keys().await;
    assert_eq!((after.in_use(), published), (signing.in_use(), verification));
}

async fn damaged_keys_fail_the_stack_and_stay(stack: &Stack) {
    stack.make_keys().await;
    for (name, secret) in [("signing", &stack.signing), ("verification", &stack.verification)] {
        stack.put(secret, r#"{"keys": "PRIVATE"}"#).await;
        let before = stack.texts().await;
        let answer = stack.request("Update", KEYS, json!({})).await;
        let reason = answer["Reason"].as_str().unwrap();
        assert_eq!(answer["Status"], "FAILED", "{answer}");
        assert!(reason.contains(&format!("`{name}` is damaged")) && !reason.contains("PRIVATE"), "{answer}");
        assert_eq!(stack.texts().await, before);
        // On purpose they are replaced.
        stack.emergency().await.unwrap();
        let (signing, verification) = stack.keys().await;
        assert_eq!(verification, signing.verification());
    }
}

async fn an_unknown_resource_fails_and_can_be_deleted(stack: &Stack) {
    let answer = stack.request("Create", "Custom::Other", json!({})).await;
    assert_eq!(answer["Status"], "FAILED", "{answer}");
    assert_eq!(stack.request("Delete", "Custom::Other", json!({})).await["Status"], "SUCCESS");
    assert_eq!(stack.texts().await, [None, None]);
}

fn gateway() -> Value {
    json!({
        "GatewayId": "countersign-a1b2c3d4e5",
        "GatewayArn": "arn:aws:bedrock-agentcore:us-east-1:000000000000:gateway/countersign-a1b2c3d4e5",
        "GatewayUrl": "https://countersign-a1b2c3d4e5.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp",
        "PublicUrl": "",
    })
}

async fn control(stack: &Stack) -> Option<String> {
    stack.text(&stack.control, super::CURRENT).await
}

async fn the_gateway_is_written_beside_what_is_there(stack: &Stack) {
    assert_eq!(stack.request("Create", CONTROL, gateway()).await["Status"], "SUCCESS");
    let mut record: Value = serde_json::from_str(&control(stack).await.unwrap()).unwrap();
    let properties = gateway();
    assert_eq!(record["gateway_id"], properties["GatewayId"]);
    assert_eq!(record["gateway_arn"], properties["GatewayArn"]);
    assert_eq!(record["mcp_url"], properties["GatewayUrl"]);

    record["revocations"] = json!([{"subject": "alice", "made_at": 1}]);
    record["another"] = json!({"member": true});
    stack.put(&stack.control, &record.to_string()).await;
    let before = control(stack).await;
    assert_eq!(stack.request("Update", CONTROL, gateway()).await["Status"], "SUCCESS");
    assert_eq!(control(stack).await, before, "nothing to change");

    let mut public = gateway();
    public["PublicUrl"] = json!("https://tools.example.com/mcp");
    assert_eq!(stack.request("Update", CONTROL, public.clone()).await["Status"], "SUCCESS");
    record["mcp_url"] = public["PublicUrl"].clone();
    let after: Value = serde_json::from_str(&control(stack).await.unwrap()).unwrap();
    assert_eq!(after, record);

    assert_eq!(stack.request("Delete", CONTROL, public).await["Status"], "SUCCESS");
    assert_eq!(serde_json::from_str::<Value>(&control(stack).await.unwrap()).unwrap(), record);
}

async fn a_doubtful_gateway_is_not_written(stack: &Stack) {
    let mut properties = gateway();
    properties["GatewayUrl"] = json!("http://gateway.example/mcp");
    for properties in [properties, json!({}), json!(null)] {
        let answer = stack.request("Create", CONTROL, properties).await;
        assert_eq!(answer["Status"], "FAILED", "{answer}");
        assert!(answer["Reason"].as_str().unwrap().contains("GatewayUrl"), "{answer}");
    }
    assert_eq!(control(stack).await, None);
}

async fn a_damaged_record_fails_the_stack_and_stays(stack: &Stack) {
    let damaged = r#"{"mcp_url": "https://a.example/mcp", "revocations": [{"who": "PRIVATE"}]}"#;
    stack.put(&stack.control, damaged).await;
    let answer = stack.request("Update", CONTROL, gateway()).await;
    let reason = answer["Reason"].as_str().unwrap();
    assert!(reason.contains("`control` is damaged") && !reason.contains("PRIVATE"), "{answer}");
    assert_eq!(control(stack).await.as_deref(), Some(damaged));
}
