//! The members of a mapping whose every name must be known.

use crate::error::{Place, Problem, nearest, one_of, unknown};
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
            None => Err(self.missing(name)),
        }
    }

    /// The fault that a name is missing. If one stands there that looks like it and that nobody knows, it is that one:
    /// the names that are asked for later are not known yet, but they do not look like this one.
    fn missing(&self, name: &'static str) -> Problem {
        let misspelt = self.strange().find(|member| nearest(&member.name, [name]).is_some());
        match misspelt {
            Some(Member { name: found, place, .. }) => {
                Problem::new(*place, format!("{} in {}", unknown(found, [name]), self.what), format!("`{name}`"))
            }
            None => Problem::new(self.place, format!("{} without `{name}`", self.what), format!("`{name}`")),
        }
    }

    /// The members that are neither known nor ignored.
    fn strange(&self) -> impl Iterator<Item = &'a Member> {
        self.members.iter().filter(|member| !self.names().any(|name| name == member.name))
    }

    /// What is known, then what is ignored.
    fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.known.iter().chain(self.ignored).copied()
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
        let Some(Member { name, place, .. }) = self.strange().next() else { return Ok(()) };
        Err(Problem::new(
            *place,
            format!("{} in {}", unknown(name, self.names()), self.what),
            format!("what the laptop knows: {}", one_of(self.names())),
        ))
    }
}
