//! Reads template.yaml and resolves it for the laptop.
