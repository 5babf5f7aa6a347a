//! What `Ref` and `GetAtt` give of each resource type, on the laptop.
//!
//! The forms are those of AWS; what AWS draws at random comes from the name (see [`crate::identifier`]).

use crate::identifier::identifier;
use crate::pseudo::Pseudo;

/// The resource types that may stand in the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    CustomResource,
    DeliveryDestination,
    DeliverySource,
    Function,
    Gateway,
    GatewayTarget,
    /// Does nothing here, and nothing refers to it.
    Inert,
    LogGroup,
    Role,
    Secret,
    UserPool,
    UserPoolClient,
}

/// Type, kind, the property that names a resource of it, its attributes.
type Row = (&'static str, Kind, &'static str, &'static [&'static str]);

const TABLE: &[Row] = &[
    ("AWS::BedrockAgentCore::Gateway", Kind::Gateway, "Name", &["GatewayArn", "GatewayIdentifier", "GatewayUrl"]),
    ("AWS::BedrockAgentCore::GatewayTarget", Kind::GatewayTarget, "Name", &["TargetId"]),
    ("AWS::Cognito::ManagedLoginBranding", Kind::Inert, "", &[]),
    ("AWS::Cognito::UserPool", Kind::UserPool, "UserPoolName", &["Arn", "ProviderName", "ProviderURL", "UserPoolId"]),
    ("AWS::Cognito::UserPoolClient", Kind::UserPoolClient, "ClientName", &["ClientId", "Name"]),
    ("AWS::Cognito::UserPoolDomain", Kind::Inert, "", &[]),
    ("AWS::Cognito::UserPoolGroup", Kind::Inert, "", &[]),
    ("AWS::Cognito::UserPoolResourceServer", Kind::Inert, "", &[]),
    ("AWS::Cognito::UserPoolUser", Kind::Inert, "", &[]),
    ("AWS::Cognito::UserPoolUserToGroupAttachment", Kind::Inert, "", &[]),
    ("AWS::IAM::Role", Kind::Role, "RoleName", &["Arn"]),
    ("AWS::Lambda::Permission", Kind::Inert, "", &[]),
    ("AWS::Logs::Delivery", Kind::Inert, "", &[]),
    ("AWS::Logs::DeliveryDestination", Kind::DeliveryDestination, "Name", &["Arn"]),
    ("AWS::Logs::DeliverySource", Kind::DeliverySource, "Name", &["Arn"]),
    ("AWS::Logs::LogGroup", Kind::LogGroup, "LogGroupName", &["Arn"]),
    ("AWS::SecretsManager::RotationSchedule", Kind::Inert, "", &[]),
    ("AWS::SecretsManager::Secret", Kind::Secret, "Name", &["Id"]),
    ("AWS::Serverless::Function", Kind::Function, "FunctionName", &["Arn"]),
    ("AWS::WAFv2::WebACLAssociation", Kind::Inert, "", &[]),
    ("Custom::Control", Kind::CustomResource, "", &[]),
    ("Custom::SigningKeys", Kind::CustomResource, "", &[]),
];

impl Kind {
    pub(crate) fn of(type_name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.0 == type_name).map(|row| row.1)
    }

    /// Every type that there is, for an error.
    pub(crate) fn type_names() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|row| row.0)
    }

    fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.1 == self)
    }

    /// The property that gives the resource its name.
    pub(crate) fn name_property(self) -> &'static str {
        self.row().map_or("Name", |row| row.2)
    }

    /// Every attribute that there is, for an error.
    pub(crate) fn attributes(self) -> &'static [&'static str] {
        self.row().map_or(&[], |row| row.3)
    }

    /// What `Ref` gives. A target's is a pair of identifiers whose joined form is not published.
    pub(crate) fn reference(self, name: &str, pseudo: &Pseudo) -> Option<String> {
        match self {
            Self::DeliveryDestination | Self::DeliverySource | Self::Function | Self::LogGroup | Self::Role => {
                Some(name.to_owned())
            }
            Self::Gateway => self.attribute("GatewayIdentifier", name, pseudo),
            Self::CustomResource | Self::GatewayTarget | Self::Inert => None,
            Self::Secret => self.attribute("Id", name, pseudo),
            Self::UserPool => self.attribute("UserPoolId", name, pseudo),
            Self::UserPoolClient => self.attribute("ClientId", name, pseudo),
        }
    }

    /// What `GetAtt` gives.
    pub(crate) fn attribute(self, attribute: &str, name: &str, pseudo: &Pseudo) -> Option<String> {
        match (self, attribute) {
            (Self::DeliveryDestination, "Arn") => Some(pseudo.arn("logs", &format!("delivery-destination:{name}"))),
            (Self::DeliverySource, "Arn") => Some(pseudo.arn("logs", &format!("delivery-source:{name}"))),
            (Self::Function, "Arn") => Some(pseudo.arn("lambda", &format!("function:{name}"))),
            (Self::Gateway, "GatewayArn") => {
                Some(pseudo.arn("bedrock-agentcore", &format!("gateway/{}", gateway_identifier(name))))
            }
            (Self::Gateway, "GatewayIdentifier") => Some(gateway_identifier(name)),
            // Published sources disagree whether AWS adds `/mcp`; the shorter form is the later one.
            (Self::Gateway, "GatewayUrl") => {
                let (identifier, region) = (gateway_identifier(name), &pseudo.region);
                Some(format!("https://{identifier}.gateway.bedrock-agentcore.{region}.amazonaws.com"))
            }
            (Self::GatewayTarget, "TargetId") => Some(identifier(name, 10).to_ascii_uppercase()),
            (Self::LogGroup, "Arn") => Some(pseudo.arn("logs", &format!("log-group:{name}:*"))),
            (Self::Role, "Arn") => Some(format!("arn:{}:iam::{}:role/{name}", pseudo.partition, pseudo.account_id)),
            (Self::Secret, "Id") => {
                Some(pseudo.arn("secretsmanager", &format!("secret:{name}-{}", identifier(name, 6))))
            }
            (Self::UserPool, "UserPoolId") => Some(format!("{}_{}", pseudo.region, identifier(name, 9))),
            (Self::UserPool, "Arn") => {
                Some(pseudo.arn("cognito-idp", &format!("userpool/{}", self.reference(name, pseudo)?)))
            }
            (Self::UserPool, "ProviderName") => {
                let (region, suffix) = (&pseudo.region, &pseudo.url_suffix);
                Some(format!("cognito-idp.{region}.{suffix}/{}", self.reference(name, pseudo)?))
            }
            (Self::UserPool, "ProviderURL") => {
                Some(format!("https://{}", self.attribute("ProviderName", name, pseudo)?))
            }
            (Self::UserPoolClient, "ClientId") => Some(identifier(name, 26)),
            (Self::UserPoolClient, "Name") => Some(name.to_owned()),
            _ => None,
        }
    }
}

/// The name in lower case, a hyphen, ten characters.
fn gateway_identifier(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    format!("{name}-{}", identifier(&name, 10))
}
