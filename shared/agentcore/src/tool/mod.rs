//! Tools: what they are called, how they are declared, which arguments they accept.

mod definition;
mod document;
mod name;
mod schema;
mod validation;

pub use definition::Definition;
pub use document::{Error, Problem};
pub use name::{BareName, NameError, SEARCH, TargetName, ToolName};
pub use schema::{Kind, Schema};
pub use validation::{Fault, Found, MAX_FAULTS, refusal};

#[cfg(test)]
mod tests;
