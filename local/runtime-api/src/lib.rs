//! A Lambda Runtime API server for functions that run as processes.
