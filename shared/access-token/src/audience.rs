//! For whom a token must be meant.

use std::collections::BTreeSet;

use crate::Rejection;

/// Which tokens are meant for us.
///
/// A token for another service that trusts the same issuer must not open ours (RFC 8725 §3.9). So if `aud` is present
/// it must hold one of our audiences, whatever else matches; others beside ours are no harm (RFC 9068 §4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudienceRule(Rule);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    CheckedByTheCaller,
    Ours { audiences: BTreeSet<String>, clients: BTreeSet<String> },
}

/// What a provider's access tokens without `aud` are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AbsentAudience {
    /// A client on the list stands in: the provider cannot bind its tokens to an audience.
    ClientStandsIn,
    /// Nothing: the provider was not asked to bind the token to us.
    Refused,
}

impl AudienceRule {
    /// Accepts tokens for any of these audiences, compared byte for byte. With none, no token that has `aud` passes.
    pub fn accept<A: Into<String>>(audiences: impl IntoIterator<Item = A>) -> Self {
        Self(Rule::Ours { audiences: named(audiences).collect(), clients: BTreeSet::new() })
    }

    /// Accepts tokens *without* `aud` as well, if they were issued to one of these clients and the issuer's
    /// [`Profile`](crate::Profile) says that its access tokens may lack `aud`. It never helps a token that has `aud`.
    #[must_use]
    pub fn or_without_audience_from<C: Into<String>>(self, allowed: impl IntoIterator<Item = C>) -> Self {
        Self(match self.0 {
            Rule::CheckedByTheCaller => Rule::CheckedByTheCaller,
            Rule::Ours { audiences, mut clients } => {
                clients.extend(named(allowed));
                Rule::Ours { audiences, clients }
            }
        })
    }

    /// Accepts every audience, and none: **the caller must judge [`Claims::audience`](crate::Claims::audience) and
    /// [`Claims::client_id`](crate::Claims::client_id) itself.**
    ///
    /// Right for a gateway that has its own rules about both and must answer as they say. Wrong everywhere else:
    /// whoever holds a token of the same issuer, for whatever service, would be let in.
    #[must_use]
    pub fn checked_by_the_caller() -> Self {
        Self(Rule::CheckedByTheCaller)
    }

    pub(crate) fn admit(
        &self,
        audience: Option<&[String]>,
        client: Option<&str>,
        absent: AbsentAudience,
    ) -> Result<(), Rejection> {
        let Rule::Ours { audiences, clients } = &self.0 else {
            return Ok(());
        };
        match (audience, absent) {
            (Some(named), _) if named.iter().any(|one| audiences.contains(one)) => Ok(()),
            (Some(_), _) => Err(Rejection::WrongAudience),
            (None, AbsentAudience::Refused) => Err(Rejection::MissingClaim("aud")),
            (None, AbsentAudience::ClientStandsIn) if client.is_some_and(|client| clients.contains(client)) => Ok(()),
            (None, AbsentAudience::ClientStandsIn) => Err(Rejection::ClientNotAllowed),
        }
    }
}

/// An empty entry is what an empty setting leaves behind; it must not match an empty claim.
fn named<T: Into<String>>(entries: impl IntoIterator<Item = T>) -> impl Iterator<Item = String> {
    entries.into_iter().map(Into::into).filter(|entry| !entry.is_empty())
}
