//! Nothing is waited for without end. Time is paused: it runs ahead when there is nothing else to do.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt as _, pending};
use futures_util::stream;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use uuid::Uuid;

use super::PROFILE;
use crate::answer::JSON;
use crate::invoke::Functions;
use crate::message::Message;
use crate::{Invocation, Invoke, InvokeError};

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_given_up() {
    let body = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
    let answer = Message::read(&HeaderMap::from_iter([(CONTENT_TYPE, JSON)]), body).await;
    assert_eq!(answer.err().unwrap().status, StatusCode::REQUEST_TIMEOUT);
}

struct Silent;

impl Invoke for Silent {
    fn invoke<'a>(&'a self, _: Invocation<'a>) -> BoxFuture<'a, Result<Bytes, InvokeError>> {
        pending().boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_that_never_answers_is_given_up() {
    let invocation =
        Invocation { function: PROFILE, event: Bytes::new(), client_context: None, request_id: Uuid::nil() };
    let outcome = Functions::new(Arc::new(Silent)).invoke(invocation).await;
    assert_eq!(outcome, Err(InvokeError::TimedOut));
}
