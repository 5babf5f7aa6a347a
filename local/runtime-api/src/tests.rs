//! Real processes behind a real Runtime API. What they do is told in `examples/scripted_runtime.rs`.

mod fixture;
mod invocations;
mod lifecycle;
mod neighbours;
