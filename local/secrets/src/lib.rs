//! Secrets Manager on loopback.
