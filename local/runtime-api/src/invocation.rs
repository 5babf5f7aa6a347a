//! One event on its way to a function, checked as Lambda's `Invoke` checks it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderValue;
use tokio::sync::oneshot;

use crate::error::InvokeError;
use crate::limits::{CLIENT_CONTEXT_LIMIT, REQUEST_LIMIT};
use crate::trace::TraceId;

/// What the caller of an event gets.
pub(crate) type Answer = Result<Bytes, InvokeError>;

/// An event that waits in the queue, and the caller who waits for its answer.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) event: Event,
    pub(crate) caller: oneshot::Sender<Answer>,
}

/// What the runtime is told about an event, apart from its id and its deadline.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) payload: Bytes,
    pub(crate) client_context: Option<HeaderValue>,
    pub(crate) trace_id: Option<HeaderValue>,
}

impl Event {
    /// Checks the sizes, and decodes the client context, which `Invoke` carries as base64 and the runtime as JSON.
    pub(crate) fn new(payload: Bytes, client_context: Option<&str>, trace_id: &TraceId) -> Result<Self, InvokeError> {
        if payload.len() > REQUEST_LIMIT {
            return Err(InvokeError::PayloadTooLarge { size: payload.len() });
        }
        let client_context = client_context.map(decode).transpose()?;
        Ok(Self { payload, client_context, trace_id: trace_id.header() })
    }
}

fn decode(base64: &str) -> Result<HeaderValue, InvokeError> {
    if base64.len() > CLIENT_CONTEXT_LIMIT {
        return Err(InvokeError::ClientContextTooLarge { size: base64.len() });
    }
    let mut json = STANDARD.decode(base64).map_err(|_| InvokeError::InvalidClientContext)?;
    serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&json)
        .map_err(|_| InvokeError::InvalidClientContext)?;
    // A header is one line. In JSON a line end only ever stands between two tokens, where a space means the same.
    for byte in &mut json {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    HeaderValue::from_bytes(&json).map_err(|_| InvokeError::InvalidClientContext)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use rstest::rstest;
    use uuid::Uuid;

    use super::Event;
    use crate::{CLIENT_CONTEXT_LIMIT, InvokeError, REQUEST_LIMIT, TraceId};

    fn event(payload: usize, client_context: Option<&str>) -> Result<Event, InvokeError> {
        Event::new(Bytes::from(vec![b' '; payload]), client_context, &TraceId::of(Uuid::new_v4()))
    }

    #[test]
    fn an_event_has_six_megabytes_at_most() {
        assert!(event(REQUEST_LIMIT, None).is_ok());
        let size = REQUEST_LIMIT + 1;
        assert_eq!(event(size, None).unwrap_err(), InvokeError::PayloadTooLarge { size });
    }

    #[test]
    fn the_client_context_is_measured_as_base64() {
        let json = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length - 8));
        let fits = STANDARD.encode(json(2685));
        assert_eq!(fits.len(), 3580);
        assert!(event(0, Some(&fits)).is_ok());
        let size = STANDARD.encode(json(2688)).len();
        assert!(size > CLIENT_CONTEXT_LIMIT);
        let error = event(0, Some(&STANDARD.encode(json(2688)))).unwrap_err();
        assert_eq!(error, InvokeError::ClientContextTooLarge { size });
    }

    #[rstest]
    #[case::empty("")]
    #[case::not_base64("{}")]
    #[case::no_padding("e30")]
    #[case::not_json("bm8=")]
    #[case::array("W10=")]
    #[case::null("bnVsbA==")]
    fn the_client_context_is_base64_of_an_object(#[case] context: &str) {
        assert_eq!(event(0, Some(context)).unwrap_err(), InvokeError::InvalidClientContext);
    }

    #[test]
    fn line_ends_of_the_client_context_become_spaces() {
        let event = event(0, Some(&STANDARD.encode("{\n\"a\":\r\n\"ü\\n\"}"))).unwrap();
        assert_eq!(event.client_context.unwrap().as_bytes(), "{ \"a\":  \"ü\\n\"}".as_bytes());
    }
}
