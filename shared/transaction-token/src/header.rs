//! The header that carries the token.

use crate::Rejection;

/// The HTTP header of a transaction token (draft §"Txn-Token HTTP Header"). It carries exactly one.
pub const HEADER: &str = "Txn-Token";

/// A token as an invocation presented it. Nothing is verified yet.
#[derive(Clone, Copy)]
pub struct Presented<'a>(pub(crate) &'a str);

impl<'a> Presented<'a> {
    /// Finds the token among the headers that the Gateway propagated.
    ///
    /// A client may send a header of its own whose name differs in case, and nobody has published which of two spellings
    /// the Gateway would keep. So two of them are refused, whichever is ours.
    ///
    /// # Errors
    ///
    /// [`Rejection::Missing`] without such a header, [`Rejection::Ambiguous`] with more than one.
    pub fn among<N: AsRef<str>>(headers: impl IntoIterator<Item = (N, &'a str)>) -> Result<Self, Rejection> {
        let mut ours = headers.into_iter().filter(|(name, _)| name.as_ref().eq_ignore_ascii_case(HEADER));
        match (ours.next(), ours.next()) {
            (None, _) => Err(Rejection::Missing),
            (Some((_, value)), None) => Ok(Self(value)),
            (Some(_), Some(_)) => Err(Rejection::Ambiguous),
        }
    }
}

impl std::fmt::Debug for Presented<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Presented(..)")
    }
}
