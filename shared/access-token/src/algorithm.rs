//! The signature algorithms that are accepted.

/// An allow-list: what is not here does not exist (RFC 8725 §3.1). Symmetric algorithms and `none` never will.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// With Ed25519 only (RFC 8037 §3.1).
    EdDsa,
    Es256,
    Ps256,
    Rs256,
}

impl Algorithm {
    /// By its registered name, in exactly that case (RFC 7515 §4.1.1).
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "EdDSA" => Some(Self::EdDsa),
            "ES256" => Some(Self::Es256),
            "PS256" => Some(Self::Ps256),
            "RS256" => Some(Self::Rs256),
            _ => None,
        }
    }
}
