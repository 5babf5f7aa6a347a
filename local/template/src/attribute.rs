//! What `Ref` and `GetAtt` give of each resource type, on the laptop.
//!
//! The forms are those of AWS; what AWS draws at random comes from the name (see [`crate::identifier`]).

use crate::identifier::identifier;
use crate::pseudo::Pseudo;

/// The resource types that may stand in the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Function,
    Gateway,
    GatewayTarget,
    LogGroup,
    Role,
    Secret,
}

/// Type, kind, the property that names a resource of it, its attributes.
type Row = (&'static str, Kind, &'static str, &'static [&'static str]);

const TABLE: &[Row] = &[
    ("AWS::BedrockAgentCore::Gateway", Kind::Gateway, "Name", &["GatewayArn", "GatewayIdentifier", "GatewayUrl"]),
    ("AWS::BedrockAgentCore::GatewayTarget", Kind::GatewayTarget, "Name", &["TargetId"]),
    ("AWS::IAM::Role", Kind::Role, "RoleName", &["Arn"]),
    ("AWS::Logs::LogGroup", Kind::LogGroup, "LogGroupName", &["Arn"]),
    ("AWS::SecretsManager::Secret", Kind::Secret, "Name", &["Id"]),
    ("AWS::Serverless::Function", Kind::Function, "FunctionName", &["Arn"]),
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
            Self::Function | Self::LogGroup | Self::Role => Some(name.to_owned()),
            Self::Gateway => self.attribute("GatewayIdentifier", name, pseudo),
            Self::GatewayTarget => None,
            Self::Secret => self.attribute("Id", name, pseudo),
        }
    }

    /// What `GetAtt` gives.
    pub(crate) fn attribute(self, attribute: &str, name: &str, pseudo: &Pseudo) -> Option<String> {
        match (self, attribute) {
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
            _ => None,
        }
    }
}

/// The name in lower case, a hyphen, ten characters.
fn gateway_identifier(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    format!("{name}-{}", identifier(&name, 10))
}
