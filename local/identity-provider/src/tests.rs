//! A provider on a port of its own, reached over HTTP.

mod browser;
mod client;
mod cognito;
mod consent;
mod fixture;
mod flow;
mod forgery;
mod key;
mod metadata;
mod page;
mod restart;
mod script;
mod token;
