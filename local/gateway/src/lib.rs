//! AgentCore Gateway on the laptop.
