//! The project's own `template.yaml`, deployed as the laptop deploys it.

use std::path::PathBuf;
use std::time::Duration;

use agentcore::tool::{Kind, ToolName};

use super::laptop;
use crate::{ExceptionLevel, Point, Stack, Template, samconfig};

fn at_root(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(file)
}

fn stack() -> Stack {
    let parameters = samconfig::parameter_overrides(&at_root("samconfig.toml"), "local").unwrap();
    Template::read(&at_root("template.yaml")).unwrap().resolve(&parameters, &laptop()).unwrap()
}

fn variable(stack: &Stack, function: &str, variable: &str) -> String {
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
fn the_authorizer_alone_may_read_the_private_keys() {
    let stack = stack();
    let readable = |binary: &str| {
        let function = stack.functions().iter().find(|function| function.binary == binary).unwrap();
        function.readable_secrets.clone()
    };
    assert_eq!(readable("authorizer"), [secret(&stack, "signing"), secret(&stack, "control")]);
    assert_eq!(readable("profile"), [secret(&stack, "verification")]);
}

#[test]
fn each_function_may_read_the_secrets_that_it_is_told_of() {
    for function in stack().functions() {
        let named = function.environment.iter().filter(|(name, _)| name.ends_with("_SECRET"));
        let mut told: Vec<_> = named.map(|(_, arn)| arn).collect();
        let mut readable: Vec<_> = function.readable_secrets.iter().collect();
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
    let arns: std::collections::BTreeSet<_> = stack.secrets().iter().map(|secret| &secret.arn).collect();
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
#[case::profile("ProviderProfile", "okta")]
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
