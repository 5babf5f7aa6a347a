//! The program countersign: the whole set-up on a laptop.

fn main() {}
