//! One value of a template, and where it stands.

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::error::{Place, Problem, quoted};

/// A YAML node. Before it is resolved it may be an intrinsic function; afterwards no node has a tag.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) place: Place,
    /// The short form of an intrinsic function, without its exclamation mark.
    pub(crate) tag: Option<String>,
    pub(crate) content: Content,
}

/// Scalars stay text: CloudFormation converts `"10"` and `10` alike to what a property needs.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Null,
    Text(String),
    List(Vec<Node>),
    Map(Vec<Member>),
}

/// A name of a mapping, with its value.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) value: Node,
}

impl Node {
    pub(crate) fn new(place: Place, content: Content) -> Self {
        Self { place, tag: None, content }
    }

    /// The fault that this node is not what is expected here.
    pub(crate) fn instead_of(&self, expected: impl Into<String>) -> Problem {
        let found = match (&self.tag, &self.content) {
            (Some(tag), _) => format!("`!{tag}`"),
            (None, Content::Null) => "nothing".to_owned(),
            (None, Content::Text(text)) => quoted(text),
            (None, Content::List(_)) => "a list".to_owned(),
            (None, Content::Map(_)) => "a mapping".to_owned(),
        };
        Problem::new(self.place, found, expected)
    }

    pub(crate) fn text(&self, expected: &str) -> Result<&str, Problem> {
        match (&self.tag, &self.content) {
            (None, Content::Text(text)) => Ok(text),
            _ => Err(self.instead_of(expected)),
        }
    }

    pub(crate) fn list(&self, expected: &str) -> Result<&[Self], Problem> {
        match (&self.tag, &self.content) {
            (None, Content::List(elements)) => Ok(elements),
            _ => Err(self.instead_of(expected)),
        }
    }

    pub(crate) fn map(&self, expected: &str) -> Result<&[Member], Problem> {
        match (&self.tag, &self.content) {
            (None, Content::Map(members)) => Ok(members),
            _ => Err(self.instead_of(expected)),
        }
    }

    /// A list whose length is within bounds.
    pub(crate) fn counted_list(&self, what: &str, count: RangeInclusive<usize>) -> Result<&[Self], Problem> {
        let expected = format!("a list of {} to {} {what}", count.start(), count.end());
        let elements = self.list(&expected)?;
        if count.contains(&elements.len()) {
            Ok(elements)
        } else {
            Err(Problem::new(self.place, format!("a list of {}", elements.len()), expected))
        }
    }

    pub(crate) fn texts(&self, what: &str, count: RangeInclusive<usize>) -> Result<Vec<String>, Problem> {
        let elements = self.counted_list(what, count)?;
        elements.iter().map(|element| element.text("a text").map(str::to_owned)).collect()
    }

    pub(crate) fn boolean(&self) -> Result<bool, Problem> {
        match self.text("`true` or `false`")? {
            "true" | "True" | "TRUE" => Ok(true),
            "false" | "False" | "FALSE" => Ok(false),
            _ => Err(self.instead_of("`true` or `false`")),
        }
    }

    pub(crate) fn number(&self, range: RangeInclusive<u32>) -> Result<u32, Problem> {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        let number = self.text(&expected)?.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| self.instead_of(expected))
    }

    /// Accepts only the text itself.
    pub(crate) fn exactly(&self, expected: &str) -> Result<(), Problem> {
        let described = format!("`{expected}`");
        if self.text(&described)? == expected { Ok(()) } else { Err(self.instead_of(described)) }
    }

    pub(crate) fn to_json(&self) -> Value {
        match &self.content {
            Content::Null => Value::Null,
            Content::Text(text) => Value::from(text.as_str()),
            Content::List(elements) => elements.iter().map(Self::to_json).collect(),
            Content::Map(members) => {
                members.iter().map(|member| (member.name.clone(), member.value.to_json())).collect()
            }
        }
    }
}
