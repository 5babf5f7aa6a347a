//! Who is calling, proved: OAuth transaction tokens.
