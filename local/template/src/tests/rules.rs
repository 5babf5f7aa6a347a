//! Rules: parameters that do not go together are refused before anything else.

use rstest::rstest;

use super::refusals::{at, refusal};
use super::{Stack, URL, changed, deploy, laptop, values};
use crate::{Error, Template};

/// The smallest template with this assertion.
fn asserting(assert: &str) -> String {
    let rule =
        format!("Rules:\n  Rule:\n    Assertions: [{{ Assert: {assert}, AssertDescription: it must }}]\nResources:");
    changed("Resources:", &rule)
}

#[rstest]
#[case("!Equals [!Ref Level, low]", true)]
#[case("!Equals [!Ref Level, high]", false)]
#[case("!Not [!Equals [!Ref Level, high]]", true)]
#[case("!And [!Equals [a, a], !Equals [a, b]]", false)]
#[case("!Or [!Equals [a, a], !Equals [a, b]]", true)]
#[case("{ 'Fn::Contains': [!Ref Names, two] }", true)]
#[case("{ 'Fn::Contains': [[one, two], !Ref Level] }", false)]
#[case("{ 'Fn::EachMemberEquals': [!Ref Names, one] }", false)]
#[case("{ 'Fn::EachMemberEquals': [[one, one], one] }", true)]
#[case("{ 'Fn::EachMemberEquals': [[], one] }", true)]
#[case("{ 'Fn::EachMemberIn': [!Ref Names, [one, two, three]] }", true)]
#[case("{ 'Fn::EachMemberIn': [!Ref Names, [one, three]] }", false)]
fn an_assertion_that_does_not_hold_refuses_the_parameters(#[case] assert: &str, #[case] holds: bool) {
    let text = asserting(assert);
    match deploy(&text) {
        Ok(_) => assert!(holds),
        Err(error) => {
            assert!(!holds, "{error}");
            let found = "found parameters that the rule `Rule` refuses, expected others: it must";
            assert_eq!(error.to_string(), at(&text, "{ Assert:", found));
        }
    }
}

#[rstest]
#[case::applies("high", false)]
#[case::does_not_apply("low", true)]
fn a_rule_holds_under_its_condition(#[case] level: &str, #[case] accepted: bool) {
    let rule = "Rules:\n  Rule:\n    RuleCondition: !Equals [!Ref Level, high]\n    \
                Assertions: [{ Assert: !Equals [a, b], AssertDescription: never }]\nResources:";
    let template = Template::parse("template.yaml", &changed("Resources:", rule)).unwrap();
    assert_eq!(template.resolve(&values([URL, ("Level", level)]), &laptop()).is_ok(), accepted);
}

#[rstest]
#[case::resource("!Equals [!Ref Gateway, x]", "found `Gateway`, expected a parameter")]
#[case::condition("!Condition High", "found the function `Condition`, expected one of `And`")]
#[case::text("yes it does", "found `yes it does`, expected one of `And`")]
#[case::one_of_two("!And [!Equals [a, a]]", "found `And` with other arguments, expected a list of 2 to 10 assertions")]
#[case::text_for_a_list("{ 'Fn::EachMemberIn': [a, [a]] }", "found `a`, expected a list")]
#[case::list_for_a_text("!Equals [!Ref Names, one]", "found a list, expected a text")]
#[case::account("{ 'Fn::RefAll': 'AWS::EC2::VPC::Id' }", "found the function `RefAll`, expected one of `And`")]
fn what_the_laptop_cannot_decide_is_refused(#[case] assert: &str, #[case] message: &str) {
    let error = refusal(&asserting(assert));
    assert!(error.contains(&format!(": {message}")), "{error}");
}

#[rstest]
#[case::misspelt("Assertion: []", "found `Assertion` (did you mean `Assertions`?) in a rule")]
#[case::no_description("Assertions: [{ Assert: !Equals [a, a] }]", "found an assertion without `AssertDescription`")]
#[case::nothing("Assertions: ", "found nothing, expected a list of assertions")]
fn a_rule_has_one_form(#[case] rule: &str, #[case] message: &str) {
    let error = refusal(&changed("Resources:", &format!("Rules:\n  Rule: {{ {rule} }}\nResources:")));
    assert!(error.contains(message), "{error}");
}

/// The project's template with these parameters.
fn project(parameters: &[(&str, &str)]) -> Result<Stack, Error> {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Template::read(&super::template::at_root("template.yaml")).unwrap().resolve(&parameters, &laptop())
}

const PROVIDER: (&str, &str) = ("DiscoveryUrl", "https://login.example.com/.well-known/openid-configuration");

#[rstest]
#[case::scope_of_another_pool("OwnUserPool", &[("AllowedScopes", "other/tools")])]
#[case::one_scope_too_many("OwnUserPool", &[("AllowedScopes", "countersign/tools,openid")])]
#[case::client_of_nobody("OwnUserPool", &[("AllowedClients", "one")])]
#[case::audience("OwnUserPool", &[("AllowedAudience", "one")])]
#[case::advertised("OwnUserPool", &[("AdvertisedScope", "api://one/tools")])]
#[case::profile("OwnUserPool", &[("ProviderProfile", "okta")])]
#[case::user_of_another_provider("OtherProvider", &[PROVIDER, ("FirstUserEmail", "a@example.com")])]
#[case::group_without_user("GroupNeedsUser", &[("FirstUserGroup", "support")])]
#[case::nothing_to_tell_tokens_by("NoAudienceNeedsClients", &[PROVIDER, ("ProviderProfile", "cognito")])]
#[case::audience_that_entra_never_names("EntraNeedsAudience", &[PROVIDER, ("ProviderProfile", "entra")])]
#[case::api_for_every_token("ApiAudienceNeedsScopes", &[("ApiAudience", "https://api.example")])]
#[case::other_scope_advertised(
    "AdvertisedScopeStandsForTools",
    &[PROVIDER, ("AdvertisedScope", "api://one/tools")]
)]
fn what_the_template_could_not_carry_out_is_refused(#[case] rule: &str, #[case] parameters: &[(&str, &str)]) {
    let error = project(parameters).unwrap_err().to_string();
    assert!(error.contains(&format!("found parameters that the rule `{rule}` refuses")), "{error}");
}

#[rstest]
#[case::nothing_said(&[])]
#[case::a_first_user(&[("FirstUserEmail", "a@example.com"), ("FirstUserGroup", "support")])]
#[case::another_provider(&[PROVIDER])]
#[case::another_pool(&[PROVIDER, ("ProviderProfile", "cognito"), ("AllowedClients", "one,two")])]
#[case::okta(&[PROVIDER, ("ProviderProfile", "okta"), ("AllowedClients", "one"), ("AllowedAudience", "api://default")])]
#[case::entra(&[
    PROVIDER, ("ProviderProfile", "entra"), ("AllowedClients", "one"), ("AllowedAudience", "api"),
    ("AllowedScopes", "tools"), ("AdvertisedScope", "api://one/tools"),
])]
#[case::api(&[("ApiAudience", "https://api.example"), ("ApiScopes", "orders/read")])]
#[case::gateway(&[
    ("WebAclArn", "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/name/id"), ("GatewayLogs", "enabled"),
])]
fn what_it_can_carry_out_is_not(#[case] parameters: &[(&str, &str)]) {
    project(parameters).unwrap();
}
