use rstest::rstest;
use serde_json::{Value, json};

use super::{Request, Task, response_url};

fn request(request_type: &str, resource_type: &str, physical: Option<&str>) -> Request {
    let mut request = json!({
        "RequestType": request_type, "ResponseURL": "https://bucket.s3.amazonaws.com/key?Signature=PRIVATE",
        "StackId": "stack", "RequestId": "request", "LogicalResourceId": "Keys", "ResourceType": resource_type,
        "ResourceProperties": {"Password": "PRIVATE"}, "OldResourceProperties": {},
    });
    if let Some(physical) = physical {
        request["PhysicalResourceId"] = json!(physical);
    }
    serde_json::from_value(request).unwrap()
}

fn answer(request: &Request, outcome: Result<(), String>) -> Value {
    serde_json::to_value(request.answer(outcome)).unwrap()
}

#[rstest]
#[case::create_keys("Create", "Custom::SigningKeys", Some(Task::MakeKeys))]
#[case::update_keys("Update", "Custom::SigningKeys", Some(Task::MakeKeys))]
#[case::create_control("Create", "Custom::Control", Some(Task::WriteControl))]
#[case::update_control("Update", "Custom::Control", Some(Task::WriteControl))]
#[case::delete_keys("Delete", "Custom::SigningKeys", Some(Task::Nothing))]
#[case::delete_unknown("Delete", "Custom::Other", Some(Task::Nothing))]
#[case::unknown_type("Create", "Custom::Other", None)]
#[case::type_in_capitals("Create", "Custom::SIGNINGKEYS", None)]
#[case::unknown_request("Read", "Custom::SigningKeys", None)]
#[case::request_in_small("delete", "Custom::SigningKeys", None)]
fn the_task_is_named_exactly(#[case] request_type: &str, #[case] resource_type: &str, #[case] task: Option<Task>) {
    assert_eq!(request(request_type, resource_type, None).task(), task);
}

#[rstest]
#[case::create(None, "Keys")]
#[case::update(Some("Keys"), "Keys")]
#[case::of_an_earlier_version(Some("2026/11/23/[$LATEST]0"), "2026/11/23/[$LATEST]0")]
fn the_physical_id_is_stable(#[case] before: Option<&str>, #[case] after: &str) {
    let request = request("Update", "Custom::SigningKeys", before);
    for outcome in [Ok(()), Err("no".to_owned())] {
        assert_eq!(answer(&request, outcome)["PhysicalResourceId"], after);
    }
}

#[test]
fn an_answer_holds_what_cloudformation_wants_and_no_data() {
    let request = request("Create", "Custom::SigningKeys", None);
    let expected = json!({
        "Status": "SUCCESS", "Reason": "done", "PhysicalResourceId": "Keys", "StackId": "stack",
        "RequestId": "request", "LogicalResourceId": "Keys",
    });
    assert_eq!(answer(&request, Ok(())), expected);
}

#[test]
fn a_failure_has_a_reason_within_bounds() {
    let request = request("Create", "Custom::SigningKeys", None);
    let failed = answer(&request, Err("ü".repeat(4_000)));
    assert_eq!((&failed["Status"], failed["Reason"].as_str().unwrap().len()), (&json!("FAILED"), 1024));
    assert_eq!(answer(&request, Err("no keys".to_owned()))["Reason"], "no keys");
}

#[test]
fn debug_output_shows_neither_the_url_nor_properties() {
    assert!(!format!("{:?}", request("Create", "Custom::SigningKeys", None)).contains("PRIVATE"));
}

#[rstest]
#[case::global("https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/arn%3A?X-Amz-Signature=a")]
#[case::regional("https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/a?b=c")]
#[case::older("https://cloudformation-custom-resource-response-euwest1.s3-eu-west-1.amazonaws.com/a?b=c")]
#[case::china("https://cloudformation-custom-resource-response-cnnorth1.s3.cn-north-1.amazonaws.com.cn/a?b=c")]
#[case::bucket_with_dots("https://my.bucket.s3.eu-west-1.amazonaws.com/a")]
#[case::laptop("http://127.0.0.1:8484/answers/1")]
#[case::laptop_v6("http://[::1]:8484/answers/1")]
fn an_answer_goes_to_a_bucket_or_to_loopback(#[case] url: &str) {
    assert!(response_url(url).is_some());
}

#[rstest]
#[case::plain_text("http://bucket.s3.amazonaws.com/a")]
#[case::elsewhere("https://example.com/a")]
#[case::looks_like_a_bucket("https://bucket.s3.amazonaws.com.example.com/a")]
#[case::ends_alike("https://bucket.s3.notamazonaws.com/a")]
#[case::other_suffix("https://bucket.s3.amazonaws.com.cn.cn/a")]
#[case::another_service("https://sts.eu-west-1.amazonaws.com/a")]
#[case::a_load_balancer("https://s3.my-balancer.elb.eu-west-1.amazonaws.com/a")]
#[case::an_api("https://s3.execute-api.eu-west-1.amazonaws.com/a")]
#[case::no_bucket("https://s3.eu-west-1.amazonaws.com/bucket/a")]
#[case::no_bucket_nor_region("https://s3.amazonaws.com/bucket/a")]
#[case::another_port("https://bucket.s3.amazonaws.com:8443/a")]
#[case::user("https://user@bucket.s3.amazonaws.com/a")]
#[case::user_on_loopback("http://user:password@127.0.0.1/a")]
#[case::address("https://52.218.0.1/a")]
#[case::private_network("http://10.0.0.1/a")]
#[case::instance_metadata("http://169.254.169.254/a")]
#[case::named_loopback("http://localhost:8484/a")]
#[case::other_scheme("file:///etc/passwd")]
#[case::not_a_url("bucket")]
#[case::empty("")]
fn an_answer_goes_nowhere_else(#[case] url: &str) {
    assert!(response_url(url).is_none());
}
