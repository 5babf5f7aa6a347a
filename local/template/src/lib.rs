//! `template.yaml` as the laptop deploys it: read, resolved for one set of parameters, and typed.
//!
//! A reader that skips what it does not know would make the laptop lie: a misspelt `AllowedScope` would leave the
//! gateway open here and shut there. So whatever cannot be resolved as CloudFormation would is refused, and named.
//!
//! 1. Every [`Error`] says file, line, column, what was found and what was expected.
//! 2. On a resource that the laptop acts on, every property is either interpreted, or on a list of those that mean
//!    nothing here, or an error. An unknown resource type, intrinsic function or attribute is an error.
//! 3. A resource behind a false condition does not exist, and a reference to it is an error. So is a circle of
//!    references, and a set of parameters that a rule refuses.
//! 4. What CloudFormation would refuse at deployment (names, counts, header names) is refused here.
//! 5. Of the roles' policies it is known what each function may do with which secret. What would make that uncertain is
//!    refused.
//! 6. Input is bounded: 1 MiB, 32 levels, no anchors or aliases, a fixed number of steps to resolve it.
//!
//! [`Template::read`] → [`Template::resolve`] → [`Stack`]; [`samconfig::parameter_overrides`] reads the parameters.

mod attribute;
mod authorizer;
mod condition;
mod custom_resource;
mod dependency;
mod error;
mod fields;
mod function;
mod gateway;
mod header;
mod identifier;
mod interceptor;
mod intrinsic;
mod node;
mod parameter;
mod pseudo;
mod resolver;
mod resource;
mod role;
mod rule;
pub mod samconfig;
mod secret;
mod stack;
mod target;
mod template;
mod user_pool_client;
mod yaml;

pub use authorizer::{ClaimMatch, CustomClaim, CustomJwt};
pub use custom_resource::CustomResource;
pub use dependency::{Needs, circle};
pub use error::{Error, Place};
pub use function::Function;
pub use gateway::{ExceptionLevel, Gateway};
pub use interceptor::{Interceptor, Point};
pub use pseudo::Pseudo;
pub use role::SecretPermission;
pub use secret::Secret;
pub use stack::Stack;
pub use target::Target;
pub use template::Template;
pub use user_pool_client::UserPoolClient;

#[cfg(test)]
mod tests;
