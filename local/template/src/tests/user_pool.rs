//! The project's own template as `sam deploy` without further parameters deploys it: with a Cognito user pool.

use std::collections::BTreeMap;

use rstest::rstest;

use super::refusals::refusal;
use super::template::{at_root, variable};
use super::{changed, laptop, values};
use crate::{ClaimMatch, Stack, Template, samconfig};

const ISSUER: &str = "http://127.0.0.1:8485";
const DISCOVERY: &str = "https://login.example.com/.well-known/openid-configuration";

fn stack_with(parameters: &BTreeMap<String, String>) -> Stack {
    let mut template = Template::read(&at_root("template.yaml")).unwrap();
    template.stand_in_for_user_pool(ISSUER);
    template.resolve(parameters, &laptop()).unwrap()
}

fn stack() -> Stack {
    stack_with(&samconfig::parameter_overrides(&at_root("samconfig.toml"), "default").unwrap())
}

#[test]
fn gateway_and_authorizer_trust_the_pool_and_its_one_client_and_demand_no_audience() {
    let stack = stack();
    let client = stack.user_pool_client().unwrap();
    let authorizer = &stack.gateway().authorizer;
    assert_eq!(authorizer.discovery_url, format!("{ISSUER}/.well-known/openid-configuration"));
    assert_eq!(authorizer.allowed_clients, [client.id.as_str()]);
    assert_eq!(authorizer.allowed_scopes, client.scopes);
    assert!(authorizer.allowed_audience.is_empty() && authorizer.custom_claims.is_empty());
    assert!(authorizer.advertised_scope_mapping.is_empty());
    let variable = |name: &str| variable(&stack, "AuthorizerFunction", name);
    assert_eq!(variable("DISCOVERY_URL"), authorizer.discovery_url);
    assert_eq!(variable("ALLOWED_CLIENTS"), client.id);
    assert_eq!(variable("ALLOWED_SCOPES"), client.scopes.join(","));
    assert_eq!((variable("PROVIDER_PROFILE").as_str(), variable("ALLOWED_AUDIENCE").as_str()), ("cognito", ""));
    assert_eq!(stack.outputs()["ClientId"], client.id);
}

#[test]
fn the_client_looks_like_one_of_cognito_and_does_not_change_from_start_to_start() {
    let client = stack().user_pool_client().unwrap().clone();
    assert_eq!(client.id.len(), 26);
    assert!(client.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{}", client.id);
    assert_eq!(Some(&client), stack().user_pool_client());
}

#[test]
fn a_callback_says_its_port_unless_it_leaves_the_machine() {
    let urls = stack().user_pool_client().unwrap().callback_urls.clone();
    for url in &urls {
        let rest = ["http://localhost:", "http://127.0.0.1:"].iter().find_map(|start| url.strip_prefix(start));
        let leaves = ["https://", "cursor://"].iter().any(|start| url.starts_with(start));
        assert!(leaves || rest.unwrap().split('/').next().unwrap().parse::<u16>().is_ok(), "{url}");
    }
    assert_eq!(urls.iter().collect::<std::collections::BTreeSet<_>>().len(), urls.len(), "each once");
}

#[test]
fn without_a_stand_in_the_issuer_has_the_form_of_aws() {
    let stack = Template::read(&at_root("template.yaml")).unwrap().resolve(&BTreeMap::new(), &laptop()).unwrap();
    let url = stack.gateway().authorizer.discovery_url.clone();
    let pool = url.strip_prefix("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_").unwrap();
    assert_eq!(pool.strip_suffix("/.well-known/openid-configuration").map(str::len), Some(9));
}

#[test]
fn another_provider_leaves_no_pool() {
    let parameters = samconfig::parameter_overrides(&at_root("samconfig.toml"), "local").unwrap();
    let stack = stack_with(&parameters);
    assert_eq!(stack.user_pool_client(), None);
    assert_eq!(stack.gateway().authorizer.discovery_url, parameters["DiscoveryUrl"]);
    assert!(!stack.outputs().contains_key("ClientId"));
}

#[rstest]
#[case::auth0("auth0", "azp")]
#[case::entra("entra", "azp")]
#[case::keycloak("keycloak", "azp")]
#[case::okta("okta", "cid")]
fn a_client_that_another_claim_names_is_held_against_that_claim(#[case] profile: &str, #[case] claim: &str) {
    let (discovery, profile) = (("DiscoveryUrl", DISCOVERY), ("ProviderProfile", profile));
    let stack = stack_with(&values([discovery, profile, ("AllowedClients", "one"), ("AllowedAudience", "api")]));
    let authorizer = &stack.gateway().authorizer;
    assert!(authorizer.allowed_clients.is_empty(), "the gateway would look at client_id");
    let [rule] = authorizer.custom_claims.as_slice() else { panic!("{:?}", authorizer.custom_claims) };
    assert_eq!((rule.name.as_str(), &rule.matching), (claim, &ClaimMatch::Equals("one".to_owned())));
    assert_eq!(variable(&stack, "AuthorizerFunction", "PROVIDER_PROFILE"), profile.1);
    assert_eq!(variable(&stack, "AuthorizerFunction", "ALLOWED_CLIENTS"), "one");
}

#[rstest]
fn without_a_client_the_gateway_holds_none_against_any_claim(
    #[values("auth0", "entra", "generic", "keycloak", "okta")] profile: &str,
) {
    let (discovery, profile) = (("DiscoveryUrl", DISCOVERY), ("ProviderProfile", profile));
    let stack = stack_with(&values([discovery, profile, ("AllowedAudience", "api")]));
    let authorizer = &stack.gateway().authorizer;
    assert!(authorizer.allowed_clients.is_empty() && authorizer.custom_claims.is_empty());
}

#[rstest]
fn clients_that_client_id_names_are_all_held_against_it(#[values("cognito", "generic")] profile: &str) {
    let (discovery, profile) = (("DiscoveryUrl", DISCOVERY), ("ProviderProfile", profile));
    let stack = stack_with(&values([discovery, profile, ("AllowedClients", "one,two")]));
    let authorizer = &stack.gateway().authorizer;
    assert_eq!(authorizer.allowed_clients, ["one", "two"]);
    assert!(authorizer.custom_claims.is_empty());
}

#[test]
fn assistants_are_told_to_ask_for_the_scope_by_the_name_that_the_provider_knows() {
    let (scope, advertised) = (("AllowedScopes", "tools"), ("AdvertisedScope", "api://one/tools"));
    let stack = stack_with(&values([("DiscoveryUrl", DISCOVERY), scope, advertised]));
    let mapping = &stack.gateway().authorizer.advertised_scope_mapping;
    assert_eq!(*mapping, BTreeMap::from([("tools".to_owned(), "api://one/tools".to_owned())]));
}

#[test]
fn a_url_of_ones_own_is_what_assistants_are_given() {
    let stack = stack_with(&values([("PublicUrl", "https://tools.example.com/mcp")]));
    assert_eq!(stack.outputs()["McpUrl"], "https://tools.example.com/mcp");
}

#[test]
fn what_assistants_are_told_names_the_client_and_a_callback_that_it_has() {
    let stack = stack();
    let (client, outputs) = (stack.user_pool_client().unwrap(), stack.outputs());
    let kiro: serde_json::Value = serde_json::from_str(&outputs["Kiro"]).unwrap();
    let server = &kiro["mcpServers"]["countersign"];
    assert_eq!(
        (&server["url"], &server["oauth"]["clientId"]),
        (&outputs["McpUrl"].clone().into(), &client.id.clone().into())
    );
    assert_eq!(server["oauthScopes"], serde_json::json!(client.scopes));
    let callback = format!("http://{}/oauth/callback", server["oauth"]["redirectUri"].as_str().unwrap());
    assert!(client.callback_urls.contains(&callback), "{callback}");

    let words: Vec<_> = outputs["ClaudeCode"].split(' ').collect();
    let after = |option: &str| words[words.iter().position(|word| *word == option).unwrap() + 1];
    assert_eq!((after("--client-id"), words.last()), (client.id.as_str(), Some(&outputs["McpUrl"].as_str())));
    assert!(client.callback_urls.contains(&format!("http://localhost:{}/callback", after("--callback-port"))));
}

/// It stands in the commands and files that assistants are given.
#[rstest]
#[case::another_member(r#"https://a.example","command":"sh"#)]
#[case::a_command("https://a.example/$(id)")]
#[case::a_user("https://a.example@b.example/mcp")]
fn a_public_url_that_could_say_more_than_a_url_is_refused(#[case] url: &str) {
    let template = Template::read(&at_root("template.yaml")).unwrap();
    let error = template.resolve(&values([("PublicUrl", url)]), &laptop()).unwrap_err().to_string();
    assert!(error.contains("for parameter `PublicUrl`, expected "), "{error}");
}

#[rstest]
#[case::another_machine("http://10.0.0.1:80/callback")]
#[case::lookalike("http://localhost.example.com/callback")]
#[case::no_port_no_path("http://localhost")]
#[case::another_machine_behind_a_user("http://localhost:@evil.example/callback")]
#[case::another_site_behind_a_user("https://tools.example@evil.example/callback")]
#[case::other_scheme("javascript://x")]
#[case::fragment("https://example.com/#x")]
#[case::one_of_two("https://example.com/, http://example.com/")]
#[case::none("")]
fn a_callback_that_cognito_would_refuse_is_refused(#[case] urls: &str) {
    let template = Template::read(&at_root("template.yaml")).unwrap();
    let error = template.resolve(&values([("CallbackUrls", urls)]), &laptop()).unwrap_err().to_string();
    assert!(error.contains("for parameter `CallbackUrls`, expected "), "{error}");
}

const CLIENT: &str = "  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: pool
      ClientName: client
      GenerateSecret: false
      SupportedIdentityProviders: [COGNITO]
      AllowedOAuthFlowsUserPoolClient: true
      AllowedOAuthFlows: [code]
      AllowedOAuthScopes: [tools]
      CallbackURLs: ['http://127.0.0.1:1/']
      EnableTokenRevocation: true
      RefreshTokenRotation: { Feature: ENABLED, RetryGracePeriodSeconds: 30 }
";

fn with_client(client: &str) -> String {
    changed("Outputs:", &format!("{client}Outputs:"))
}

#[rstest]
#[case::confidential("GenerateSecret: false", "GenerateSecret: true", "found `true`, expected `false`")]
#[case::secret_unsaid(
    "      GenerateSecret: false\n",
    "",
    "found a client of a user pool without `GenerateSecret`, expected `GenerateSecret`"
)]
#[case::implicit("[code]", "[implicit]", "found `implicit`, expected `code`")]
#[case::implicit_too("[code]", "[code, implicit]", "found a list of 2, expected a list of 1 to 1 elements")]
#[case::no_flows("UserPoolClient: true", "UserPoolClient: false", "found `false`, expected `true`")]
#[case::other_provider("[COGNITO]", "[Google]", "found `Google`, expected `COGNITO`")]
#[case::no_callback("['http://127.0.0.1:1/']", "[]", "found a list of 0, expected a list of 1 to 100 URLs")]
#[case::no_scope(
    "[tools]\n      Callback",
    "[]\n      Callback",
    "found a list of 0, expected a list of 1 to 50 scopes"
)]
#[case::no_rotation("ENABLED", "DISABLED", "found `DISABLED`, expected `ENABLED`")]
#[case::long_grace("Seconds: 30", "Seconds: 61", "found `61`, expected a whole number from 0 to 60")]
#[case::no_revocation("Revocation: true", "Revocation: false", "found `false`, expected `true`")]
#[case::misspelt("CallbackURLs", "CallbackUrls", "found `CallbackUrls` (did you mean `CallbackURLs`?)")]
#[case::second(
    "  Client:",
    "  Other:\n    Type: AWS::Cognito::UserPoolClient\n    PROPERTIES\n  Client:",
    "found a second"
)]
fn a_client_that_the_laptop_cannot_be_is_refused(#[case] from: &str, #[case] to: &str, #[case] message: &str) {
    assert_eq!(CLIENT.matches(from).count(), 1, "{from}");
    let properties = CLIENT.split_once("    Properties:").unwrap().1.trim_end();
    let to = to.replace("    PROPERTIES", &format!("    Properties:{properties}"));
    let error = refusal(&with_client(&CLIENT.replace(from, &to)));
    assert!(error.contains(message), "{error}");
}
