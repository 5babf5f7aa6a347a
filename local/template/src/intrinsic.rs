//! How an intrinsic function is written: `!Sub text` or `Fn::Sub: text`, and what stands in a `Sub` text.

use crate::error::{Place, Problem, quoted};
use crate::node::{Content, Node};

/// One use of a function.
pub(crate) struct Call<'a> {
    /// Without `Fn::` or the exclamation mark: `Sub`.
    pub(crate) name: &'a str,
    pub(crate) place: Place,
    argument: &'a Content,
}

impl<'a> Call<'a> {
    /// The call that a node is, if it is one.
    pub(crate) fn of(node: &'a Node) -> Result<Option<Self>, Problem> {
        if let Some(name) = &node.tag {
            return Ok(Some(Self { name, place: node.place, argument: &node.content }));
        }
        let Content::Map(members) = &node.content else {
            return Ok(None);
        };
        let Some((member, name)) = members.iter().find_map(|member| long_form(&member.name).map(|name| (member, name)))
        else {
            return Ok(None);
        };
        if members.len() > 1 {
            return Err(Problem::new(member.place, format!("{} beside other names", quoted(&member.name)), "it alone"));
        }
        if member.value.tag.is_some() {
            return Err(member.value.instead_of(format!("the argument of `{}` itself", member.name)));
        }
        Ok(Some(Self { name, place: node.place, argument: &member.value.content }))
    }

    /// The argument, if it is a text.
    pub(crate) fn text(&self) -> Option<&'a str> {
        if let Content::Text(text) = self.argument { Some(text) } else { None }
    }

    /// The argument, if it is a list.
    pub(crate) fn list(&self) -> Option<&'a [Node]> {
        if let Content::List(elements) = self.argument { Some(elements) } else { None }
    }

    /// The arguments, if there are exactly `N`.
    pub(crate) fn arguments<const N: usize>(&self, expected: &str) -> Result<&'a [Node; N], Problem> {
        self.list().and_then(|elements| elements.try_into().ok()).ok_or_else(|| self.misused(expected))
    }

    /// The fault that the function is used otherwise than it can be.
    pub(crate) fn misused(&self, expected: &str) -> Problem {
        Problem::new(self.place, format!("`{}` with other arguments", self.name), expected)
    }
}

/// `Condition` has a long form too, but outside of conditions it is an ordinary name (of IAM statements, of resources).
fn long_form(name: &str) -> Option<&str> {
    if name == "Ref" { Some(name) } else { name.strip_prefix("Fn::") }
}

/// A part of a `Sub` text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    Literal(&'a str),
    /// `${Name}` or `${Name.Attribute}`.
    Variable(&'a str),
}

/// Takes a `Sub` text apart; `${!Name}` stands for a literal `${Name}`. `None` if a `${` is not closed.
pub(crate) fn parts(text: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}')?;
        parts.push(Part::Literal(before));
        match name.strip_prefix('!') {
            Some(literal) => parts.extend([Part::Literal("${"), Part::Literal(literal), Part::Literal("}")]),
            None => parts.push(Part::Variable(name.trim())),
        }
        rest = after;
    }
    parts.push(Part::Literal(rest));
    Some(parts)
}
