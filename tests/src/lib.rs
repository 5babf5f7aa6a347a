//! End to end: the real processes, the real clients.
