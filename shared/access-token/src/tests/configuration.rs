use rstest::rstest;
use serde_json::json;

use super::provider::Provider;
use super::trusted;
use crate::discovery::Metadata;
use crate::{ConfigurationError, DiscoveryUrl, Profile, Verifier};

#[rstest]
#[case::https("https://login.example/.well-known/openid-configuration")]
#[case::path("https://login.example/tenant/v2.0/.well-known/openid-configuration")]
#[case::port("https://login.example:8443/.well-known/openid-configuration")]
#[case::loopback("http://127.0.0.1:8485/.well-known/openid-configuration")]
#[case::loopback_net("http://127.8.9.1/.well-known/openid-configuration")]
#[case::loopback_v6("http://[::1]:8485/.well-known/openid-configuration")]
#[case::localhost("http://localhost:8485/.well-known/openid-configuration")]
fn a_discovery_url_is_https_or_plain_http_to_this_machine(#[case] url: &str) {
    assert_eq!(DiscoveryUrl::parse(url).unwrap().as_str(), url);
}

#[rstest]
#[case::empty("", ConfigurationError::NotAUrl)]
#[case::relative("/.well-known/openid-configuration", ConfigurationError::NotAUrl)]
#[case::http("http://login.example/.well-known/openid-configuration", ConfigurationError::NotHttps)]
#[case::private("http://10.0.0.1/.well-known/openid-configuration", ConfigurationError::NotHttps)]
#[case::metadata("http://169.254.169.254/.well-known/openid-configuration", ConfigurationError::NotHttps)]
#[case::any_address("http://0.0.0.0/.well-known/openid-configuration", ConfigurationError::NotHttps)]
#[case::lookalike("http://localhost.example/.well-known/openid-configuration", ConfigurationError::NotHttps)]
#[case::file("file:///.well-known/openid-configuration", ConfigurationError::NotHttps)]
#[case::issuer("https://login.example", ConfigurationError::NotADiscoveryUrl)]
#[case::rfc_8414("https://a.example/.well-known/oauth-authorization-server", ConfigurationError::NotADiscoveryUrl)]
#[case::slash("https://a.example/.well-known/openid-configuration/", ConfigurationError::NotADiscoveryUrl)]
#[case::well_known_host("https://.well-known/openid-configuration", ConfigurationError::NotADiscoveryUrl)]
#[case::query("https://a.example/.well-known/openid-configuration?a", ConfigurationError::UnexpectedUrlPart)]
#[case::tail_in_query("https://a.example/?/.well-known/openid-configuration", ConfigurationError::UnexpectedUrlPart)]
#[case::fragment("https://a.example/.well-known/openid-configuration#a", ConfigurationError::UnexpectedUrlPart)]
#[case::user("https://user@a.example/.well-known/openid-configuration", ConfigurationError::UnexpectedUrlPart)]
#[case::password("https://:pass@a.example/.well-known/openid-configuration", ConfigurationError::UnexpectedUrlPart)]
#[case::upper_case("https://A.example/.well-known/openid-configuration", ConfigurationError::NotNormalised)]
#[case::default_port("https://a.example:443/.well-known/openid-configuration", ConfigurationError::NotNormalised)]
#[case::dots("https://a.example/b/../.well-known/openid-configuration", ConfigurationError::NotNormalised)]
#[case::two_slashes("https://a.example//.well-known/openid-configuration", ConfigurationError::NotNormalised)]
#[case::short_address("http://127.1/.well-known/openid-configuration", ConfigurationError::NotNormalised)]
#[case::space(" https://a.example/.well-known/openid-configuration", ConfigurationError::NotNormalised)]
fn what_is_not_a_discovery_url_is_refused(#[case] url: &str, #[case] expected: ConfigurationError) {
    assert_eq!(DiscoveryUrl::parse(url), Err(expected));
}

/// From whom the address comes decides: the operator may point to this machine, a provider elsewhere may not.
#[rstest]
#[case::same_host("https://login.example", "https://login.example/keys", true)]
#[case::query("https://login.example", "https://login.example/keys?policy=a", true)]
#[case::user("https://login.example", "https://user@login.example/keys", false)]
#[case::password("https://login.example", "https://:pass@login.example/keys", false)]
#[case::fragment("https://login.example", "https://login.example/keys#a", false)]
#[case::another_host("https://login.example", "https://keys.example/keys", true)]
#[case::plain_http("https://login.example", "http://login.example/keys", false)]
#[case::this_machine("https://login.example", "http://127.0.0.1:8485/keys", false)]
#[case::localhost("https://login.example", "http://localhost/keys", false)]
#[case::file("https://login.example", "file:///etc/keys.json", false)]
#[case::relative("https://login.example", "/keys", false)]
#[case::loopback("http://127.0.0.1:8485", "http://127.0.0.1:8485/keys", true)]
#[case::loopback_by_name("http://127.0.0.1:8485", "http://localhost:8486/keys", true)]
#[case::loopback_to_https("http://127.0.0.1:8485", "https://keys.example/keys", true)]
#[case::loopback_to_plain_http("http://127.0.0.1:8485", "http://keys.example/keys", false)]
#[case::loopback_to_instance_metadata("http://127.0.0.1:8485", "http://169.254.169.254/keys", false)]
#[case::loopback_to_file("http://127.0.0.1:8485", "file:///etc/keys.json", false)]
fn keys_come_over_https_or_within_this_machine(#[case] issuer: &str, #[case] jwks_uri: &str, #[case] accepted: bool) {
    let source = DiscoveryUrl::parse(&format!("{issuer}/.well-known/openid-configuration")).unwrap();
    let document = json!({"issuer": issuer, "jwks_uri": jwks_uri});
    assert_eq!(Metadata::read(document.as_object().unwrap(), &source).is_some(), accepted);
}

#[test]
fn a_profile_is_known_by_its_name() {
    assert_eq!("auth0".parse(), Ok(Profile::Auth0));
    assert_eq!("cognito".parse(), Ok(Profile::Cognito));
    assert_eq!("entra".parse(), Ok(Profile::Entra));
    assert_eq!("generic".parse(), Ok(Profile::Generic));
    assert_eq!("keycloak".parse(), Ok(Profile::Keycloak));
    assert_eq!("okta".parse(), Ok(Profile::Okta));
    assert_eq!("sign_in".parse(), Ok(Profile::SignIn));
    for name in ["", "Cognito", "sign-in", "generic "] {
        assert_eq!(name.parse::<Profile>(), Err(ConfigurationError::UnknownProfile));
    }
}

#[tokio::test]
async fn at_least_one_issuer_and_none_twice() {
    assert_eq!(Verifier::new(vec![]).unwrap_err(), ConfigurationError::NoTrustedIssuer);
    let provider = Provider::start(&[]).await;
    let twice = vec![trusted(&provider, Profile::Generic), trusted(&provider, Profile::Cognito)];
    assert_eq!(Verifier::new(twice).unwrap_err(), ConfigurationError::DuplicateIssuer);
}
