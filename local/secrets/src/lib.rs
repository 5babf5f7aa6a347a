//! Secrets Manager on loopback, so that the functions use their secrets as they do on AWS: with the SDK, by ARN.
//!
//! These are real keys: whoever reads `signing` can be anybody to every tool of the laptop's gateway.
//!
//! 1. On disk, each secret is a file that nobody but its owner may read ([`local_private_folder`]).
//! 2. On loopback, only a caller that names an access key id of this run gets one. Each function has its own, which is
//!    random and handed to it alone, so another program of the machine, or a page in a browser, cannot ask. The signature
//!    is not checked.
//! 3. A function does with a secret what its role on AWS may do, and nothing else ([`Grants`]).
//! 4. A secret is made empty and filled by the stack's own functions, as on AWS. A file that is damaged is an error that
//!    says what to do: a key that was silently replaced would break every token that is on its way.

mod credentials;
mod fault;
mod grants;
mod operation;
mod secret;
mod server;
mod store;
mod versions;

pub use credentials::Credentials;
pub use grants::Grants;
pub use local_private_folder::Error as FileError;
pub use operation::Operation;
pub use secret::{Secret, SecretId, SecretIdError};
pub use server::router;
pub use store::{Secrets, StoreError};

#[cfg(test)]
mod tests;
