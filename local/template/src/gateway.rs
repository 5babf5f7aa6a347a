//! `AWS::BedrockAgentCore::Gateway`.

use crate::attribute::Kind;
use crate::authorizer::CustomJwt;
use crate::error::{Place, Problem};
use crate::fields::Fields;
use crate::interceptor::{self, Interceptor};
use crate::node::Node;
use crate::pseudo::Pseudo;
use crate::target::Target;

/// What the service offers when the template lists no protocol versions.
const DEFAULT_VERSION: &str = "2025-03-26";

/// The gateway, with everything that is attached to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// 1 to 48 letters and digits, a hyphen allowed after each.
    pub name: String,
    /// The name in lower case, a hyphen, ten characters.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// MCP protocol versions, as the template orders them. Never empty.
    pub supported_versions: Vec<String>,
    /// What `initialize` tells the client: 1 to 2,048 characters.
    pub instructions: Option<String>,
    /// How much a client is told of an error.
    pub exception_level: ExceptionLevel,
    /// Whose tokens are accepted.
    pub authorizer: CustomJwt,
    /// None, one or two; each point is served by one of them at most.
    pub interceptors: Vec<Interceptor>,
    /// The targets, in the order of the template. Their names differ.
    pub targets: Vec<Target>,
}

/// How much a client is told of an error behind the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExceptionLevel {
    /// That there was one. What the service does when the template says nothing.
    Generic,
    /// What it was, with ARNs.
    Debug,
}

impl Gateway {
    /// `called` takes the functions that the gateway names.
    pub(crate) fn read(
        name: String,
        properties: &Node,
        pseudo: &Pseudo,
        called: &mut Vec<(String, Place)>,
    ) -> Result<Self, Problem> {
        let mut fields = Fields::of(properties, "a gateway")?.ignore(&["Description", "KmsKeyArn", "Tags"]);
        let node = fields.required("Name")?;
        if !is_name(&name) {
            return Err(node.instead_of("letters and digits, at most 48 of them, with single hyphens after them"));
        }
        fields.required("RoleArn")?.text("the ARN of a role")?;
        fields.required("AuthorizerType")?.exactly("CUSTOM_JWT")?;
        if let Some(node) = fields.optional("ProtocolType") {
            node.exactly("MCP")?;
        }
        let (supported_versions, instructions) = protocol(fields.optional("ProtocolConfiguration"))?;
        let exception_level = match fields.optional("ExceptionLevel") {
            None => ExceptionLevel::Generic,
            Some(node) => node.exactly("DEBUG").map(|()| ExceptionLevel::Debug)?,
        };
        let mut configuration = Fields::of(fields.required("AuthorizerConfiguration")?, "`AuthorizerConfiguration`")?;
        let authorizer = CustomJwt::read(configuration.required("CustomJWTAuthorizer")?)?;
        configuration.finish()?;
        let interceptors = interceptor::read(fields.optional("InterceptorConfigurations"), called)?;
        fields.finish()?;
        let attribute = |attribute| Kind::Gateway.attribute(attribute, &name, pseudo).unwrap_or_default();
        Ok(Self {
            id: attribute("GatewayIdentifier"),
            arn: attribute("GatewayArn"),
            name,
            supported_versions,
            instructions,
            exception_level,
            authorizer,
            interceptors,
            targets: Vec::new(),
        })
    }
}

/// `([0-9a-zA-Z][-]?){1,48}`
fn is_name(name: &str) -> bool {
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric).count();
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=48).contains(&letters) && name.bytes().all(known) && !name.starts_with('-') && !name.contains("--")
}

fn protocol(configuration: Option<&Node>) -> Result<(Vec<String>, Option<String>), Problem> {
    let default = || vec![DEFAULT_VERSION.to_owned()];
    let Some(configuration) = configuration else {
        return Ok((default(), None));
    };
    let mut fields = Fields::of(configuration, "`ProtocolConfiguration`")?;
    let mut mcp = Fields::of(fields.required("Mcp")?, "`Mcp`")?;
    let versions = mcp.optional("SupportedVersions").map(|node| node.texts("versions", 1..=10)).transpose()?;
    let instructions = match mcp.optional("Instructions") {
        None => None,
        Some(node) => {
            let text = node.text("instructions")?;
            if !(1..=2048).contains(&text.chars().count()) {
                return Err(node.instead_of("1 to 2048 characters"));
            }
            Some(text.to_owned())
        }
    };
    mcp.finish()?;
    fields.finish()?;
    Ok((versions.unwrap_or_else(default), instructions))
}
