//! One entry of `Resources`, not yet resolved.

use crate::attribute::Kind;
use crate::error::{Place, Problem, one_of, unknown};
use crate::fields::Fields;
use crate::node::{Content, Member, Node};

/// A declared resource.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) logical_id: String,
    pub(crate) place: Place,
    pub(crate) kind: Kind,
    pub(crate) type_name: String,
    /// The name of the condition under which it exists.
    pub(crate) condition: Option<Node>,
    pub(crate) depends_on: Vec<Node>,
    pub(crate) metadata: Option<Node>,
    /// A mapping, with what `Globals` adds to it.
    pub(crate) properties: Node,
}

impl Resource {
    pub(crate) fn read(declared: &Member, globals: Option<&Node>) -> Result<Self, Problem> {
        let mut fields = Fields::of(&declared.value, "a resource")?.ignore(&["DeletionPolicy", "UpdateReplacePolicy"]);
        let type_name = fields.required("Type")?;
        let text = type_name.text("a resource type")?;
        let kind = Kind::of(text).ok_or_else(|| {
            let expected = format!("a type that the laptop knows: {}", one_of(Kind::type_names()));
            Problem::new(type_name.place, unknown(text, Kind::type_names()), expected)
        })?;
        let mut properties = match fields.optional("Properties") {
            Some(properties) => properties.clone(),
            None => Node::new(declared.place, Content::Map(Vec::new())),
        };
        if let (Kind::Function, Some(globals)) = (kind, globals) {
            inherit(&mut properties, globals)?;
        }
        let resource = Self {
            logical_id: declared.name.clone(),
            place: declared.place,
            kind,
            type_name: text.to_owned(),
            condition: fields.optional("Condition").cloned(),
            depends_on: match fields.optional("DependsOn") {
                None => Vec::new(),
                Some(Node { tag: None, content: Content::List(names), .. }) => names.clone(),
                Some(name) => vec![name.clone()],
            },
            metadata: fields.optional("Metadata").cloned(),
            properties,
        };
        fields.finish()?;
        Ok(resource)
    }

    /// The value of a property, if it is set.
    pub(crate) fn property(&self, name: &str) -> Option<&Node> {
        let Content::Map(members) = &self.properties.content else {
            return None;
        };
        members.iter().find(|member| member.name == name).map(|member| &member.value)
    }
}

/// Adds the properties of `Globals.Function` that the function does not set itself.
fn inherit(properties: &mut Node, globals: &Node) -> Result<(), Problem> {
    let expected = "the mapping of properties";
    properties.map(expected)?;
    let Content::Map(own) = &mut properties.content else {
        return Ok(());
    };
    for global in globals.map(expected)? {
        match own.iter().find(|member| member.name == global.name) {
            None => own.push(global.clone()),
            Some(Member { value: Node { content: Content::Text(_), .. }, .. }) => {}
            Some(member) => {
                let found = format!("`{}` here and under `Globals`", member.name);
                return Err(Problem::new(
                    member.place,
                    found,
                    "one of them: SAM would merge the two, the laptop does not",
                ));
            }
        }
    }
    Ok(())
}
