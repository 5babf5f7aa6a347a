//! Where the gateway is, into the secret `control`: the other functions need it and the gateway needs them, so it cannot be
//! in their environment. Whatever else the record holds stays.

use aws_clients::{CURRENT, SecretsManager};
use control::Control;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::Value;
use url::{Host, Url};

use crate::function::Failure;
use crate::patience::{Patience, Progress};
use crate::plan::{Refusal, Secret};

/// The properties of the custom resource: what CloudFormation knows of the gateway.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    gateway_id: String,
    gateway_arn: String,
    gateway_url: String,
    #[serde(default)]
    public_url: String,
}

/// The gateway of the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gateway {
    id: String,
    arn: String,
    mcp_url: String,
}

/// A property is missing or is not what it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PropertyError(&'static str);

impl Gateway {
    /// Reads the properties `GatewayId`, `GatewayArn`, `GatewayUrl`, and `PublicUrl` for a gateway with a domain of its own.
    pub(crate) fn read(properties: &Value) -> Result<Self, PropertyError> {
        let properties = Properties::deserialize(properties)
            .map_err(|_| PropertyError("expected the texts GatewayId, GatewayArn and GatewayUrl as properties"))?;
        let Properties { gateway_id: id, gateway_arn: arn, gateway_url, public_url } = properties;
        if id.is_empty() || !arn.starts_with("arn:") || !arn.ends_with(&format!(":gateway/{id}")) {
            return Err(PropertyError("GatewayArn must be the ARN of the gateway with GatewayId"));
        }
        let mcp_url = if public_url.is_empty() {
            // AWS's own documents disagree on whether the attribute ends in the path.
            let url = gateway_url.trim_end_matches('/');
            let url = url.strip_suffix("/mcp").unwrap_or(url);
            format!("{url}/mcp")
        } else {
            public_url
        };
        if !is_address(&mcp_url) {
            return Err(PropertyError("GatewayUrl or PublicUrl must be an https URL without user, query and fragment"));
        }
        Ok(Self { id, arn, mcp_url })
    }

    /// Writes it into the secret, unless it is there.
    pub(crate) async fn write(&self, secrets: &SecretsManager, secret: &str) -> Result<(), Failure> {
        let mut patience = Patience::default();
        while patience.after(self.round(secrets, secret).await).await? == Progress::Made {}
        Ok(())
    }

    async fn round(&self, secrets: &SecretsManager, secret: &str) -> Result<Progress, Failure> {
        let failed = |error| Failure::Secrets(Secret::Control, error);
        let stages = secrets.stages(secret).await.map_err(failed)?;
        let version = stages.version(CURRENT);
        let before = match version {
            Some(version) => {
                let text = secrets.version(secret, version).await.map_err(failed)?.unwrap_or_default();
                let control = Control::parse(text.expose_secret());
                Some(control.map_err(|_| Refusal::Damaged(Secret::Control))?)
            }
            None => None,
        };
        let gateway = control::Gateway { id: &self.id, arn: &self.arn, mcp_url: &self.mcp_url };
        let mut after = before.clone().unwrap_or_else(|| Control::new(gateway));
        after.bind(gateway);
        if before.as_ref() == Some(&after) {
            return Ok(Progress::Done);
        }
        let text = after.to_text()?.into();
        secrets.replace(secret, version, &text).await.map_err(failed)?;
        tracing::info!(secret = %Secret::Control, "changed");
        Ok(Progress::Made)
    }
}

fn is_address(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let safe = match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Ipv4(address))) => address.is_loopback(),
        ("http", Some(Host::Ipv6(address))) => address.is_loopback(),
        _ => false,
    };
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    safe && plain && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::Gateway;

    const URL: &str = "https://g.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp";

    fn properties(name: &str, value: Value) -> Value {
        let mut properties = json!({
            "ServiceToken": "arn:aws:lambda:us-east-1:000000000000:function:f", "GatewayId": "g", "GatewayUrl": URL,
            "GatewayArn": "arn:aws:bedrock-agentcore:us-east-1:000000000000:gateway/g", "PublicUrl": "",
        });
        properties[name] = value;
        properties
    }

    #[rstest]
    #[case::of_the_gateway("GatewayUrl", URL, URL)]
    #[case::without_the_path("GatewayUrl", URL.strip_suffix("/mcp").unwrap(), URL)]
    #[case::with_a_slash("GatewayUrl", &format!("{URL}/"), URL)]
    #[case::on_the_laptop("GatewayUrl", "http://127.0.0.1:8484/mcp", "http://127.0.0.1:8484/mcp")]
    #[case::public("PublicUrl", "https://tools.example.com/mcp", "https://tools.example.com/mcp")]
    #[case::public_as_it_is("PublicUrl", "https://tools.example.com", "https://tools.example.com")]
    fn the_url_is_the_one_that_assistants_use(#[case] name: &str, #[case] value: &str, #[case] expected: &str) {
        assert_eq!(Gateway::read(&properties(name, json!(value))).unwrap().mcp_url, expected);
    }

    #[rstest]
    #[case::id_is_empty("GatewayId", json!(""))]
    #[case::id_of_another("GatewayId", json!("h"))]
    #[case::id_is_null("GatewayId", json!(null))]
    #[case::arn_of_another("GatewayArn", json!("arn:aws:bedrock-agentcore:us-east-1:000000000000:gateway/h"))]
    #[case::no_arn("GatewayArn", json!("x:gateway/g"))]
    #[case::url_is_empty("GatewayUrl", json!(""))]
    #[case::plain_text("GatewayUrl", json!("http://g.example.com/mcp"))]
    #[case::other_scheme("GatewayUrl", json!("file:///mcp"))]
    #[case::not_a_text("GatewayUrl", json!([URL]))]
    #[case::public_in_plain_text("PublicUrl", json!("http://tools.example.com/mcp"))]
    #[case::public_with_query("PublicUrl", json!("https://tools.example.com/mcp?a=b"))]
    #[case::public_with_fragment("PublicUrl", json!("https://tools.example.com/mcp#a"))]
    #[case::public_with_user("PublicUrl", json!("https://user@tools.example.com/mcp"))]
    #[case::public_is_no_url("PublicUrl", json!("tools.example.com"))]
    fn a_doubtful_property_is_refused(#[case] name: &str, #[case] value: Value) {
        assert!(Gateway::read(&properties(name, value)).is_err());
    }

    #[test]
    fn no_properties_are_refused() {
        assert!(Gateway::read(&Value::Null).is_err());
    }
}
