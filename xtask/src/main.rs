//! What CI and contributors run beyond cargo test.

fn main() {}
