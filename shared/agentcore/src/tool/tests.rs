use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

use super::{BareName, Definition, Fault, Kind, MAX_FAULTS, NameError, Problem, SEARCH, Schema, TargetName, ToolName};
use super::{Error, refusal};

#[rstest]
#[case::plain("profile___who_am_i", "profile", "who_am_i")]
#[case::hyphens("my-Target-1___a.b-c", "my-Target-1", "a.b-c")]
#[case::seam_in_the_tool("a___b___c", "a", "b___c")]
#[case::more_underscores("a____b", "a", "_b")]
#[case::hyphen_before_the_seam("a-___b", "a-", "b")]
#[case::called_like_the_search("a___x_amz_bedrock_agentcore_search", "a", SEARCH)]
fn the_first_seam_divides(#[case] name: &str, #[case] target: &str, #[case] tool: &str) {
    let expected = ToolName::Target { target: target.parse().unwrap(), tool: tool.parse().unwrap() };
    assert_eq!(name.parse(), Ok(expected.clone()));
    assert_eq!(expected.to_string(), name);
}

#[test]
fn search_is_a_name_of_its_own() {
    assert_eq!(SEARCH.parse(), Ok(ToolName::Search));
    assert_eq!(ToolName::Search.to_string(), SEARCH);
}

#[rstest]
#[case::empty("", NameError::NoTarget)]
#[case::bare("who_am_i", NameError::NoTarget)]
#[case::two_underscores("profile__who_am_i", NameError::NoTarget)]
#[case::search_in_capitals("X_AMZ_BEDROCK_AGENTCORE_SEARCH", NameError::NoTarget)]
#[case::no_target("___who_am_i", NameError::Target)]
#[case::leading_hyphen("-a___b", NameError::Target)]
#[case::two_hyphens("a--b___c", NameError::Target)]
#[case::underscore("a_b___c", NameError::Target)]
#[case::beyond_ascii("ä___b", NameError::Target)]
#[case::slash("a/b___c", NameError::Target)]
#[case::no_tool("a___", NameError::Tool)]
#[case::space("a___b ", NameError::Tool)]
#[case::line_break("a___b\n", NameError::Tool)]
#[case::look_alike("a___who_am_\u{456}", NameError::Tool)]
#[case::quote("a___b\"", NameError::Tool)]
fn anything_else_names_no_tool(#[case] name: &str, #[case] expected: NameError) {
    assert_eq!(name.parse::<ToolName>(), Err(expected));
}

#[test]
fn names_have_the_lengths_of_the_gateway() {
    assert!("a".repeat(100).parse::<TargetName>().is_ok());
    assert!("a-".repeat(100).parse::<TargetName>().is_ok());
    assert_eq!("a".repeat(101).parse::<TargetName>(), Err(NameError::Target));
    assert!("a".repeat(256).parse::<BareName>().is_ok());
    assert_eq!("a".repeat(257).parse::<BareName>(), Err(NameError::Tool));
}

proptest! {
    #[test]
    fn a_name_is_written_as_it_was_read(name in "[a-z0-9-]{1,8}___[ -~]{1,8}") {
        if let Ok(parsed) = name.parse::<ToolName>() {
            prop_assert_eq!(parsed.to_string(), name);
        }
    }
}

fn api() -> Value {
    json!({
        "name": "create_ticket",
        "description": "Opens a ticket.",
        "inputSchema": {
            "type": "object",
            "description": "The ticket.",
            "properties": {
                "Type": { "type": "string", "description": "A property may be called like a keyword." },
                "count": { "type": "integer" },
                "rate": { "type": "number" },
                "labels": { "type": "array", "items": { "type": "string" } },
                "owner": {
                    "type": "object",
                    "properties": { "active": { "type": "boolean" } },
                    "required": ["active"],
                },
            },
            "required": ["count", "Type"],
        },
        "outputSchema": { "type": "object" },
    })
}

fn cloudformation() -> Value {
    json!({
        "Name": "create_ticket",
        "Description": "Opens a ticket.",
        "InputSchema": {
            "Type": "object",
            "Description": "The ticket.",
            "Properties": {
                "Type": { "Type": "string", "Description": "A property may be called like a keyword." },
                "count": { "Type": "integer" },
                "rate": { "Type": "number" },
                "labels": { "Type": "array", "Items": { "Type": "string" } },
                "owner": {
                    "Type": "object",
                    "Properties": { "active": { "Type": "boolean" } },
                    "Required": ["active"],
                },
            },
            "Required": ["count", "Type"],
        },
        "OutputSchema": { "Type": "object" },
    })
}

#[test]
fn both_spellings_declare_the_same_tool() {
    let definition = Definition::from_api(&api()).unwrap();
    assert_eq!(definition, Definition::from_cloudformation(&cloudformation()).unwrap());
    assert_eq!(serde_json::to_value(&definition).unwrap(), api());
    assert_eq!(serde_json::from_value::<Definition>(api()).unwrap(), definition);
    let schema = serde_json::to_value(definition.input_schema()).unwrap();
    assert_eq!(&serde_json::from_value::<Schema>(schema).unwrap(), definition.input_schema());
}

#[rstest]
#[case::nothing("", json!(null), "", Problem::Expected("an object"))]
#[case::no_name("/Name", json!(null), "/Name", Problem::Expected("a text"))]
#[case::bad_name("/Name", json!("a b"), "/Name", Problem::Name(NameError::Tool))]
#[case::unknown_member("/Tags", json!({}), "/Tags", Problem::UnknownMember)]
#[case::api_spelling("/inputSchema", json!({}), "/inputSchema", Problem::UnknownMember)]
#[case::not_an_object("/InputSchema/Type", json!("string"), "/InputSchema", Problem::NotAnObject)]
#[case::output_not_an_object("/OutputSchema/Type", json!("array"), "/OutputSchema", Problem::NotAnObject)]
#[case::no_type("/InputSchema/Properties/x", json!({}), "/InputSchema/Properties/x/Type", Problem::Missing)]
#[case::unknown_type("/InputSchema/Properties/x", json!({ "Type": "null" }), "/InputSchema/Properties/x/Type", Problem::UnknownType)]
#[case::type_in_capitals("/InputSchema/Type", json!("Object"), "/InputSchema/Type", Problem::UnknownType)]
#[case::two_types("/InputSchema/Type", json!(["object"]), "/InputSchema/Type", Problem::Expected("a text"))]
#[case::enumeration("/InputSchema/Properties/Type/Enum", json!(["a"]), "/InputSchema/Properties/Type/Enum", Problem::UnknownKeyword)]
#[case::closed("/InputSchema/AdditionalProperties", json!(false), "/InputSchema/AdditionalProperties", Problem::UnknownKeyword)]
#[case::lower_case_keyword("/InputSchema/Properties/labels/items", json!({}), "/InputSchema/Properties/labels/items", Problem::UnknownKeyword)]
#[case::in_items("/InputSchema/Properties/labels/Items/Format", json!("date"), "/InputSchema/Properties/labels/Items/Format", Problem::UnknownKeyword)]
#[case::properties_as_list("/InputSchema/Properties", json!([]), "/InputSchema/Properties", Problem::Expected("an object"))]
#[case::required_as_text("/InputSchema/Required", json!("count"), "/InputSchema/Required", Problem::Expected("a list"))]
#[case::required_number("/InputSchema/Required", json!(["a", 1]), "/InputSchema/Required/1", Problem::Expected("a text"))]
#[case::slash_in_a_name("/InputSchema/Properties/a~1b", json!(1), "/InputSchema/Properties/a~1b", Problem::Expected("an object"))]
fn a_wrong_declaration_is_refused_with_its_place(
    #[case] change: &str,
    #[case] value: Value,
    #[case] path: &str,
    #[case] problem: Problem,
) {
    let mut document = cloudformation();
    match change.rsplit_once('/') {
        None => document = value,
        Some((parent, name)) => {
            let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            parent.insert(name.replace("~1", "/"), value);
        }
    }
    let error = Definition::from_cloudformation(&document).unwrap_err();
    assert_eq!(error, Error { path: path.to_owned(), problem });
}

#[rstest]
#[case::name("/Name")]
#[case::description("/Description")]
#[case::input_schema("/InputSchema")]
#[case::no_type("/InputSchema/Type")]
fn what_the_gateway_requires_is_required(#[case] path: &str) {
    let mut document = cloudformation();
    let (parent, name) = path.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    let error = Definition::from_cloudformation(&document).unwrap_err();
    assert_eq!(error, Error { path: path.to_owned(), problem: Problem::Missing });
    assert_eq!(error.to_string(), format!("{path}: missing"));
}

#[test]
fn a_tool_made_in_code_obeys_the_same_rule() {
    let name: BareName = "a".parse().unwrap();
    let object = Schema::new(Kind::Object);
    assert!(Definition::new(name.clone(), "", object.clone(), None).is_ok());
    let error = Definition::new(name.clone(), "", Schema::new(Kind::String), None).unwrap_err();
    assert_eq!(error.path, "/inputSchema");
    let error = Definition::new(name, "", object, Some(Schema::new(Kind::Array))).unwrap_err();
    assert_eq!(error.path, "/outputSchema");
}

fn faults(arguments: &Value) -> Vec<String> {
    let definition = Definition::from_api(&api()).unwrap();
    definition.input_schema().validate(arguments).iter().map(Fault::to_string).collect()
}

#[rstest]
#[case::least(json!({ "count": 1, "Type": "a" }))]
#[case::integer_as_number(json!({ "count": 1, "Type": "a", "rate": 1 }))]
#[case::unknown_members(json!({ "count": 1, "Type": "a", "_meta": {}, "owner": { "active": true, "x": null } }))]
#[case::empty_list(json!({ "count": -1, "Type": "", "labels": [] }))]
#[case::large(json!({ "count": 18_446_744_073_709_551_615_u64, "Type": "a" }))]
fn arguments_that_fit_have_no_fault(#[case] arguments: Value) {
    assert_eq!(faults(&arguments), Vec::<String>::new());
}

#[rstest]
#[case::one_missing(json!({ "Type": "a" }), "Missing required field(s): 'count'")]
#[case::all_missing(json!({}), "Missing required field(s): 'count', 'Type'")]
#[case::text(json!({ "count": "1", "Type": "a" }), "Field '/count' has invalid type: string found, integer expected")]
#[case::fraction(json!({ "count": 1.5, "Type": "a" }), "Field '/count' has invalid type: number found, integer expected")]
#[case::double(json!({ "count": 1.0, "Type": "a" }), "Field '/count' has invalid type: number found, integer expected")]
#[case::null(json!({ "count": 1, "Type": null }), "Field '/Type' has invalid type: null found, string expected")]
#[case::boolean(json!({ "count": 1, "Type": true }), "Field '/Type' has invalid type: boolean found, string expected")]
#[case::rate(json!({ "count": 1, "Type": "", "rate": "1" }), "Field '/rate' has invalid type: string found, number expected")]
#[case::object(json!({ "count": 1, "Type": "", "labels": {} }), "Field '/labels' has invalid type: object found, array expected")]
#[case::element(json!({ "count": 1, "Type": "", "labels": ["a", 1] }), "Field '/labels/1' has invalid type: integer found, string expected")]
#[case::nested(json!({ "count": 1, "Type": "", "owner": { "active": 1 } }), "Field '/owner/active' has invalid type: integer found, boolean expected")]
#[case::nested_missing(json!({ "count": 1, "Type": "", "owner": {} }), "Missing required field(s): 'active'")]
#[case::list(json!([]), "Field '/' has invalid type: array found, object expected")]
fn a_fault_is_worded_as_the_gateway_words_it(#[case] arguments: Value, #[case] expected: &str) {
    assert_eq!(faults(&arguments), [expected]);
}

#[test]
fn the_place_of_a_fault_is_a_json_pointer() {
    let schema = json!({ "type": "object", "properties": { "a/b~c": { "type": "string" } } });
    let faults = Schema::from_api(&schema).unwrap().validate(&json!({ "a/b~c": 1 }));
    assert_eq!(
        refusal(&faults).lines().last(),
        Some("- Field '/a~1b~0c' has invalid type: integer found, string expected")
    );
}

#[test]
fn the_refusal_has_one_line_for_each_fault() {
    let definition = Definition::from_api(&api()).unwrap();
    let faults = definition.input_schema().validate(&json!({ "Type": 1, "owner": [] }));
    assert_eq!(
        refusal(&faults),
        "ValidationException - Parameter validation failed: Invalid request parameters:\n\
         - Missing required field(s): 'count'\n\
         - Field '/Type' has invalid type: integer found, string expected\n\
         - Field '/owner' has invalid type: array found, object expected"
    );
}

#[test]
fn the_number_of_faults_is_bounded() {
    let labels = json!({ "count": 1, "Type": "", "labels": vec![1; 10_000] });
    assert_eq!(faults(&labels).len(), MAX_FAULTS);
}

#[test]
fn a_fault_never_repeats_the_arguments() {
    let arguments =
        json!({ "count": "PRIVATE", "PRIVATE": 1, "owner": { "PRIVATE": 1 }, "labels": [{ "PRIVATE": 1 }] });
    let definition = Definition::from_api(&api()).unwrap();
    let faults = definition.input_schema().validate(&arguments);
    assert_eq!(faults.len(), 4);
    assert!(!format!("{faults:?} {}", refusal(&faults)).contains("PRIVATE"));
}
