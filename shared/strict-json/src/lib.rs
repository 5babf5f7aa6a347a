//! JSON that means one thing to everybody who reads it.
//!
//! Two parsers that disagree about a text are a way in: one judges a first `"name"`, the other obeys a second. So what
//! decides (a token, a request, a set of keys) is read here, and what is compared is compared in its canonical form.
//!
//! 1. A member name occurs once in an object (RFC 8259 §4 leaves it open; RFC 7515 §4 and RFC 7519 §4 want it refused).
//! 2. The text is one value: valid UTF-8, no byte order mark, nothing after it, at most 128 levels deep.
//! 3. A member name is a name and nothing else to the JSON library, whatever its features.
//! 4. The values of a text are bounded, and with them the memory that it can take.
//! 5. [`canonical`] is RFC 8785; it refuses the integers that the canonical form would merge.
//! 6. No error repeats the text: it may have been a token.

mod canonical;
mod parse;

pub use canonical::{NotInteroperable, canonical};
pub use parse::{Error, Object, parse, parse_object};

#[cfg(test)]
mod tests;
