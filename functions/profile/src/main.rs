//! MCP target: who am I.

fn main() {}
