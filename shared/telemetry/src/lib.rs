//! JSON logs and the audit record.
//!
//! 1. Logs go to standard output, one JSON object a line, which Lambda ships as it is.
//! 2. The audit record does not pass the log filter: no level switches it off.
//! 3. A panic is logged by its place alone. Its message could hold what a caller sent.

mod audit;
mod logs;

pub use audit::{Audit, AuditDetail, Event, Outcome, Person};
pub use logs::start;
