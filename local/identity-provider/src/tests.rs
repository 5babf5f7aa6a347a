//! A provider on a port of its own, reached over HTTP.

mod fixture;
mod key;
mod metadata;
mod page;
mod script;
mod token;
