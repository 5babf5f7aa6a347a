//! What references, functions and conditions come to.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;

use super::{SMALLEST, URL, changed, deploy, laptop, output, values};
use crate::identifier::identifier;
use crate::intrinsic::{Part, parts};
use crate::{ClaimMatch, ExceptionLevel, Template};

#[rstest]
#[case::reference("!Ref Level", "low")]
#[case::long_form("{ Ref: Level }", "low")]
#[case::pseudo("!Ref AWS::Region", "us-east-1")]
#[case::function_name("!Ref Function", "countersign-Function")]
#[case::attribute("!GetAtt Function.Arn", "arn:aws:lambda:us-east-1:000000000000:function:countersign-Function")]
#[case::attribute_as_list(
    "{ 'Fn::GetAtt': [Function, Arn] }",
    "arn:aws:lambda:us-east-1:000000000000:function:countersign-Function"
)]
#[case::sub("!Sub '${Level}-${AWS::Region}'", "low-us-east-1")]
#[case::sub_of_an_attribute(
    "!Sub '<${Function.Arn}>'",
    "<arn:aws:lambda:us-east-1:000000000000:function:countersign-Function>"
)]
#[case::sub_with_a_mapping("!Sub ['${A}${Level}', { A: !Ref AWS::Partition }]", "awslow")]
#[case::a_mapping_goes_before_a_parameter("!Sub ['${Level}', { Level: mine }]", "mine")]
#[case::escaped_sub("!Sub '${!Level}'", "${Level}")]
#[case::dollars("!Sub '$5 {x} $$'", "$5 {x} $$")]
#[case::join("!Join ['+', !Ref Names]", "one+two")]
#[case::join_of_nothing("!Join [',', []]", "")]
#[case::join_leaves_out_no_value("!Join [',', [a, !Ref AWS::NoValue, b]]", "a,b")]
#[case::select("!Select [1, !Split ['/', a/b/c]]", "b")]
#[case::if_not("!If [High, high, !Ref Level]", "low")]
#[case::multi_byte("!Sub 'é${Level}ü'", "élowü")]
fn functions_come_to_what_cloudformation_makes_of_them(#[case] value: &str, #[case] expected: &str) {
    assert_eq!(output(value).unwrap(), expected);
}

#[test]
fn a_stack_has_an_identifier_of_its_own() {
    let id = output("!Ref AWS::StackId").unwrap();
    let uuid = id.strip_prefix("arn:aws:cloudformation:us-east-1:000000000000:stack/countersign/").unwrap();
    let lengths: Vec<_> = uuid.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{uuid}");
    assert!(uuid.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)), "{uuid}");
}

#[rstest]
#[case("!Equals [a, a]", true)]
#[case("!Equals [a, A]", false)]
#[case("!Not [!Equals [a, a]]", false)]
#[case("!And [!Equals [a, a], !Not [!Condition High]]", true)]
#[case("!And [!Equals [a, a], !Condition High]", false)]
#[case("!Or [!Condition High, !Equals [a, a]]", true)]
#[case("{ 'Fn::Or': [{ Condition: High }, { 'Fn::Equals': [a, b] }] }", false)]
fn conditions_are_decided_in_both_forms(#[case] condition: &str, #[case] expected: bool) {
    let text = changed("  High: ", &format!("  Asked: {condition}\n  High: "));
    let text = text.replace("{ Value: text }", "{ Value: !If [Asked, yes it holds, it does not] }");
    assert_eq!(deploy(&text).unwrap().outputs()["Out"] == "yes it holds", expected);
}

#[test]
fn a_resource_behind_a_false_condition_does_not_exist() {
    let text = changed("  Target:\n", "  Target:\n    Condition: High\n");
    let template = Template::parse("template.yaml", &text).unwrap();
    let high = values([URL, ("Level", "high")]);
    assert_eq!(template.resolve(&values([URL]), &laptop()).unwrap().gateway().targets.len(), 0);
    assert_eq!(template.resolve(&high, &laptop()).unwrap().gateway().targets.len(), 1);
    let text = changed("{ Value: text }", "{ Condition: High, Value: text }");
    assert!(deploy(&text).unwrap().outputs().is_empty());
}

#[test]
fn no_value_removes_a_property() {
    let text = changed(
        "          AllowedScopes: [tools]",
        "          AllowedScopes: [tools]\n          AllowedClients: !If [High, [x], !Ref AWS::NoValue]",
    );
    let template = Template::parse("template.yaml", &text).unwrap();
    let clients = |values| template.resolve(&values, &laptop()).unwrap().gateway().authorizer.allowed_clients.clone();
    assert!(clients(values([URL])).is_empty());
    assert_eq!(clients(values([URL, ("Level", "high")])), ["x"]);
}

#[test]
fn globals_stand_in_for_what_a_function_does_not_say() {
    let text = changed("Resources:\n", "Globals: { Function: { Timeout: 7, MemorySize: 512 } }\nResources:\n");
    let text = text.replace("      Handler: bootstrap\n", "      Handler: bootstrap\n      MemorySize: 256\n");
    let stack = deploy(&text).unwrap();
    assert_eq!((stack.functions()[0].timeout.as_secs(), stack.functions()[0].memory_mb), (7, 256));
}

#[test]
fn what_the_template_leaves_out_is_as_aws_would_have_it() {
    let stack = deploy(SMALLEST).unwrap();
    assert_eq!(stack.gateway().supported_versions, ["2025-03-26"]);
    assert_eq!(stack.gateway().exception_level, ExceptionLevel::Generic);
    assert!(!stack.gateway().interceptors[0].pass_request_headers);
    assert_eq!((stack.functions()[0].timeout.as_secs(), stack.functions()[0].memory_mb), (3, 128));
}

#[test]
fn claims_and_advertised_scopes_are_read() {
    let text = changed(
        "          AllowedScopes: [tools]\n",
        r"          AllowedScopes: [tools]
          AdvertisedScopeMapping: { tools: api://app/tools }
          CustomClaims:
            - InboundTokenClaimName: cid
              InboundTokenClaimValueType: STRING
              AuthorizingClaimMatchValue: { ClaimMatchOperator: EQUALS, ClaimMatchValue: { MatchValueString: a } }
            - InboundTokenClaimName: groups
              InboundTokenClaimValueType: STRING_ARRAY
              AuthorizingClaimMatchValue:
                { ClaimMatchOperator: CONTAINS_ANY, ClaimMatchValue: { MatchValueStringList: [b, c] } }
",
    );
    let stack = deploy(&text).unwrap();
    let authorizer = &stack.gateway().authorizer;
    assert_eq!(authorizer.advertised_scope_mapping["tools"], "api://app/tools");
    assert_eq!(authorizer.custom_claims[0].matching, ClaimMatch::Equals("a".into()));
    assert_eq!(authorizer.custom_claims[1].matching, ClaimMatch::ContainsAny(vec!["b".into(), "c".into()]));
}

#[rstest]
#[case("a${b}c", Some(vec![Part::Literal("a"), Part::Variable("b"), Part::Literal("c")]))]
#[case("${ b }", Some(vec![Part::Literal(""), Part::Variable("b"), Part::Literal("")]))]
#[case("}${", None)]
#[case("${a${b}", Some(vec![Part::Literal(""), Part::Variable("a${b"), Part::Literal("")]))]
fn a_sub_text_is_taken_apart_from_left_to_right(#[case] text: &str, #[case] expected: Option<Vec<Part<'_>>>) {
    assert_eq!(parts(text), expected);
}

proptest! {
    #[test]
    fn an_identifier_has_its_length_and_alphabet(name in ".{0,40}") {
        let text = identifier(&name, 10);
        prop_assert_eq!(text.len(), 10);
        prop_assert!(text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
        prop_assert_ne!(text, identifier(&format!("{name}."), 10));
    }

    #[test]
    fn no_text_panics(text in r"[\[\]{}:,&*!#|>'% \n\-?~.a-cR0-9]{0,80}") {
        let _ = deploy(&text);
    }

    #[test]
    fn no_value_panics(value in r"[!\[\]{}:,$' .a-zA-Z0-9]{0,60}") {
        let _ = output(&value);
    }

    /// A deletion, a doubling or a swap somewhere in a good template is read or refused, at a place that exists.
    #[test]
    fn no_damage_panics(at in 0..SMALLEST.len(), length in 0..40_usize, with in r"[!\[\]{}:,'\n \-a-z&*]{0,6}") {
        let (before, after) = SMALLEST.split_at(at);
        let text = format!("{before}{with}{}", after.get(length..).unwrap_or_default());
        if let Err(crate::Error::Invalid { place, .. }) = deploy(&text) {
            prop_assert!(place.line >= 1 && place.line <= text.lines().count() + 1);
            prop_assert!(place.column >= 1);
        }
    }

    #[test]
    fn parameters_never_panic(given in prop::collection::btree_map("Url|Level|Names|Other", ".{0,30}", 0..4)) {
        let given: BTreeMap<String, String> = given;
        let _ = Template::parse("template.yaml", SMALLEST).unwrap().resolve(&given, &laptop());
    }
}

#[test]
fn resources_are_told_with_values_and_without_those_that_a_condition_leaves_out() {
    let more = "\n  Absent: { Type: AWS::Logs::LogGroup, Condition: High }\n  Logs:\n    Type: AWS::Logs::LogGroup\n    \
                Properties: { LogGroupName: !Sub '/aws/${Function}', RetentionInDays: 7, Tags: !Ref AWS::NoValue }\nOutputs:";
    let stack = deploy(&changed("\nOutputs:", more)).unwrap();
    let names: Vec<_> = stack.resources().keys().map(String::as_str).collect();
    assert_eq!(names, ["Function", "Gateway", "Logs", "Target"]);
    let properties = json!({"LogGroupName": "/aws/countersign-Function", "RetentionInDays": "7"});
    assert_eq!(stack.resources()["Logs"], json!({"Type": "AWS::Logs::LogGroup", "Properties": properties}));
}
