//! Typed tools for Lambda targets of AgentCore Gateway.
//!
//! A tool is a type: its input and output are types, its description is text, and it gets the verified
//! [`Caller`] in its hand. Everything that comes before the tool is done here, the same for every tool:
//!
//! 1. The transaction token is verified for this target, this tool and these arguments. Without it the tool does not run.
//! 2. The arguments become the tool's input type, or the model is told what does not fit.
//! 3. A failure is data: `{"error": {"code", "message", "retryable"}}`. The Gateway hides the message of a raised error.
//! 4. An answer that would not fit through the Gateway and its interceptors is refused with the limit's name.
//! 5. One audit line a call, however it ends, with the transaction that the authorizer's line has too.
//!
//! ```
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//! use toolkit::{Call, Tool, ToolError, Tools};
//!
//! struct Greet;
//!
//! #[derive(Deserialize, JsonSchema)]
//! struct Greeting {
//!     /// The words to greet with.
//!     words: String,
//! }
//!
//! #[derive(Serialize)]
//! struct Greeted {
//!     text: String,
//! }
//!
//! impl Tool for Greet {
//!     const NAME: &'static str = "greet";
//!     const DESCRIPTION: &'static str = "Greets whoever calls.";
//!     type Input = Greeting;
//!     type Output = Greeted;
//!
//!     async fn call(&self, input: Greeting, call: Call) -> Result<Greeted, ToolError> {
//!         let name = call.caller().name().unwrap_or("you");
//!         Ok(Greeted { text: format!("{}, {name}!", input.words) })
//!     }
//! }
//!
//! let definitions = Tools::new().with(Greet).definitions()?;
//! assert_eq!(definitions[0].name().as_str(), "greet");
//! # Ok::<(), toolkit::DefinitionError>(())
//! ```

mod answer;
mod configuration;
mod function;
mod record;
mod schema;
mod target;
mod tool;
mod tools;

pub use function::main;
pub use schema::DefinitionError;
pub use tool::{Call, Tool, ToolError};
pub use tools::Tools;
pub use transaction_token::Caller;

#[cfg(test)]
mod tests;
