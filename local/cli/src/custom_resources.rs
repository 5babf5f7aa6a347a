//! The custom resources of the template: functions of the stack make them, asked and heard as CloudFormation does it.

use std::future::IntoFuture as _;

use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::put;
use local_gateway::{Invocation, Invoke as _};
use local_template::CustomResource;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::deployment::pseudo;
use crate::failure::Failure;
use crate::functions::Functions;
use crate::listener::bind;
use crate::log::harmless;

/// The longest answer in bytes, as at CloudFormation.
const ANSWER_LIMIT: usize = 4_096;

/// Whether the stack is made or was made before.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Request {
    Create,
    Update,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    status: String,
    #[serde(default)]
    reason: String,
    request_id: String,
    stack_id: String,
    logical_resource_id: String,
}

/// Has each of them made, one after another.
pub(crate) async fn make(resources: &[CustomResource], request: Request, functions: &Functions) -> Result<(), Failure> {
    for resource in resources {
        let CustomResource { logical_id, type_name, .. } = resource;
        let failed = |reason: String| Failure::new(format!("{logical_id} ({type_name}) failed: {}", harmless(&reason)));
        ask(resource, request, functions).await.map_err(failed)?;
    }
    Ok(())
}

/// Asks the function, and hears it at a URL that nobody else is told. The function's own timeout ends the wait: whoever
/// has not answered by the end of the invocation never will.
async fn ask(resource: &CustomResource, request: Request, functions: &Functions) -> Result<(), String> {
    let bound = bind(0, "the answer", None).await;
    let (listener, address) = bound.map_err(|failure| failure.to_string())?;
    let path = format!("/{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let (sender, mut answers) = mpsc::channel(1);
    // The first answer counts.
    let take = move |body: Bytes| async move {
        if sender.try_send(body).is_ok() { StatusCode::OK } else { StatusCode::FORBIDDEN }
    };
    let router = Router::new().route(&path, put(take)).layer(DefaultBodyLimit::max(ANSWER_LIMIT));

    let (request_id, stack_id) = (Uuid::new_v4(), pseudo().stack_id());
    let mut event = json!({
        "RequestType": "Create",
        "ServiceToken": resource.function,
        "ResponseURL": format!("http://{address}{path}"),
        "StackId": stack_id,
        "RequestId": request_id.to_string(),
        "LogicalResourceId": resource.logical_id,
        "ResourceType": resource.type_name,
        "ResourceProperties": resource.properties,
    });
    if let (Request::Update, Some(event)) = (request, event.as_object_mut()) {
        let more = [
            ("RequestType", json!("Update")),
            ("PhysicalResourceId", json!(resource.logical_id)),
            ("OldResourceProperties", resource.properties.clone()),
        ];
        event.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }
    let invocation =
        Invocation { function: &resource.function, event: event.to_string().into(), client_context: None, request_id };
    let invoked = tokio::select! {
        served = axum::serve(listener, router).into_future() => return served.map_err(|error| error.to_string()),
        invoked = functions.invoke(invocation) => invoked,
    };
    let answer = answers.try_recv().ok().and_then(|body| serde_json::from_slice::<Answer>(&body).ok());
    let meant = |answer: &Answer| {
        answer.request_id == request_id.to_string()
            && answer.stack_id == stack_id
            && answer.logical_resource_id == resource.logical_id
    };
    match (answer.filter(meant), invoked) {
        (Some(answer), _) if answer.status == "SUCCESS" => Ok(()),
        (Some(answer), _) => Err(answer.reason),
        (None, Err(error)) => Err(error.to_string()),
        (None, Ok(_)) => Err("the function has not answered".to_owned()),
    }
}
