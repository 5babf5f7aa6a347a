//! Nodes with intrinsic functions to nodes without.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use crate::attribute::Kind;
use crate::dependency::Needs;
use crate::error::{Place, Problem, one_of, quoted};
use crate::intrinsic::{Call, Part, parts};
use crate::node::{Content, Member, Node};
use crate::parameter::Value;
use crate::pseudo::Pseudo;
use crate::resource::Resource;

/// How much may be resolved, in nodes and bytes of text. The template at hand takes about 3,000.
const BUDGET: usize = 4 * 1024 * 1024;
/// How many resource names may lean on one another.
const MAX_CHAIN: usize = 4;

/// Everything that a reference can mean.
pub(crate) struct Resolver<'a> {
    pub(crate) pseudo: &'a Pseudo,
    pub(crate) parameters: &'a BTreeMap<String, Value>,
    /// What each condition came to.
    pub(crate) conditions: BTreeMap<String, bool>,
    /// What stands in for a user pool: its `ProviderURL`.
    pub(crate) user_pool: Option<&'a str>,
    /// What stands in for the gateway: its `GatewayUrl`.
    pub(crate) gateway: Option<&'a str>,
    /// The resources that exist, by logical id.
    pub(crate) resources: BTreeMap<&'a str, &'a Resource>,
    /// The resource that is being resolved.
    pub(crate) current: RefCell<Option<&'a str>>,
    pub(crate) needs: RefCell<Needs>,
    naming: Cell<usize>,
    spent: Cell<usize>,
}

impl<'a> Resolver<'a> {
    /// Knows parameters only.
    pub(crate) fn new(pseudo: &'a Pseudo, parameters: &'a BTreeMap<String, Value>) -> Self {
        Self {
            pseudo,
            parameters,
            conditions: BTreeMap::new(),
            user_pool: None,
            gateway: None,
            resources: BTreeMap::new(),
            current: RefCell::default(),
            needs: RefCell::default(),
            naming: Cell::new(0),
            spent: Cell::new(0),
        }
    }

    /// The node without intrinsic functions, or nothing where it comes to `AWS::NoValue`.
    pub(crate) fn resolve(&self, node: &Node) -> Result<Option<Node>, Problem> {
        self.spend(1, node.place)?;
        if let Some(call) = Call::of(node)? {
            return self.call(&call);
        }
        let content = match &node.content {
            Content::Null => Content::Null,
            Content::Text(text) => {
                self.spend(text.len(), node.place)?;
                Content::Text(text.clone())
            }
            Content::List(elements) => Content::List(self.elements(elements)?),
            Content::Map(members) => {
                let mut resolved = Vec::with_capacity(members.len());
                for Member { name, place, value } in members {
                    if let Some(value) = self.resolve(value)? {
                        resolved.push(Member { name: name.clone(), place: *place, value });
                    }
                }
                Content::Map(resolved)
            }
        };
        Ok(Some(Node::new(node.place, content)))
    }

    /// The text that a node comes to.
    pub(crate) fn text(&self, node: &Node) -> Result<String, Problem> {
        match self.resolve(node)? {
            Some(Node { content: Content::Text(text), .. }) => Ok(text),
            Some(other) => Err(Node { place: node.place, ..other }.instead_of("a text")),
            None => Err(Problem::new(node.place, "`AWS::NoValue`", "a text")),
        }
    }

    fn elements(&self, elements: &[Node]) -> Result<Vec<Node>, Problem> {
        elements.iter().filter_map(|element| self.resolve(element).transpose()).collect()
    }

    /// The list that a node comes to, as texts.
    pub(crate) fn texts(&self, node: &Node) -> Result<Vec<String>, Problem> {
        let list = self.resolve(node)?.ok_or_else(|| node.instead_of("a list"))?;
        let elements = list.list("a list")?;
        elements.iter().map(|element| element.text("a text").map(str::to_owned)).collect()
    }

    fn call(&self, call: &Call<'_>) -> Result<Option<Node>, Problem> {
        let place = call.place;
        let text = match call.name {
            "Ref" => return self.reference(call),
            "If" => {
                let [condition, then, otherwise] = call.arguments("a condition's name and two values")?;
                let name = condition.text("the name of a condition")?;
                let holds = self.conditions.get(name).ok_or_else(|| {
                    let known = one_of(self.conditions.keys().map(String::as_str));
                    Problem::new(condition.place, format!("no condition {}", quoted(name)), known)
                })?;
                return self.resolve(if *holds { then } else { otherwise });
            }
            "Split" => {
                let [separator, text] = call.arguments("a separator and a text")?;
                let (separator, text) = (self.text(separator)?, self.text(text)?);
                if separator.is_empty() {
                    return Err(call.misused("a separator that is not empty"));
                }
                let element = |part: &str| Node::new(place, Content::Text(part.to_owned()));
                return Ok(Some(Node::new(place, Content::List(text.split(&separator).map(element).collect()))));
            }
            "GetAtt" => self.attribute(call)?,
            "Join" => {
                let [separator, list] = call.arguments("a separator and a list")?;
                self.texts(list)?.join(&self.text(separator)?)
            }
            "Select" => {
                let [index, list] = call.arguments("an index and a list")?;
                let texts = self.texts(list)?;
                let expected = format!("an index below {}", texts.len());
                let selected = self.text(index)?.parse().ok().and_then(|index: usize| texts.into_iter().nth(index));
                selected.ok_or_else(|| index.instead_of(expected))?
            }
            "Sub" => self.substitution(call)?,
            name => {
                let known = ["Ref", "GetAtt", "If", "Join", "Select", "Split", "Sub"];
                return Err(Problem::new(place, format!("the function {}", quoted(name)), one_of(known)));
            }
        };
        self.spend(text.len(), place)?;
        Ok(Some(Node::new(place, Content::Text(text))))
    }

    fn reference(&self, call: &Call<'_>) -> Result<Option<Node>, Problem> {
        let place = call.place;
        let name = call.text().ok_or_else(|| call.misused("a name"))?;
        if name == "AWS::NoValue" {
            return Ok(None);
        }
        let content = match self.parameters.get(name) {
            Some(Value::List(elements)) => {
                let element = |text: &String| Node::new(place, Content::Text(text.clone()));
                Content::List(elements.iter().map(element).collect())
            }
            _ => Content::Text(self.named(name, place)?),
        };
        Ok(Some(Node::new(place, content)))
    }

    /// What `Ref` gives, where that must be a text.
    fn named(&self, name: &str, place: Place) -> Result<String, Problem> {
        if let Some(value) = self.pseudo.value(name) {
            return Ok(value);
        }
        match self.parameters.get(name) {
            Some(Value::Text(text)) => return Ok(text.clone()),
            Some(Value::List(_)) => {
                return Err(Problem::new(place, format!("the list {} inside a text", quoted(name)), "`Join`"));
            }
            None => {}
        }
        let resource = self.resource(name, place, "a parameter, pseudo parameter or resource that exists")?;
        let reference = resource.kind.reference(&self.name(resource, place)?, self.pseudo);
        reference.ok_or_else(|| {
            let found = format!("`Ref` of {}, which the laptop cannot tell", quoted(name));
            Problem::new(place, found, format!("`GetAtt` with {}", one_of(resource.kind.attributes().iter().copied())))
        })
    }

    fn attribute(&self, call: &Call<'_>) -> Result<String, Problem> {
        if let Some(path) = call.text() {
            return self.attribute_of(path, call.place);
        }
        let [resource, attribute] = call.arguments("a resource and an attribute")?;
        let path = format!("{}.{}", resource.text("a resource")?, attribute.text("an attribute")?);
        self.attribute_of(&path, call.place)
    }

    fn attribute_of(&self, path: &str, place: Place) -> Result<String, Problem> {
        let (name, attribute) =
            path.split_once('.').ok_or_else(|| Problem::new(place, quoted(path), "`Resource.Attribute`"))?;
        let resource = self.resource(name, place, "a resource that exists")?;
        let stand_in = match (resource.kind, attribute) {
            (Kind::UserPool, "ProviderURL") => self.user_pool,
            (Kind::Gateway, "GatewayUrl") => self.gateway,
            _ => None,
        };
        if let Some(url) = stand_in {
            return Ok(url.to_owned());
        }
        let value = resource.kind.attribute(attribute, &self.name(resource, place)?, self.pseudo);
        value.ok_or_else(|| {
            let known = one_of(resource.kind.attributes().iter().copied());
            Problem::new(
                place,
                format!("the attribute {}", quoted(path)),
                format!("one that the laptop knows: {known}"),
            )
        })
    }

    fn substitution(&self, call: &Call<'_>) -> Result<String, Problem> {
        const EXPECTED: &str = "a text, or a text and a mapping";
        let (text, place, variables) = match (call.text(), call.list()) {
            (Some(text), _) => (text, call.place, &[][..]),
            (None, Some([text, variables])) => (text.text("a text")?, text.place, variables.map("a mapping")?),
            _ => return Err(call.misused(EXPECTED)),
        };
        let parts = parts(text).ok_or_else(|| Problem::new(place, quoted(text), "`}` after `${`"))?;
        let mut result = String::with_capacity(text.len());
        for part in parts {
            match part {
                Part::Literal(literal) => result.push_str(literal),
                Part::Variable(name) => match variables.iter().find(|variable| variable.name == name) {
                    Some(variable) => result.push_str(&self.text(&variable.value)?),
                    None if name.contains('.') => result.push_str(&self.attribute_of(name, place)?),
                    None => result.push_str(&self.named(name, place)?),
                },
            }
        }
        Ok(result)
    }

    fn resource(&self, name: &str, place: Place, expected: &str) -> Result<&'a Resource, Problem> {
        let resource = self.resources.get(name).copied();
        let resource = resource.ok_or_else(|| Problem::new(place, quoted(name), expected))?;
        if let Some(current) = *self.current.borrow() {
            self.needs.borrow_mut().insert((current.to_owned(), name.to_owned()));
        }
        Ok(resource)
    }

    /// The resource's physical name: the one it is given, else one made of the stack's name and the logical id, to
    /// which AWS would add random letters.
    pub(crate) fn name(&self, resource: &Resource, place: Place) -> Result<String, Problem> {
        let Some(name) = resource.property(resource.kind.name_property()) else {
            return Ok(format!("{}-{}", self.pseudo.stack_name, resource.logical_id));
        };
        if self.naming.get() >= MAX_CHAIN {
            let found = format!("more than {MAX_CHAIN} resources, each named after the next");
            return Err(Problem::new(place, found, "a shorter chain, and no circle"));
        }
        self.naming.set(self.naming.get() + 1);
        let name = self.text(name);
        self.naming.set(self.naming.get() - 1);
        name
    }

    fn spend(&self, amount: usize, place: Place) -> Result<(), Problem> {
        self.spent.set(self.spent.get().saturating_add(amount));
        if self.spent.get() > BUDGET {
            return Err(Problem::new(place, "more than can be resolved", "a smaller template"));
        }
        Ok(())
    }
}
