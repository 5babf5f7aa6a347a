//! Transaction tokens that no authorizer gave, and the client contexts that carry them.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};
use transaction_token::{Identity, Issuer, SigningKeys};

use crate::deployment::Deployment;
use crate::identity::account;

/// A token for one call, to be spoilt in one respect.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) account: &'static str,
    pub(crate) signing: SecretString,
    pub(crate) trust_domain: String,
    pub(crate) target: &'static str,
    pub(crate) tool: &'static str,
    pub(crate) arguments: Map<String, Value>,
    pub(crate) issued_at: SystemTime,
    pub(crate) issuer: String,
}

impl Token {
    /// The token that the authorizer of this deployment would issue to alice for `who_am_i`.
    pub(crate) fn good(deployment: &Deployment) -> Self {
        Self {
            account: "alice",
            signing: deployment.signing.clone(),
            trust_domain: deployment.trust_domain.clone(),
            target: "profile",
            tool: "who_am_i",
            arguments: Map::new(),
            issued_at: SystemTime::now(),
            issuer: deployment.issuer.clone(),
        }
    }

    /// The same token, issued a minute ago: past its 30 s and every leeway.
    pub(crate) fn expired(mut self) -> Self {
        self.issued_at -= Duration::from_secs(60);
        self
    }

    /// The same token, signed with a key that calls itself as the right one does.
    pub(crate) fn forged(mut self) -> Self {
        let right: Value = serde_json::from_str(self.signing.expose_secret()).unwrap();
        let mut wrong: Value = serde_json::from_str(stranger().expose_secret()).unwrap();
        wrong["current"]["kid"] = right["current"]["kid"].clone();
        self.signing = wrong.to_string().into();
        self
    }

    /// The same token, signed with a key that this deployment does not have.
    pub(crate) fn of_stranger(mut self) -> Self {
        self.signing = stranger();
        self
    }

    /// As it stands in the header.
    pub(crate) fn text(&self) -> String {
        let account = account(self.account);
        let identity = Identity {
            subject: &account.sub,
            issuer: &self.issuer,
            client_id: Some("assistant"),
            name: Some(&account.name),
            email: Some(&account.email),
            scope: "countersign/tools",
            groups: &account.groups,
            authenticated_at: None,
        };
        let issuer = Issuer::new(&self.signing, &self.trust_domain, "authorizer").unwrap();
        let issued = issuer.issue(identity, (self.target, self.tool), &self.arguments, self.issued_at).unwrap();
        issued.token.expose_secret().to_owned()
    }

    /// The text with another subject, under the signature for this one.
    pub(crate) fn altered(&self) -> String {
        self.with_parts(|_, claims| claims["sub"] = account("bob").sub.into())
    }

    /// The text with another algorithm.
    pub(crate) fn unsigned(&self) -> String {
        let text = self.with_parts(|header, _| header["alg"] = "none".into());
        format!("{}.", text.rsplit_once('.').unwrap().0)
    }

    /// The text with another type: some other token of the same key.
    pub(crate) fn of_another_type(&self) -> String {
        self.with_parts(|header, _| header["typ"] = "JWT".into())
    }

    fn with_parts(&self, change: impl FnOnce(&mut Value, &mut Value)) -> String {
        let text = self.text();
        let [header, claims, signature] = text.split('.').collect::<Vec<_>>()[..] else { panic!("not three parts") };
        let parse = |part| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        let (mut header, mut claims) = (parse(header), parse(claims));
        change(&mut header, &mut claims);
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.{signature}", part(header), part(claims))
    }
}

/// A client context as the Gateway makes it for `who_am_i`, with these headers.
pub(crate) fn context(headers: &Value) -> String {
    context_of("profile___who_am_i", headers)
}

/// The same for another tool.
pub(crate) fn context_of(tool: &str, headers: &Value) -> String {
    let custom = json!({
        "bedrockAgentCoreMessageVersion": "1.0",
        "bedrockAgentCoreAwsRequestId": "1",
        "bedrockAgentCoreMcpMessageId": "1",
        "bedrockAgentCoreGatewayId": "countersign-0000000000",
        "bedrockAgentCoreTargetId": "0000000000",
        "bedrockAgentCoreToolName": tool,
        "bedrockAgentCorePropagatedHeaders": headers,
    });
    STANDARD.encode(json!({ "custom": custom }).to_string())
}

/// A secret `signing` of somebody else.
fn stranger() -> SecretString {
    SigningKeys::generate(0).unwrap().to_secret()
}
