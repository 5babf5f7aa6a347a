//! What the fuzz targets share: keys that are made at every start, tokens that an input describes, and an authorizer with
//! all that it needs around it.

mod key;
mod server;
mod token;
mod world;

pub use key::Key;
pub use token::Token;
pub use world::World;
