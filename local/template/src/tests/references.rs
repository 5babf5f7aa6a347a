//! References, functions and conditions that cannot be resolved.

use rstest::rstest;

use super::refusals::{at, refusal};
use super::{SMALLEST, changed, deploy, output};

#[rstest]
#[case::unknown_name("!Ref Nobody", "found `Nobody`, expected a parameter, pseudo parameter or resource that exists")]
#[case::unknown_pseudo("!Ref AWS::NotificationARNs", "found `AWS::NotificationARNs`, expected a parameter")]
#[case::no_value("!Ref AWS::NoValue", "found `AWS::NoValue`, expected a text")]
#[case::a_list("!Ref Names", "found a list, expected a text")]
#[case::list_in_text("!Sub '${Names}'", "found the list `Names` inside a text, expected `Join`")]
#[case::unclosed("!Sub '${Level'", "found `${Level`, expected `}` after `${`")]
#[case::unknown_in_sub("!Sub '${Nobody}'", "found `Nobody`, expected")]
#[case::unknown_attribute(
    "!GetAtt Gateway.Url",
    "found the attribute `Gateway.Url`, expected one that the laptop knows: one of `GatewayArn`"
)]
#[case::no_attribute("!GetAtt Gateway", "found `Gateway`, expected `Resource.Attribute`")]
#[case::reference_to_a_target(
    "!Ref Target",
    "found `Ref` of `Target`, which the laptop cannot tell, expected `GetAtt` with `TargetId`"
)]
#[case::unknown_function("!ImportValue x", "found the function `ImportValue`, expected one of `Ref`")]
#[case::long_unknown_function("{ 'Fn::Base64': x }", "found the function `Base64`, expected one of `Ref`")]
#[case::condition_function("!Equals [a, b]", "found the function `Equals`, expected one of `Ref`")]
#[case::unknown_condition("!If [Low, a, b]", "found no condition `Low`, expected `High`")]
#[case::too_few("!If [High, a]", "found `If` with other arguments, expected a condition's name and two values")]
#[case::index("!Select [2, [a, b]]", "found `2`, expected an index below 2")]
#[case::negative_index("!Select [-1, [a, b]]", "found `-1`, expected an index below 2")]
#[case::separator("!Split ['', a]", "found `Split` with other arguments, expected a separator that is not empty")]
#[case::beside("{ Ref: Level, x: y }", "found `Ref` beside other names, expected it alone")]
#[case::nested_short_form("{ 'Fn::Sub': !Ref Level }", "found `!Ref`, expected the argument of `Fn::Sub` itself")]
fn a_reference_that_leads_nowhere_is_refused(#[case] value: &str, #[case] message: &str) {
    let error = output(value).unwrap_err().to_string();
    let line = SMALLEST.lines().count();
    assert!(error.starts_with(&format!("template.yaml:{line}:")) && error.contains(&format!(": {message}")), "{error}");
}

#[rstest]
#[case::itself("High: !Not [!Condition High]", "found `High` in terms of itself, expected no circle")]
#[case::each_other(
    "High: !Condition Low\n  Low: !Condition High",
    "found `High` in terms of itself, expected no circle"
)]
#[case::unknown("High: !Condition Low", "found no condition `Low`, expected `High`")]
#[case::resource("High: !Equals [!Ref Gateway, x]", "found `Gateway`, expected a parameter")]
#[case::not_a_condition("High: !Ref Level", "found `!Ref`, expected `Equals`")]
#[case::text("High: 'true'", "found `true`, expected `Equals`")]
#[case::one_of_two(
    "High: !And [!Equals [a, a]]",
    "found `And` with other arguments, expected a list of 2 to 10 conditions"
)]
fn conditions_that_cannot_be_decided_are_refused(#[case] condition: &str, #[case] message: &str) {
    let error = refusal(&changed("High: !Equals [!Ref Level, high]", condition));
    assert!(error.contains(&format!(": {message}")), "{error}");
}

#[test]
fn a_chain_of_conditions_is_bounded() {
    let chain: String = (0..5000).map(|n| format!("  C{n}: !Not [!Condition C{}]\n", n + 1)).collect();
    let text = changed("  High: ", &format!("{chain}  C5000: !Equals [a, a]\n  High: "));
    assert!(refusal(&text).contains("found more than 8 conditions, each in terms of the next"));
}

/// On the 2 MiB stack of a test thread and in a debug build, which is the least there will be.
#[test]
fn the_deepest_template_that_is_read_does_not_exhaust_the_stack() {
    let (open, close) = ("!Not [".repeat(28), "]".repeat(28));
    let chain: String = (0..7).map(|n| format!("  C{n}: {open}!Condition C{}{close}\n", n + 1)).collect();
    let text = changed("  High: ", &format!("{chain}  C7: !Equals [a, a]\n  High: "));
    deploy(&text).unwrap();

    let (open, close) = ("!Join [',', [".repeat(12), "]]".repeat(12));
    let names: String = (0..3)
        .map(|n| {
            let name = format!("{open}!Ref N{}{close}", n + 1);
            format!("  N{n}:\n    Type: AWS::Logs::LogGroup\n    Properties: {{ LogGroupName: {name} }}\n")
        })
        .collect();
    let last = "  N3:\n    Type: AWS::Logs::LogGroup\n    Properties: { LogGroupName: end }\n";
    let text = changed("  Function:\n", &format!("{names}{last}  Function:\n"));
    let text = text.replace("{ Value: text }", "{ Value: !Ref N0 }");
    assert_eq!(deploy(&text).unwrap().outputs()["Out"], "end");
}

#[rstest]
#[case::function_and_gateway(
    "      Handler: bootstrap",
    "      Role: !GetAtt Gateway.GatewayArn\n      Handler: bootstrap",
    "Function:\n",
    "Function → Gateway → Function"
)]
#[case::through_depends_on(
    "  Function:\n",
    "  Function:\n    DependsOn: Target\n",
    "Function:\n",
    "Function → Target → Function"
)]
fn a_circle_of_references_is_shown(#[case] from: &str, #[case] to: &str, #[case] marked: &str, #[case] circle: &str) {
    let text = changed(from, to);
    assert_eq!(refusal(&text), at(&text, marked, &format!("found a circle of references: {circle}, expected none")));
}

#[test]
fn a_resource_that_is_named_after_itself_is_refused() {
    let error =
        refusal(&changed("      Handler: bootstrap", "      FunctionName: !Ref Function\n      Handler: bootstrap"));
    assert!(error.contains("no circle"), "{error}");
}

#[test]
fn names_that_grow_by_doubling_end_in_an_error() {
    let doubled = |name: &str, of: &str| {
        let reference = format!("${{{of}}}").repeat(1000);
        format!("  {name}:\n    Type: AWS::Logs::LogGroup\n    Properties: {{ LogGroupName: !Sub '{reference}' }}\n")
    };
    let text = changed(
        "  Function:\n",
        &format!("{}{}{}  Function:\n", doubled("A", "B"), doubled("B", "C"), doubled("C", "Level")),
    );
    assert!(refusal(&text).contains("found more than can be resolved"), "{}", refusal(&text));
}

#[test]
fn a_reference_to_what_a_condition_left_out_is_refused() {
    let text = changed("  Function:\n", "  Function:\n    Condition: High\n");
    assert_eq!(
        refusal(&text),
        at(&text, "!GetAtt Function.Arn } }", "found `Function`, expected a resource that exists")
    );
}
