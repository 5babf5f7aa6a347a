//! What must not be shown.

use std::collections::HashSet;

/// So few characters may be a coincidence, and open nothing.
const FRAGMENT: usize = 12;

/// Texts of which no fragment of 12 characters may be shown.
#[derive(Debug, Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// Adds a text.
    pub fn add(&mut self, secret: &str) {
        self.0.push(secret.to_owned());
    }

    /// Adds the words and parts of credentials: what is between them may stand anywhere.
    pub fn add_words_of(&mut self, credentials: &str) {
        self.0.extend(credentials.split([' ', ',', '.']).map(str::to_owned));
    }

    /// A fragment that is shown all the same.
    #[must_use]
    pub fn first_in(&self, shown: &str) -> Option<String> {
        let shown: HashSet<&[u8]> = shown.as_bytes().windows(FRAGMENT).collect();
        let mut fragments = self.0.iter().flat_map(|secret| secret.as_bytes().windows(FRAGMENT));
        fragments
            .find(|fragment| shown.contains(fragment))
            .map(|fragment| String::from_utf8_lossy(fragment).into_owned())
    }
}
