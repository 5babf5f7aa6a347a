//! The members of a mapping whose every name must be known.

use crate::error::{Place, Problem, one_of, quoted};
use crate::node::{Member, Node};

/// Asks for members by name, and in the end refuses those that nobody asked for.
pub(crate) struct Fields<'a> {
    what: &'static str,
    place: Place,
    members: &'a [Member],
    known: Vec<&'static str>,
    ignored: &'static [&'static str],
}

impl<'a> Fields<'a> {
    pub(crate) fn of(node: &'a Node, what: &'static str) -> Result<Self, Problem> {
        let members = node.map(&format!("the mapping of {what}"))?;
        Ok(Self { what, place: node.place, members, known: Vec::new(), ignored: &[] })
    }

    pub(crate) fn optional(&mut self, name: &'static str) -> Option<&'a Node> {
        self.known.push(name);
        self.members.iter().find(|member| member.name == name).map(|member| &member.value)
    }

    pub(crate) fn required(&mut self, name: &'static str) -> Result<&'a Node, Problem> {
        match self.optional(name) {
            Some(node) => Ok(node),
            None => Err(Problem::new(self.place, format!("{} without `{name}`", self.what), format!("`{name}`"))),
        }
    }

    /// Names that mean something on AWS and nothing on the laptop.
    pub(crate) fn ignore(mut self, names: &'static [&'static str]) -> Self {
        self.ignored = names;
        self
    }

    /// # Errors
    ///
    /// The first member that is neither known nor ignored: misspelt, or not supported on the laptop.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        let strange = self.members.iter().find(|member| {
            let name = member.name.as_str();
            !self.known.contains(&name) && !self.ignored.contains(&name)
        });
        match strange {
            None => Ok(()),
            Some(Member { name, place, .. }) => Err(Problem::new(
                *place,
                format!("{} in {}", quoted(name), self.what),
                format!("what the laptop knows: {}", one_of(self.known.iter().copied())),
            )),
        }
    }
}
