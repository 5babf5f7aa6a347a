//! Who calls, and for what. Each caller is known by members that no other has.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::custom_resource::Request;
use crate::rotation::Step;

/// An event.
#[derive(Debug)]
pub(crate) enum Event {
    CustomResource(Request),
    Operator(Action),
    Rotation(Rotation),
}

/// What Secrets Manager sends for each step of a rotation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Rotation {
    pub(crate) step: Step,
    pub(crate) secret_id: String,
    pub(crate) client_request_token: String,
}

/// What somebody does by hand: `{"action": "emergency"}`.
#[derive(Debug, Deserialize)]
#[serde(tag = "action", rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Action {
    Emergency {},
}

/// The event is of no known kind, or of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unrecognised;

impl Event {
    pub(crate) fn recognise(event: Value) -> Result<Self, Unrecognised> {
        let has = |name| event.get(name).is_some();
        match (has("RequestType"), has("Step"), has("action")) {
            (true, false, false) => read(event).map(Self::CustomResource),
            (false, true, false) => read(event).map(Self::Rotation),
            (false, false, true) => read(event).map(Self::Operator),
            _ => Err(Unrecognised),
        }
    }
}

fn read<T: DeserializeOwned>(event: Value) -> Result<T, Unrecognised> {
    serde_json::from_value(event).map_err(|_| Unrecognised)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::Event;

    fn custom_resource() -> Value {
        json!({
            "RequestType": "Create", "ServiceToken": "arn:…", "ResponseURL": "https://b.s3.amazonaws.com/k?Signature=s",
            "StackId": "arn:…", "RequestId": "r", "LogicalResourceId": "Keys", "ResourceType": "Custom::SigningKeys",
            "ResourceProperties": {"ServiceToken": "arn:…"},
        })
    }

    fn rotation() -> Value {
        json!({"Step": "createSecret", "SecretId": "s", "ClientRequestToken": "t", "RotationToken": "r"})
    }

    fn with(mut event: Value, name: &str, value: Value) -> Value {
        event[name] = value;
        event
    }

    fn without(mut event: Value, name: &str) -> Value {
        event.as_object_mut().unwrap().remove(name);
        event
    }

    #[test]
    fn each_caller_is_recognised() {
        assert!(matches!(Event::recognise(custom_resource()), Ok(Event::CustomResource(_))));
        assert!(matches!(Event::recognise(rotation()), Ok(Event::Rotation(_))));
        assert!(matches!(Event::recognise(json!({"action": "emergency"})), Ok(Event::Operator(_))));
    }

    #[rstest]
    #[case::nothing(json!({}))]
    #[case::null(json!(null))]
    #[case::text(json!("emergency"))]
    #[case::array(json!([{"action": "emergency"}]))]
    #[case::scheduled(json!({"source": "aws.events", "detail-type": "Scheduled Event"}))]
    #[case::custom_resource_and_rotation(with(rotation(), "RequestType", json!("Create")))]
    #[case::custom_resource_and_operator(with(custom_resource(), "action", json!("emergency")))]
    #[case::rotation_and_operator(with(rotation(), "action", json!("emergency")))]
    #[case::no_url(without(custom_resource(), "ResponseURL"))]
    #[case::no_stack(without(custom_resource(), "StackId"))]
    #[case::no_request_id(without(custom_resource(), "RequestId"))]
    #[case::no_resource_type(without(custom_resource(), "ResourceType"))]
    #[case::no_secret(without(rotation(), "SecretId"))]
    #[case::no_token(without(rotation(), "ClientRequestToken"))]
    #[case::unknown_step(with(rotation(), "Step", json!("CreateSecret")))]
    #[case::unknown_action(json!({"action": "rotate"}))]
    #[case::action_in_capitals(json!({"action": "EMERGENCY"}))]
    #[case::action_with_more(json!({"action": "emergency", "dry_run": true}))]
    fn anything_else_is_refused(#[case] event: Value) {
        assert!(Event::recognise(event).is_err());
    }
}
