//! An event that describes a whole invocation, for whoever cannot send a client context: `sam local invoke` drops it.
//!
//! It carries no authority. Who may invoke a function may send it any client context as well, and what proves the caller
//! is the transaction token in it, which is verified like any other. It must only never be mistaken for arguments, nor
//! arguments for it:
//!
//! 1. It counts where there is no client context at all, and a gateway always sends one.
//! 2. It has the members `context` and `arguments`, both objects, and no other. The context is bound by Lambda's limit.
//! 3. It is opened once: what is in it are arguments, whatever they look like.

use serde_json::{Value, json};
use strict_json::Object;

use super::{ClientContext, ContextError, LIMIT, OutgoingContext, TooLarge};

const CONTEXT: &str = "context";
const ARGUMENTS: &str = "arguments";

impl ClientContext {
    /// The client context and the arguments of an invocation with this client context and this event, which may be an
    /// envelope.
    #[must_use]
    pub fn open(self, mut event: Object) -> (Self, Object) {
        let absent = matches!(self.0, Err(ContextError::Absent));
        if absent
            && event.len() == 2
            && event.get(CONTEXT).is_some_and(fits)
            && event.get(ARGUMENTS).is_some_and(Value::is_object)
            && let (Some(Value::Object(context)), Some(Value::Object(arguments))) =
                (event.remove(CONTEXT), event.remove(ARGUMENTS))
        {
            return (Self::of(context), arguments);
        }
        (self, event)
    }
}

/// Whether it is an object that `Invoke` would take in base64.
fn fits(context: &Value) -> bool {
    context.is_object() && context.to_string().len().div_ceil(3) * 4 <= LIMIT
}

impl OutgoingContext<'_> {
    /// The event that stands for an invocation with this client context and these arguments.
    ///
    /// # Errors
    ///
    /// [`TooLarge`], as [`encode`](Self::encode).
    pub fn envelope(&self, arguments: &Object) -> Result<Value, TooLarge> {
        self.encode()?;
        Ok(json!({ CONTEXT: self.json(), ARGUMENTS: arguments }))
    }
}

#[cfg(test)]
mod tests;
