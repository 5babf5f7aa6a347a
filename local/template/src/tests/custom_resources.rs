//! What functions are asked to make, and in which order.

use rstest::rstest;

use super::{changed, deploy};

/// [`super::SMALLEST`] with these resources too.
fn with(resources: &str) -> String {
    changed("Outputs:", &format!("{resources}Outputs:"))
}

/// One of this name, with what else is said of it.
fn resource(name: &str, more: &str) -> String {
    format!(
        "  {name}:
    Type: Custom::Control
    Properties: {{ ServiceToken: !GetAtt Function.Arn, A: 1, B: [true, !Ref Gateway] }}
{more}"
    )
}

fn order(text: &str) -> Vec<String> {
    let stack = deploy(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    stack.custom_resources().iter().map(|resource| resource.logical_id.clone()).collect()
}

#[test]
fn a_function_is_given_all_properties() {
    let stack = deploy(&with(&resource("Made", ""))).unwrap();
    let [made] = stack.custom_resources() else { panic!("{stack:?}") };
    let expected = serde_json::json!({"ServiceToken": made.function, "A": "1", "B": ["true", stack.gateway().id]});
    assert_eq!((made.type_name.as_str(), &made.properties), ("Custom::Control", &expected));
    assert_eq!(made.function, stack.functions()[0].arn);
}

#[rstest]
#[case::as_they_stand("", "", ["A", "B"])]
#[case::the_other_first("    DependsOn: B\n", "", ["B", "A"])]
#[case::by_way_of_a_third("    DependsOn: Third\n", "  Third:\n    Type: AWS::IAM::Role\n    DependsOn: B\n", ["B", "A"])]
#[case::a_third_that_both_need(
    "    DependsOn: Third\n",
    "    DependsOn: Third\n  Third:\n    Type: AWS::IAM::Role\n",
    ["A", "B"]
)]
fn each_comes_after_those_that_it_needs(#[case] a: &str, #[case] b: &str, #[case] expected: [&str; 2]) {
    assert_eq!(order(&with(&[resource("A", a), resource("B", b)].concat())), expected);
}

#[rstest]
#[case::nobody("ServiceToken: !GetAtt Function.Arn, ", "", "found a custom resource without `ServiceToken`")]
#[case::a_stranger(
    "ServiceToken: !GetAtt Function.Arn",
    "ServiceToken: 'arn:aws:lambda:us-east-1:000000000000:function:other'",
    "expected the ARN of a function of this template"
)]
#[case::no_text("ServiceToken: !GetAtt Function.Arn", "ServiceToken: []", "found a list")]
#[case::too_long("A: 1", "ServiceTimeout: 3601", "expected a whole number from 1 to 3600")]
#[case::misspelt_type("Custom::Control", "Custom::Contol", "did you mean `Custom::Control`?")]
#[case::of_another_function("Custom::Control", "AWS::CloudFormation::CustomResource", "expected a type that")]
#[case::itself("B: [true, !Ref Gateway]", "B: !Ref Made", "`Ref` of `Made`, which the laptop cannot tell")]
fn what_could_not_be_asked_is_refused(#[case] from: &str, #[case] to: &str, #[case] message: &str) {
    let text = with(&resource("Made", ""));
    assert!(text.matches(from).count() >= 1, "{from}");
    let made = text.rfind(from).unwrap();
    let text = format!("{}{to}{}", &text[..made], &text[made + from.len()..]);
    let error = deploy(&text).unwrap_err().to_string();
    assert!(error.contains(message), "{error}");
}
