//! Every way to be refused, with the exact place.

use rstest::rstest;

use super::{SMALLEST, URL, changed, deploy, laptop, output, values};
use crate::{Error, Template};

/// `template.yaml:LINE:COLUMN: …`, where the place is that of `marked` in the text.
pub(super) fn at(text: &str, marked: &str, message: &str) -> String {
    let offset = text.find(marked).unwrap_or_else(|| panic!("{marked} is not in\n{text}"));
    let line = text[..offset].matches('\n').count() + 1;
    let column = text[..offset].chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("template.yaml:{line}:{column}: {message}")
}

pub(super) fn refusal(text: &str) -> String {
    deploy(text).unwrap_err().to_string()
}

#[rstest]
#[case::empty("", "template.yaml:1:1: found nothing, expected a template")]
#[case::not_yaml("a: [", "template.yaml:")]
#[case::a_list("- a", "template.yaml:1:1: found a list, expected the mapping of a template")]
#[case::two_documents("a: b\n---\nc: d", "template.yaml:2:1: found a second document, expected one document")]
#[case::duplicate_name("a: b\nc: {x: 1,\n  x: 2}", "template.yaml:3:3: found `x` again, expected each name once")]
#[case::anchor("a: &x b", "template.yaml:1:4: found an anchor")]
#[case::anchored_list("a: &x [b]", "template.yaml:1:4: found an anchor")]
#[case::core_tag("a: !!str b", "template.yaml:1:")]
#[case::list_as_name("[a]: b", "template.yaml:1:1: found a list or mapping as a name")]
#[case::list_as_explicit_name("? [a]\n: b", "template.yaml:1:3: found a list or mapping as a name")]
#[case::null_as_name("~: b", "template.yaml:1:1: found nothing, expected a text as a name")]
#[case::function_as_name("!Ref a: b", "template.yaml:1:")]
#[case::norway("a: no", "template.yaml:1:4: found `no`, expected quotes around it")]
#[case::octal("a: 010", "template.yaml:1:4: found `010`, expected quotes")]
#[case::account("a: 000000000000", "template.yaml:1:4: found `000000000000`, expected quotes")]
#[case::sexagesimal("a: 1:30", "template.yaml:1:4: found `1:30`, expected quotes")]
#[case::hexadecimal("a: 0x10", "template.yaml:1:4: found `0x10`, expected quotes")]
#[case::trailing_zero("a: 1.50", "template.yaml:1:4: found `1.50`, expected quotes")]
#[case::underscore("a: 1_000", "template.yaml:1:4: found `1_000`, expected quotes")]
#[case::plus("a: +1", "template.yaml:1:4: found `+1`, expected quotes")]
fn the_text_is_one_plain_yaml_document(#[case] text: &str, #[case] expected: &str) {
    let error = refusal(text);
    assert!(error.starts_with(expected), "{error}");
}

#[rstest]
#[case("0")]
#[case("10")]
#[case("-5")]
#[case("1.5")]
#[case("'010'")]
#[case("10.0.0.1")]
#[case("10s")]
#[case("a-b")]
fn what_everybody_reads_alike_needs_no_quotes(#[case] value: &str) {
    assert_eq!(output(value).unwrap(), value.trim_matches('\''));
}

#[test]
fn depth_size_and_aliases_are_bounded() {
    assert!(refusal(&"[".repeat(100_000)).contains("found a text that is not YAML"));
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    assert!(refusal(&deep).contains(":1:33: found more than 32 levels"), "{}", refusal(&deep));
    let deep = "- ".repeat(100_000);
    assert!(refusal(&deep).contains(":1:65: found more than 32 levels"), "{}", refusal(&deep));
    let deep: String = (0..200).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    assert!(refusal(&deep).contains("found more than 32 levels"), "{}", refusal(&deep));
    let long = format!("a: {}", "x".repeat(1024 * 1024));
    assert_eq!(refusal(&long), "template.yaml:1:1: found more than 1 MiB, expected a smaller template");
    let laughs = "a: [x]\nb: [*a, *a]";
    assert!(deploy(laughs).is_err());
}

#[test]
fn a_large_file_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.yaml");
    std::fs::write(&path, "#".repeat(3 * 1024 * 1024)).unwrap();
    let error = Template::read(&path).unwrap_err().to_string();
    assert!(error.ends_with(":1:1: found more than 1 MiB, expected a smaller template"), "{error}");
    std::fs::write(&path, [0xff]).unwrap();
    assert!(matches!(Template::read(&path), Err(Error::Unreadable { .. })));
}

/// From, to, the text at which the error points, and how it begins.
#[rstest]
#[case::section(
    "Outputs:",
    "Output:",
    "Output:",
    "found `Output` (did you mean `Outputs`?) in a template, expected what"
)]
#[case::transform(
    "AWS::Serverless-2016-10-31",
    "AWS::Include",
    "AWS::Include",
    "found `AWS::Include`, expected `AWS::Serverless-2016-10-31`"
)]
#[case::type_name(
    "AWS::Serverless::Function",
    "AWS::Lambda::Function",
    "AWS::Lambda::Function",
    "found `AWS::Lambda::Function`, expected a type that the laptop knows"
)]
#[case::type_misspelt(
    "AWS::Serverless::Function",
    "AWS::Severless::Function",
    "AWS::Severless::Function",
    "found `AWS::Severless::Function` (did you mean `AWS::Serverless::Function`?), expected a type"
)]
#[case::required_section_misspelt(
    "Resources:",
    "Resorces:",
    "Resorces:",
    "found `Resorces` (did you mean `Resources`?) in a template, expected `Resources`"
)]
#[case::required_member_misspelt(
    "AllowedRequestHeaders",
    "AllowedRequestHeader",
    "AllowedRequestHeader:",
    "found `AllowedRequestHeader` (did you mean `AllowedRequestHeaders`?) in `MetadataConfiguration`, expected"
)]
#[case::ignored_member_misspelt(
    "RoleArn: arn",
    "Descripton: x\n      RoleArn: arn",
    "Descripton",
    "found `Descripton` (did you mean `Description`?) in a gateway, expected what the laptop knows: one of `Name`, \
     `RoleArn`, `AuthorizerType`, `ProtocolType`, `ProtocolConfiguration`, `ExceptionLevel`, \
     `AuthorizerConfiguration`, `InterceptorConfigurations`, `Description`, `KmsKeyArn`, `Tags`"
)]
#[case::letter_case(
    "Runtime: provided",
    "runtime: provided",
    "runtime",
    "found `runtime` (did you mean `Runtime`?) in a function"
)]
#[case::resource_member("    Metadata:", "    Meta:", "Meta:", "found `Meta` in a resource")]
#[case::gateway_property(
    "RoleArn: arn",
    "PolicyEngineConfiguration: {}\n      RoleArn: arn",
    "PolicyEngineConfiguration",
    "found `PolicyEngineConfiguration` in a gateway, expected what the laptop knows: one of `Name`, `RoleArn`"
)]
#[case::misspelt(
    "AllowedScopes",
    "AllowedScope",
    "AllowedScope:",
    "found `AllowedScope` (did you mean `AllowedScopes`?) in `CustomJWTAuthorizer`"
)]
#[case::target_property(
    "      Name: target",
    "      Nmae: x\n      Name: target",
    "Nmae",
    "found `Nmae` (did you mean `Name`?) in a target"
)]
#[case::function_property(
    "      Handler: bootstrap",
    "      Handler: bootstrap\n      Layers: [x]",
    "Layers",
    "found `Layers` in a function"
)]
#[case::tool_keyword(
    "{ Type: object }",
    "{ Type: object, Enum: [a] }",
    "Enum",
    "found a tool definition that the Gateway refuses (/InputSchema/Enum: "
)]
#[case::tool_type(
    "{ Type: object }",
    "{ Type: array }",
    "InputSchema: { Type: array",
    "found a tool definition that the Gateway refuses (/InputSchema"
)]
#[case::tool_case(
    "InputSchema: { Type",
    "inputSchema: { Type",
    "inputSchema",
    "found a tool definition that the Gateway refuses (/inputSchema: "
)]
#[case::missing(
    "      Runtime: provided.al2023\n",
    "",
    "Handler: boot",
    "found a function without `Runtime`, expected `Runtime`"
)]
#[case::runtime("provided.al2023", "provided.al9", "provided.al9", "found `provided.al9`, expected `provided.al2023`")]
#[case::nothing("[tools]", "", ": \n      InterceptorConf", "found nothing, expected a list of 1 to 1000 scopes")]
#[case::scope("[tools]", "['a b']", "'a b'", "found `a b`, expected a scope")]
#[case::discovery("!Ref Url", "https://x/", "https://x/", "found `https://x/`, expected a URL that ends in")]
#[case::authorizer("CUSTOM_JWT", "NONE", "NONE", "found `NONE`, expected `CUSTOM_JWT`")]
#[case::accepts_everybody(
    "          AllowedScopes: [tools]\n",
    "",
    "DiscoveryUrl",
    "found an authorizer that accepts every token of the provider"
)]
#[case::gateway_name("!Ref AWS::StackName", "a--b", "a--b", "found `a--b`, expected letters and digits")]
#[case::target_name("Name: target", "Name: a_b", "a_b", "found `a_b`, expected letters and digits")]
#[case::points("[REQUEST]", "[REQUEST, REQUEST]", "REQUEST]", "found `REQUEST`, expected each interception point once")]
#[case::no_points("[REQUEST]", "[]", "[]", "found a list of 0, expected a list of 1 to 2 interception points")]
#[case::point("[REQUEST]", "[request]", "request]", "found `request`, expected one of `REQUEST`, `RESPONSE`")]
#[case::header(
    "[Txn-Token]",
    "[Authorization]",
    "Authorization]",
    "found `Authorization`, expected a header that the Gateway may propagate"
)]
#[case::header_family("[Txn-Token]", "[Content-Type]", "Content-Type]", "found `Content-Type`, expected a header that")]
#[case::amazon_header(
    "[Txn-Token]",
    "[X-Amzn-Trace-Id]",
    "X-Amzn-Trace-Id]",
    "found `X-Amzn-Trace-Id`, expected a header that"
)]
#[case::header_letters("[Txn-Token]", "['a b']", "'a b'", "found `a b`, expected a header name")]
#[case::no_headers("[Txn-Token]", "[]", "[]", "found a list of 0, expected a list of 1 to 10 header names")]
#[case::eleven_headers(
    "[Txn-Token]",
    "[a, b, c, d, e, f, g, h, i, j, k]",
    "[a, b",
    "found a list of 11, expected a list of 1 to 10 header names"
)]
#[case::credentials(
    "GATEWAY_IAM_ROLE",
    "JWT_PASSTHROUGH",
    "JWT_PASSTHROUGH",
    "found `JWT_PASSTHROUGH`, expected `GATEWAY_IAM_ROLE`"
)]
#[case::foreign_gateway(
    "!Ref Gateway",
    "other-0123456789",
    "other-0123456789",
    "found `other-0123456789`, expected the identifier of this template's gateway"
)]
#[case::foreign_function(
    "LambdaArn: !GetAtt Function.Arn",
    "LambdaArn: arn:aws:lambda:x",
    "arn:aws:lambda:x",
    "found `arn:aws:lambda:x`, expected the ARN of a function of this template"
)]
#[case::metadata(
    "BuildMethod: rust-cargolambda",
    "BuildMethod: makefile",
    "makefile",
    "found `makefile`, expected `rust-cargolambda`"
)]
#[case::binary("Binary: function", "Binary: ../x", "../x", "found `../x`, expected the name of a cargo binary")]
#[case::variable_name("{ LEVEL:", "{ 1L:", "1L", "found the variable `1L`, expected a letter")]
#[case::timeout(
    "      Handler: bootstrap",
    "      Timeout: 901\n      Handler: bootstrap",
    "901",
    "found `901`, expected a whole number from 1 to 900"
)]
#[case::global_and_own(
    "Resources:\n",
    "Globals: { Function: { Environment: { Variables: { A: b } } } }\nResources:\n",
    "Environment: { Variables: { LEVEL",
    "found `Environment` here and under `Globals`"
)]
#[case::global_api("Resources:\n", "Globals: { Api: {} }\nResources:\n", "Api", "found `Api` in `Globals`")]
#[case::condition(
    "  Target:\n",
    "  Target:\n    Condition: Low\n",
    "Low\n",
    "found `Low`, expected a condition: `High`"
)]
#[case::depends_on(
    "  Target:\n",
    "  Target:\n    DependsOn: Nobody\n",
    "Nobody",
    "found `Nobody`, expected the name of a resource"
)]
#[case::parameter_type(
    "Type: CommaDelimitedList",
    "Type: List<String>",
    "List<String>",
    "found `List<String>`, expected one of `String`, `Number`, `CommaDelimitedList`"
)]
#[case::parameter_member(
    "Default: low",
    "Defualt: low",
    "Defualt",
    "found `Defualt` (did you mean `Default`?) in a parameter"
)]
#[case::pattern("https://.*", "'a)(b'", "'a)(b'", "found `a)(b`, expected a regular expression")]
#[case::default_not_allowed(
    "Default: low",
    "Default: middle",
    "Level:",
    "found `middle` for parameter `Level`, expected one of `low`, `high`"
)]
fn what_is_unknown_or_not_allowed_is_refused_at_its_place(
    #[case] from: &str,
    #[case] to: &str,
    #[case] marked: &str,
    #[case] message: &str,
) {
    let text = changed(from, to);
    let (error, expected) = (refusal(&text), at(&text, marked, message));
    assert!(error.starts_with(&expected), "{error}\n{expected}");
}

#[test]
fn a_template_has_one_gateway() {
    let text = changed("  Gateway:\n", "  Gateway:\n    Condition: High\n").replace("!Ref Gateway", "x");
    let expected = at(&text, "Gateway:\n    Cond", "found no gateway, expected an `AWS::BedrockAgentCore::Gateway`");
    assert_eq!(refusal(&text), expected);
    let (_, rest) = SMALLEST.split_once("  Gateway:\n").unwrap();
    let (gateway, _) = rest.split_once("  Target:\n").unwrap();
    let text = changed("  Target:\n", &format!("  Second:\n{gateway}  Target:\n"));
    assert_eq!(refusal(&text), at(&text, "Second", "found a second gateway, expected one"));
}

#[rstest]
#[case::functions(
    "    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: rust-cargolambda, BuildProperties: { Binary: function } }
    Properties: { FunctionName: x, Handler: bootstrap, Runtime: provided.al2023 }",
    "found a second function `x`, expected each name once"
)]
#[case::secrets(
    "    Type: AWS::SecretsManager::Secret\n    Properties: { Name: x }",
    "found a second secret `x`, expected each name once"
)]
#[case::roles(
    "    Type: AWS::IAM::Role\n    Properties: { RoleName: x }",
    "found a second role `x`, expected each name once"
)]
fn names_occur_once(#[case] resource: &str, #[case] message: &str) {
    let text = changed("  Target:\n", &format!("  One:\n{resource}\n  Two:\n{resource}\n  Target:\n"));
    assert_eq!(refusal(&text), at(&text, "Two", message));
}

#[test]
fn parameters_must_be_declared_and_given() {
    let template = Template::parse("template.yaml", SMALLEST).unwrap();
    let refusal = |given| template.resolve(&given, &laptop()).unwrap_err().to_string();
    assert_eq!(
        refusal(values([])),
        at(
            SMALLEST,
            "Url:",
            "found no value for parameter `Url`, expected one, since it has no default (`parameter_overrides` in \
             samconfig.toml)"
        )
    );
    assert_eq!(
        refusal(values([URL, ("Levle", "high")])),
        "template.yaml:3:3: found no parameter `Levle` (did you mean `Level`?), for which a value is given, \
         expected one of `Url`, `Level`, `Names`"
    );
    assert_eq!(
        refusal(values([("Url", "xhttps://y")])),
        at(SMALLEST, "Url:", "found `xhttps://y` for parameter `Url`, expected an https URL")
    );
}

#[test]
fn only_a_given_value_is_said_to_be_given() {
    let parameter = |text: &str, given| {
        let error = Template::parse("template.yaml", text).and_then(|template| template.resolve(&given, &laptop()));
        error.unwrap_err().parameter().map(str::to_owned)
    };
    assert_eq!(parameter(SMALLEST, values([URL, ("Levle", "high")])).as_deref(), Some("Levle"));
    assert_eq!(parameter(SMALLEST, values([URL, ("Level", "middle")])).as_deref(), Some("Level"));
    assert_eq!(parameter(SMALLEST, values([])), None);
    assert_eq!(parameter(&changed("Default: low", "Default: middle"), values([URL])), None);
    assert_eq!(parameter(&changed("CUSTOM_JWT", "NONE"), values([URL])), None);
}

#[test]
fn an_error_repeats_little_and_on_one_line() {
    let error = refusal(&changed("CUSTOM_JWT", &format!("\"{}\\n{}\"", "x".repeat(40), "y".repeat(5000))));
    assert!(error.len() < 300 && !error.contains('\n'), "{error}");
}
