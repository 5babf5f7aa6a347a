//! Lean AWS clients, built from the Lambda environment.
