//! The person for whom a tool works.

use crate::claims::Claims;

/// The verified caller of one call. Only a [`Verifier`](crate::Verifier) makes one.
#[derive(Clone)]
pub struct Caller {
    claims: Claims,
    arguments_differ: bool,
}

impl Caller {
    pub(crate) fn new(claims: Claims, arguments_differ: bool) -> Self {
        Self { claims, arguments_differ }
    }

    /// The person, as the identity provider names them (`sub`). Never empty. Unique within [`Caller::issuer`].
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.claims.sub
    }

    /// The identity provider that vouched for the person.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.claims.rctx.iss
    }

    /// The OAuth client through which the person came: their assistant. A long identifier stands as its
    /// digest: [`client_id`](crate::client_id()).
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.claims.rctx.client_id.as_deref()
    }

    /// The person's name for display, if the identity provider gave one. Not an identifier.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.claims.rctx.name.as_deref()
    }

    /// The person's e-mail address, if the identity provider gave one. Not an identifier: it can change hands.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.claims.rctx.email.as_deref()
    }

    /// The person's groups, as far as this deployment forwards them.
    #[must_use]
    pub fn groups(&self) -> &[String] {
        &self.claims.rctx.groups
    }

    /// Whether the person is in a group, by its exact name.
    #[must_use]
    pub fn is_in(&self, group: &str) -> bool {
        self.groups().iter().any(|name| name == group)
    }

    /// The scopes of the person's access token (RFC 6749 §3.3: separated by spaces and by nothing else).
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.claims.rctx.scope.split(' ').filter(|scope| !scope.is_empty())
    }

    /// When the person last signed in, in seconds since 1970, if the identity provider said so.
    #[must_use]
    pub fn authenticated_at(&self) -> Option<u64> {
        self.claims.rctx.auth_time
    }

    /// The transaction identifier (`txn`): joins this call's audit line with the authorizer's.
    #[must_use]
    pub fn transaction(&self) -> &str {
        &self.claims.txn
    }

    /// Whether the arguments are not those that were judged. True only under [`BindArguments::Observe`](crate::BindArguments::Observe).
    #[must_use]
    pub fn arguments_differ(&self) -> bool {
        self.arguments_differ
    }
}

/// Shows the transaction alone: the rest is a person's data.
impl std::fmt::Debug for Caller {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Caller").field("transaction", &self.transaction()).finish_non_exhaustive()
    }
}
