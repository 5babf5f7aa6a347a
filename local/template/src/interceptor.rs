//! `InterceptorConfigurations` of a gateway.

use crate::error::{Place, Problem, one_of};
use crate::fields::Fields;
use crate::node::Node;

/// A function that sees every MCP message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interceptor {
    /// The ARN of the function.
    pub function: String,
    /// When it runs: one point or both.
    pub points: Vec<Point>,
    /// Whether it is shown the request's headers, the bearer token among them.
    pub pass_request_headers: bool,
}

/// When an interceptor runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// Before the target.
    Request,
    /// Before the client.
    Response,
}

/// `called` takes the functions that are named.
pub(crate) fn read(
    configurations: Option<&Node>,
    called: &mut Vec<(String, Place)>,
) -> Result<Vec<Interceptor>, Problem> {
    let Some(configurations) = configurations else {
        return Ok(Vec::new());
    };
    let mut interceptors = Vec::new();
    let mut served = Vec::new();
    for node in configurations.counted_list("interceptors", 1..=2)? {
        let mut fields = Fields::of(node, "an interceptor")?;
        let mut interceptor = Fields::of(fields.required("Interceptor")?, "`Interceptor`")?;
        let mut lambda = Fields::of(interceptor.required("Lambda")?, "`Lambda`")?;
        let arn = lambda.required("Arn")?;
        let function = arn.text("the ARN of a function")?.to_owned();
        called.push((function.clone(), arn.place));
        lambda.finish()?;
        interceptor.finish()?;

        let mut points = Vec::new();
        for node in fields.required("InterceptionPoints")?.counted_list("interception points", 1..=2)? {
            let expected = one_of(["REQUEST", "RESPONSE"]);
            let point = match node.text(&expected)? {
                "REQUEST" => Point::Request,
                "RESPONSE" => Point::Response,
                _ => return Err(node.instead_of(expected)),
            };
            if served.contains(&point) {
                return Err(node.instead_of("each interception point once in the gateway"));
            }
            served.push(point);
            points.push(point);
        }
        let pass_request_headers = match fields.optional("InputConfiguration") {
            None => false,
            Some(node) => {
                let mut input = Fields::of(node, "`InputConfiguration`")?;
                let pass = input.required("PassRequestHeaders")?.boolean()?;
                input.finish()?;
                pass
            }
        };
        fields.finish()?;
        interceptors.push(Interceptor { function, points, pass_request_headers });
    }
    Ok(interceptors)
}
