//! `AWS::BedrockAgentCore::GatewayTarget`, with a Lambda function behind it.

use agentcore::tool::{Definition, TargetName};

use crate::attribute::Kind;
use crate::error::{Place, Problem, quoted};
use crate::fields::Fields;
use crate::header;
use crate::node::{Content, Node};
use crate::pseudo::Pseudo;

/// The quota of tools in a target.
const MAX_TOOLS: usize = 1000;

/// A function's tools in the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What comes before `___` in the names of its tools.
    pub name: TargetName,
    /// Ten characters.
    pub id: String,
    /// The ARN of the function.
    pub function: String,
    /// Its tools, 1 to 1,000. Their names differ.
    pub tools: Vec<Definition>,
    /// Request headers that the function is sent, at most ten.
    pub allowed_request_headers: Vec<String>,
}

impl Target {
    /// `called` takes the function that is named, `attached` the gateway.
    pub(crate) fn read(
        properties: &Node,
        pseudo: &Pseudo,
        called: &mut Vec<(String, Place)>,
        attached: &mut Vec<(String, Place)>,
    ) -> Result<Self, Problem> {
        let mut fields = Fields::of(properties, "a target")?.ignore(&["Description"]);
        let node = fields.required("Name")?;
        let expected = "letters and digits, at most 100 of them, with single hyphens after them";
        let name: TargetName = node.text(expected)?.parse().map_err(|_| node.instead_of(expected))?;
        let gateway = fields.required("GatewayIdentifier")?;
        attached.push((gateway.text("the identifier of a gateway")?.to_owned(), gateway.place));

        let credentials = fields.required("CredentialProviderConfigurations")?;
        for node in credentials.counted_list("credential providers", 1..=1)? {
            let mut provider = Fields::of(node, "a credential provider")?;
            // The only kind that a Lambda target can have.
            provider.required("CredentialProviderType")?.exactly("GATEWAY_IAM_ROLE")?;
            provider.finish()?;
        }
        let allowed_request_headers = match fields.optional("MetadataConfiguration") {
            None => Vec::new(),
            Some(node) => {
                let mut metadata = Fields::of(node, "`MetadataConfiguration`")?;
                let headers = metadata.required("AllowedRequestHeaders").and_then(header::allowed)?;
                metadata.finish()?;
                headers
            }
        };
        let mut configuration = Fields::of(fields.required("TargetConfiguration")?, "`TargetConfiguration`")?;
        let mut mcp = Fields::of(configuration.required("Mcp")?, "`Mcp`")?;
        let mut lambda = Fields::of(mcp.required("Lambda")?, "`Lambda`")?;
        let arn = lambda.required("LambdaArn")?;
        let function = arn.text("the ARN of a function")?.to_owned();
        called.push((function.clone(), arn.place));
        let mut schema = Fields::of(lambda.required("ToolSchema")?, "`ToolSchema`")?;
        let tools = tools(schema.required("InlinePayload")?)?;
        schema.finish()?;
        lambda.finish()?;
        mcp.finish()?;
        configuration.finish()?;
        fields.finish()?;
        let id = Kind::GatewayTarget.attribute("TargetId", name.as_str(), pseudo).unwrap_or_default();
        Ok(Self { name, id, function, tools, allowed_request_headers })
    }
}

fn tools(payload: &Node) -> Result<Vec<Definition>, Problem> {
    let mut tools: Vec<Definition> = Vec::new();
    for node in payload.counted_list("tools", 1..=MAX_TOOLS)? {
        let tool = Definition::from_cloudformation(&node.to_json()).map_err(|error| {
            let found = format!("a tool definition that the Gateway refuses ({error})");
            Problem::new(place_of(node, &error.path), found, "one that it knows")
        })?;
        if tools.iter().any(|other| other.name() == tool.name()) {
            let found = format!("a second tool {}", quoted(tool.name().as_str()));
            return Err(Problem::new(node.place, found, "each name once in a target"));
        }
        tools.push(tool);
    }
    Ok(tools)
}

/// Follows a JSON pointer (RFC 6901) as far as it leads.
fn place_of(node: &Node, pointer: &str) -> Place {
    let mut at = node;
    let mut place = node.place;
    for segment in pointer.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        let next = match &at.content {
            Content::Map(members) => {
                members.iter().find(|member| member.name == segment).map(|member| (&member.value, member.place))
            }
            Content::List(elements) => segment
                .parse()
                .ok()
                .and_then(|index: usize| elements.get(index))
                .map(|element| (element, element.place)),
            Content::Null | Content::Text(_) => None,
        };
        let Some((child, child_place)) = next else { break };
        (at, place) = (child, child_place);
    }
    place
}
