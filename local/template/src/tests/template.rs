//! The project's own `template.yaml`, deployed as the laptop deploys it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use agentcore::tool::{Kind, ToolName};

use super::laptop;
use crate::{ExceptionLevel, Point, SecretPermission, Stack, Template, samconfig};

pub(super) fn at_root(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(file)
}

fn stack() -> Stack {
    let parameters = samconfig::parameter_overrides(&at_root("samconfig.toml"), "local").unwrap();
    Template::read(&at_root("template.yaml")).unwrap().resolve(&parameters, &laptop()).unwrap()
}

pub(super) fn variable(stack: &Stack, function: &str, variable: &str) -> String {
    let function = stack.functions().iter().find(|candidate| candidate.logical_id == function).unwrap();
    function.environment[variable].clone()
}

fn secret(stack: &Stack, name: &str) -> String {
    stack.secrets().iter().find(|secret| secret.name == format!("countersign/{name}")).unwrap().arn.clone()
}

#[test]
fn the_gateway_demands_the_scope_and_shows_the_authorizer_both_ways() {
    let stack = stack();
    let gateway = stack.gateway();
    assert_eq!(gateway.name, "countersign");
    assert_eq!(gateway.supported_versions, ["2025-11-25", "2025-06-18"]);
    assert_eq!(gateway.exception_level, ExceptionLevel::Generic);
    assert_eq!(gateway.authorizer.allowed_scopes, ["countersign/tools"]);
    assert!(gateway.authorizer.allowed_audience.is_empty() && gateway.authorizer.allowed_clients.is_empty());
    assert!(gateway.authorizer.discovery_url.starts_with("http://127.0.0.1:8485/"));
    let [interceptor] = gateway.interceptors.as_slice() else { panic!("{:?}", gateway.interceptors) };
    assert_eq!(interceptor.points, [Point::Request, Point::Response]);
    assert!(interceptor.pass_request_headers);
    let authorizer = stack.functions().iter().find(|function| function.arn == interceptor.function).unwrap();
    assert_eq!(authorizer.binary, "authorizer");
}

#[test]
fn the_profile_target_is_sent_the_transaction_token_and_nothing_else() {
    let stack = stack();
    let [target] = stack.gateway().targets.as_slice() else { panic!("{:?}", stack.gateway().targets) };
    assert_eq!(target.allowed_request_headers, ["Txn-Token"]);
    let function = stack.functions().iter().find(|function| function.arn == target.function).unwrap();
    assert_eq!((function.binary.as_str(), function.timeout), ("profile", Duration::from_secs(10)));
    assert_eq!(function.environment["TARGET_NAME"], target.name.as_str());
    let [tool] = target.tools.as_slice() else { panic!("{:?}", target.tools) };
    assert_eq!(tool.input_schema().kind, Kind::Object);
    let permitted = variable(&stack, "AuthorizerFunction", "PERMITTED_TOOLS");
    let name = ToolName::Target { target: target.name.clone(), tool: tool.name().clone() };
    assert_eq!(permitted.parse(), Ok(name));
}

#[test]
fn both_functions_agree_on_the_trust_domain() {
    let stack = stack();
    let authorizer = variable(&stack, "AuthorizerFunction", "TRUST_DOMAIN");
    assert_eq!(authorizer, variable(&stack, "ProfileFunction", "TRUST_DOMAIN"));
    assert!(!authorizer.is_empty());
}

#[test]
fn each_function_is_told_of_its_own_secrets_only() {
    let stack = stack();
    assert_eq!(variable(&stack, "AuthorizerFunction", "SIGNING_SECRET"), secret(&stack, "signing"));
    assert_eq!(variable(&stack, "AuthorizerFunction", "CONTROL_SECRET"), secret(&stack, "control"));
    assert_eq!(variable(&stack, "ProfileFunction", "VERIFICATION_SECRET"), secret(&stack, "verification"));
    let profile = stack.functions().iter().find(|function| function.binary == "profile").unwrap();
    for forbidden in ["signing", "control"] {
        let arn = secret(&stack, forbidden);
        assert!(profile.environment.values().all(|value| *value != arn));
    }
}

#[test]
fn each_function_may_do_with_secrets_what_it_must() {
    let stack = stack();
    let permissions = |binary: &str| {
        let function = stack.functions().iter().find(|function| function.binary == binary).unwrap();
        let text = |one: &SecretPermission| format!("{} {}", one.action, one.secret);
        function.secret_permissions.iter().map(text).collect::<BTreeSet<_>>()
    };
    let may = |actions: &[&str], secrets: &[&str]| {
        let of = |name| actions.iter().map(move |action| (action, name));
        let pairs = secrets.iter().flat_map(of);
        pairs.map(|(action, name)| format!("secretsmanager:{action} {}", secret(&stack, name))).collect()
    };
    assert_eq!(permissions("authorizer"), may(&["getsecretvalue"], &["signing", "control"]));
    assert_eq!(permissions("profile"), may(&["getsecretvalue"], &["verification"]));
    let all = ["describesecret", "getsecretvalue", "putsecretvalue", "updatesecretversionstage"];
    assert_eq!(permissions("key-rotation"), may(&all, &["signing", "verification", "control"]));
}

#[test]
fn keys_come_before_the_gateway_and_its_url_after() {
    let text = std::fs::read_to_string(at_root("template.yaml")).unwrap();
    // Wherever they stand.
    let (before, rest) = text.split_once("  GatewayBinding:\n").unwrap();
    let (binding, rest) = rest.split_once("\n\n").unwrap();
    let text =
        format!("{before}{rest}").replace("\nResources:\n", &format!("\nResources:\n  GatewayBinding:\n{binding}\n"));
    let mut template = Template::parse("template.yaml", &text).unwrap();
    template.stand_in_for_gateway("http://127.0.0.1:1/mcp");
    let parameters = samconfig::parameter_overrides(&at_root("samconfig.toml"), "local").unwrap();
    let stack = template.resolve(&parameters, &laptop()).unwrap();
    let function = stack.functions().iter().find(|function| function.binary == "key-rotation").unwrap();
    let [keys, control] = stack.custom_resources() else { panic!("{:?}", stack.custom_resources()) };
    assert_eq!([&keys.type_name, &control.type_name], ["Custom::SigningKeys", "Custom::Control"]);
    assert_eq!([&keys.function, &control.function], [&function.arn; 2]);
    assert_eq!(control.properties["GatewayId"], stack.gateway().id);
    assert_eq!(control.properties["GatewayArn"], stack.gateway().arn);
    assert_eq!(control.properties["GatewayUrl"], "http://127.0.0.1:1/mcp");
}

#[test]
fn each_function_may_read_the_secrets_that_it_is_told_of() {
    for function in stack().functions() {
        let named = function.environment.iter().filter(|(name, _)| name.ends_with("_SECRET"));
        let mut told: Vec<_> = named.map(|(_, arn)| arn).collect();
        let reads = |one: &&SecretPermission| one.action == "secretsmanager:getsecretvalue";
        let mut readable: Vec<_> = function.secret_permissions.iter().filter(reads).map(|one| &one.secret).collect();
        told.sort();
        readable.sort();
        assert_eq!(told, readable, "{}", function.name);
    }
}

#[test]
fn the_authorizer_decides_for_the_provider_that_the_gateway_trusts() {
    let stack = stack();
    assert_eq!(variable(&stack, "AuthorizerFunction", "DISCOVERY_URL"), stack.gateway().authorizer.discovery_url);
    assert_eq!(variable(&stack, "AuthorizerFunction", "ALLOWED_SCOPES"), "countersign/tools");
    assert_eq!(variable(&stack, "AuthorizerFunction", "ALLOWED_CLIENTS"), "");
}

#[test]
fn identifiers_have_the_forms_of_aws_and_do_not_change_from_start_to_start() {
    let stack = stack();
    let gateway = stack.gateway();
    let suffix = gateway.id.strip_prefix("countersign-").unwrap();
    assert_eq!(suffix.len(), 10);
    assert!(suffix.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    assert_eq!(gateway.arn, format!("arn:aws:bedrock-agentcore:us-east-1:000000000000:gateway/{}", gateway.id));
    assert_eq!(stack.outputs()["GatewayId"], gateway.id);
    let url = format!("https://{}.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp", gateway.id);
    assert_eq!(stack.outputs()["McpUrl"], url);
    assert_eq!(gateway.targets[0].id.len(), 10);
    assert_eq!(*gateway, *self::stack().gateway());
    let arns: BTreeSet<_> = stack.secrets().iter().map(|secret| &secret.arn).collect();
    assert_eq!(arns.len(), 3);
}

#[test]
fn configured_lists_reach_gateway_and_authorizer_alike() {
    let mut parameters = samconfig::parameter_overrides(&at_root("samconfig.toml"), "local").unwrap();
    parameters.insert("AllowedClients".into(), "one, two".into());
    parameters.insert("AllowedAudience".into(), "api".into());
    let stack = Template::read(&at_root("template.yaml")).unwrap().resolve(&parameters, &laptop()).unwrap();
    assert_eq!(stack.gateway().authorizer.allowed_clients, ["one", "two"]);
    assert_eq!(stack.gateway().authorizer.allowed_audience, ["api"]);
    assert_eq!(variable(&stack, "AuthorizerFunction", "ALLOWED_CLIENTS"), "one,two");
    assert_eq!(variable(&stack, "AuthorizerFunction", "ALLOWED_AUDIENCE"), "api");
}

#[rstest::rstest]
#[case::plain_http_elsewhere("DiscoveryUrl", "http://example.com/.well-known/openid-configuration")]
#[case::loopback_lookalike("DiscoveryUrl", "http://127.0.0.1.example.com/.well-known/openid-configuration")]
#[case::loopback_as_user("DiscoveryUrl", "http://127.0.0.1:1@example.com/.well-known/openid-configuration")]
#[case::other_document("DiscoveryUrl", "https://example.com/.well-known/oauth-authorization-server")]
#[case::query("DiscoveryUrl", "https://example.com/?/.well-known/openid-configuration")]
#[case::scope_with_space("AllowedScopes", "two words")]
#[case::no_scope("AllowedScopes", "")]
#[case::profile("ProviderProfile", "google")]
#[case::public_url("PublicUrl", "http://example.com/mcp")]
#[case::tool_without_target("PermittedTools", "who_am_i")]
#[case::binding("BindArguments", "off")]
#[case::detail("AuditDetail", "Full")]
#[case::retention("LogRetentionDays", "2")]
#[case::architecture("LambdaArchitecture", "arm")]
fn a_value_that_cannot_be_meant_is_refused(#[case] parameter: &str, #[case] value: &str) {
    let mut parameters = samconfig::parameter_overrides(&at_root("samconfig.toml"), "local").unwrap();
    parameters.insert(parameter.into(), value.into());
    let error = Template::read(&at_root("template.yaml")).unwrap().resolve(&parameters, &laptop()).unwrap_err();
    assert!(error.to_string().contains(&format!("for parameter `{parameter}`, expected ")), "{error}");
}
