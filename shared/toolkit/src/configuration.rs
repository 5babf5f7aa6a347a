//! What `template.yaml` tells a target.

use agentcore::tool::TargetName;
use environment::{Environment, VariableError};
use transaction_token::{BindArguments, KeySet, Verifier};

/// The variable with the keys themselves, which is empty unless the secret is out of reach.
const VERIFICATION_KEYS: &str = "VERIFICATION_KEYS";

/// The configuration of a target.
#[derive(Debug)]
pub(crate) struct Configuration {
    /// `TARGET_NAME`: the target as the Gateway calls it.
    pub(crate) target: TargetName,
    /// `TRUST_DOMAIN`: the deployment whose transaction tokens count.
    pub(crate) trust_domain: String,
    /// The keys that sign them.
    pub(crate) keys: Keys,
    /// `BIND_ARGUMENTS`: `required` or `observe`.
    pub(crate) bind_arguments: BindArguments,
}

/// Where the public keys are.
#[derive(Debug)]
pub(crate) enum Keys {
    /// `VERIFICATION_SECRET`: in the secret with this ARN.
    Secret(String),
    /// `VERIFICATION_KEYS`: in this text, whatever the secret says.
    Pinned(String),
}

impl Keys {
    fn read(environment: &Environment<'_>) -> Result<Self, VariableError> {
        match environment.optional(VERIFICATION_KEYS) {
            None => environment.required("VERIFICATION_SECRET").map(Self::Secret),
            Some(text) => {
                KeySet::parse(&text).map_err(|error| VariableError::new(VERIFICATION_KEYS, error))?;
                Ok(Self::Pinned(text))
            }
        }
    }
}

impl Configuration {
    pub(crate) fn read(environment: &Environment<'_>) -> Result<Self, VariableError> {
        Ok(Self {
            target: environment.parsed("TARGET_NAME")?,
            trust_domain: environment.required("TRUST_DOMAIN")?,
            keys: Keys::read(environment)?,
            bind_arguments: environment.parsed("BIND_ARGUMENTS")?,
        })
    }

    pub(crate) fn verifier(&self) -> Verifier {
        Verifier::new(&self.trust_domain, self.target.as_str(), self.bind_arguments)
    }
}

#[cfg(test)]
mod tests {
    use environment::Environment;
    use rstest::rstest;

    use super::{Configuration, Keys};

    const PINNED: &str = r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "k",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

    fn read(keys: Option<&str>, secret: Option<&str>) -> Result<Keys, String> {
        let environment = Environment::new(|name| {
            let value = match name {
                "TARGET_NAME" => Some("words"),
                "TRUST_DOMAIN" => Some("stack"),
                "BIND_ARGUMENTS" => Some("required"),
                "VERIFICATION_KEYS" => keys,
                "VERIFICATION_SECRET" => secret,
                _ => None,
            };
            value.map(str::to_owned)
        });
        Configuration::read(&environment).map(|configuration| configuration.keys).map_err(|error| error.to_string())
    }

    #[rstest]
    #[case::missing(None)]
    #[case::empty(Some(""))]
    fn without_pinned_keys_the_secret_has_them(#[case] keys: Option<&str>) {
        assert!(matches!(read(keys, Some("arn")), Ok(Keys::Secret(arn)) if arn == "arn"));
        assert_eq!(read(keys, None).unwrap_err(), "environment variable VERIFICATION_SECRET: is not set");
    }

    #[rstest]
    #[case::alone(None)]
    #[case::beside_a_secret(Some("arn"))]
    fn pinned_keys_take_the_place_of_the_secret(#[case] secret: Option<&str>) {
        assert!(matches!(read(Some(PINNED), secret), Ok(Keys::Pinned(text)) if text == PINNED));
    }

    /// The secret is no way out: somebody meant these keys and no others.
    #[rstest]
    #[case::not_json("PRIVATE")]
    #[case::no_keys(r#"{"keys": []}"#)]
    #[case::a_member_twice(r#"{"keys": [], "keys": []}"#)]
    #[case::a_private_key(&PINNED.replace("\"x\"", "\"d\": \"PRIVATE\", \"x\""))]
    fn keys_that_cannot_be_used_stop_the_function(#[case] keys: &str) {
        let error = read(Some(keys), Some("arn")).unwrap_err();
        assert!(error.starts_with("environment variable VERIFICATION_KEYS: "), "{error}");
        assert!(!error.contains("PRIVATE"), "{error}");
    }
}
