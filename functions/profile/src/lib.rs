//! The target `profile`: who am I, as the tools of this gateway see it.

mod who_am_i;

pub use who_am_i::{Identity, NoArguments, WhoAmI};
