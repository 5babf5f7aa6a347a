//! Makes and rotates the keys that countersign, and tells the other functions where the gateway is.
//!
//! Whoever has the private key can be anybody to every tool, and a tool that lacks the public key refuses everybody. So
//! the two secrets change in one order only, and each change is one that may be the last:
//!
//! | | `signing` in use | `signing` to come | `verification` |
//! | --- | --- | --- | --- |
//! | nothing yet | | | |
//! | first keys, published | | | A B |
//! | first keys | A, next B | | A B |
//! | `createSecret` | A, next B | B, next C | A B |
//! | `setSecret` | A, next B | B, next C | A B C |
//! | `testSecret` | the same | the same | the same |
//! | `finishSecret` | B, next C | | A B C |
//! | emergency, staged | B, next C | X, next Y | A B C |
//! | emergency, published | B, next C | X, next Y | B C X Y |
//! | emergency, in use | X, next Y | | B C X Y |
//! | emergency, done | X, next Y | | X Y |
//!
//! 1. No key signs that `verification` lacks: what signs is in it before and stays in it after.
//! 2. In a rotation a key is public for a day before it signs, and for a day after. So no rotation begins within
//!    25 hours of the one before, and one that was begun is finished within an hour or not at all.
//! 3. A step looks at what is there, does the next thing and looks again. One that was cut short is completed by whoever
//!    comes next; one that is done does nothing.
//! 4. A change takes the place of what was read. Of two that come at the same time one finds its ground gone, and looks
//!    again.
//! 5. Keys that exist are kept, whatever CloudFormation asks for. What is damaged is an error and stays: only an
//!    `emergency` replaces it.
//! 6. CloudFormation always gets an answer, also when this function panics or runs out of time. No answer, log line or
//!    error holds a key.
//!
//! Two emergencies at once are the exception to the first: each gives the other's keys up, and calls may be refused until
//! one of them ends.
//!
//! After an emergency a call is refused for as long as its authorizer still signs with a key that is gone, and a tool
//! still believes the old key until it meets a new one: both read their secret again within the hour. New instances of the
//! functions, made by any change of their configuration, do so at once.

mod configuration;
mod custom_resource;
mod emergency;
mod event;
mod first_keys;
mod function;
mod gateway;
mod patience;
mod plan;
mod responder;
mod rotation;
mod state;
mod vault;

pub use function::{Failure, KeyRotation};
pub use gateway::PropertyError;
pub use plan::{Refusal, Secret};
pub use responder::ResponderError;
