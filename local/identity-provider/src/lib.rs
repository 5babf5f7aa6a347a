//! A token issuer on real keys, for the laptop.
