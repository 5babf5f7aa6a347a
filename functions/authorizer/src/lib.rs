//! Gateway interceptor: verifies the user, decides, countersigns.
