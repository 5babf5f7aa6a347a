//! The Gateway interceptor: verifies the user's token, applies policy, countersigns the identity for the tool. The same
//! function is a Lambda authorizer of API Gateway, if it is told of an API (`api_gateway`).
//!
//! The Gateway has already verified the token. This function does so again, because it can be invoked directly, and a
//! gateway can be set to verify nothing: what it countersigns, it has seen itself.
//!
//! 1. It fails closed: a doubt about the token, the policy, the keys or the message is a denial, and says so.
//! 2. What is judged is what is forwarded: one value, read strictly, written again. Nothing else of the event is used.
//! 3. No header of the client's is returned, least of all `Authorization`; an allowed call carries exactly one, ours.
//! 4. A denied call is an answer that the model can read, not a status that ends the assistant's session.
//! 5. A list shows what its reader may call, and nothing if it is not clear who reads.
//! 6. Whose access was withdrawn is out within 30 seconds, or a minute if Secrets Manager cannot be reached; after that
//!    minute everybody is.
//! 7. One audit line a decision. No token, no argument in it or in any log.
//!
//! Reading order: [`Authorizer`] is told by `configuration` what to trust; `kind` says who asks; `request` and `response`
//! are the two points at which the Gateway asks; `identity` turns a header into a verified person.

mod access;
mod api_gateway;
mod authorizer;
mod configuration;
mod denial;
mod forwarded_groups;
mod identity;
mod kind;
mod listing;
mod record;
mod request;
mod response;

pub use authorizer::{Authorizer, StartError};
pub use configuration::Configuration;
