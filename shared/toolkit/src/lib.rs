//! Typed tools for AgentCore Gateway Lambda targets.
