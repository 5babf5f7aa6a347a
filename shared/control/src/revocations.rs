//! All withdrawals of access that are in force.

use crate::revocation::{Revocation, SignIn};

/// The revocations in force, oldest first. They add up: what one withdraws, no other gives back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revocations(pub(crate) Vec<Revocation>);

impl Revocations {
    /// The revocation that withdraws what this sign-in brought, if there is one.
    #[must_use]
    pub fn of(&self, sign_in: &SignIn<'_>) -> Option<&Revocation> {
        self.iter().find(|revocation| revocation.covers(sign_in))
    }

    /// Adds a revocation. False if one that withdraws the same is there already: it stays.
    #[must_use = "it may have been there already"]
    pub fn add(&mut self, revocation: Revocation) -> bool {
        let is_new = !self.iter().any(|present| present.is_same(&revocation));
        if is_new {
            self.0.push(revocation);
        }
        is_new
    }

    /// Takes back the one that withdraws the same as this. `None` if there is none.
    pub fn undo(&mut self, revocation: &Revocation) -> Option<Revocation> {
        let place = self.iter().position(|present| present.is_same(revocation))?;
        Some(self.0.remove(place))
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Revocation> {
        self.0.iter()
    }

    /// Whether nothing is withdrawn.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
