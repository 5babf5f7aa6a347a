//! MCP target: who am I.
