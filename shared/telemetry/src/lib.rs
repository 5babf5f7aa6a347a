//! JSON logs and the audit record.
