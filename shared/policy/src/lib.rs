//! May this caller see or call this tool.
