use environment::Environment;
use rstest::rstest;

use super::Connection;

const ENDPOINT: &str = "AWS_ENDPOINT_URL_SECRETS_MANAGER";

fn variable(name: &str) -> Option<String> {
    let value = match name {
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN" => "PRIVATE",
        "AWS_REGION" => "eu-central-1",
        _ => return None,
    };
    Some(value.to_owned())
}

#[rstest]
#[case("AWS_ACCESS_KEY_ID")]
#[case("AWS_SECRET_ACCESS_KEY")]
#[case("AWS_REGION")]
fn a_missing_or_empty_variable_is_named(#[case] missing: &'static str) {
    for value in [None, Some(String::new())] {
        let environment = Environment::new(|name| if name == missing { value.clone() } else { variable(name) });
        let error = Connection::read(&environment, ENDPOINT).err().unwrap().to_string();
        assert!(error.contains(missing) && !error.contains("PRIVATE"), "{error}");
    }
}

#[rstest]
#[case::https("https://secrets.example", true)]
#[case::loopback("http://127.0.0.1:4566", true)]
#[case::loopback_v6("http://[::1]:4566", true)]
#[case::localhost("http://localhost:4566", true)]
#[case::plain_text("http://secrets.example", false)]
#[case::looks_like_loopback("http://127.0.0.1.example", false)]
#[case::private_network("http://10.0.0.1", false)]
#[case::other_scheme("file:///etc/passwd", false)]
#[case::not_a_url("secrets", false)]
fn an_endpoint_is_https_or_loopback(#[case] endpoint: &str, #[case] accepted: bool) {
    let environment =
        Environment::new(|name| if name == ENDPOINT { Some(endpoint.to_owned()) } else { variable(name) });
    assert_eq!(Connection::read(&environment, ENDPOINT).is_ok(), accepted);
}
