//! Access token in, verified claims out.
