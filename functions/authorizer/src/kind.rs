//! Which service sent an event, and in which format.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// The services that the function answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// AgentCore Gateway, for an interceptor.
    Interceptor,
    /// API Gateway, for an authorizer.
    Api(Format),
}

/// The formats in which API Gateway asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// HTTP API, payload 2.0.
    Http,
    /// REST API, authorizer of type REQUEST.
    RestRequest,
    /// REST API, authorizer of type TOKEN.
    RestToken,
}

/// The members by which the formats differ, those that each of them requires.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Marks {
    interceptor_input_version: Option<IgnoredAny>,
    version: Option<String>,
    r#type: Option<String>,
    method_arn: Option<IgnoredAny>,
    route_arn: Option<IgnoredAny>,
    authorization_token: Option<IgnoredAny>,
}

impl Kind {
    /// The kind of an event that has all the marks of one kind and none of another. An HTTP API's payload 1.0 has those of
    /// two, and is none: it wants a policy for a path that IAM could misread, where 2.0 wants yes or no.
    ///
    /// The marks are looked for before the rest is read, because an interceptor's event may hold a message that nobody can
    /// read strictly, and its sender has to be told.
    pub(crate) fn of(event: &[u8]) -> Option<Self> {
        let marks: Marks = serde_json::from_slice(event).ok()?;
        let present = (
            marks.interceptor_input_version.is_some(),
            marks.method_arn.is_some(),
            marks.route_arn.is_some(),
            marks.authorization_token.is_some(),
        );
        match (present, marks.r#type.as_deref(), marks.version.as_deref()) {
            ((true, false, false, false), ..) => Some(Self::Interceptor),
            ((false, false, true, false), Some("REQUEST"), Some("2.0")) => Some(Self::Api(Format::Http)),
            ((false, true, false, false), Some("REQUEST"), None) => Some(Self::Api(Format::RestRequest)),
            ((false, true, false, true), Some("TOKEN"), None) => Some(Self::Api(Format::RestToken)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Format, Kind};

    const INTERCEPTOR: &str = r#""interceptorInputVersion":"1.0","mcp":{}"#;
    const HTTP_API: &str = r#""version":"2.0","type":"REQUEST","routeArn":"a","identitySource":["b"]"#;
    const REST_REQUEST: &str = r#""type":"REQUEST","methodArn":"a""#;
    const REST_TOKEN: &str = r#""type":"TOKEN","methodArn":"a","authorizationToken":"b""#;

    fn kind(members: &str) -> Option<Kind> {
        Kind::of(format!("{{{members}}}").as_bytes())
    }

    #[rstest]
    #[case(INTERCEPTOR, Kind::Interceptor)]
    #[case(HTTP_API, Kind::Api(Format::Http))]
    #[case(REST_REQUEST, Kind::Api(Format::RestRequest))]
    #[case(REST_TOKEN, Kind::Api(Format::RestToken))]
    fn each_kind_is_known_by_what_its_format_requires(#[case] members: &str, #[case] expected: Kind) {
        assert_eq!(kind(members), Some(expected));
    }

    /// It is how either service may write a member that is not there.
    #[rstest]
    fn a_null_is_no_mark(
        #[values(INTERCEPTOR, HTTP_API, REST_REQUEST, REST_TOKEN)] members: &str,
        #[values("interceptorInputVersion", "methodArn", "routeArn", "authorizationToken", "version")] mark: &str,
    ) {
        if !members.contains(&format!("\"{mark}\"")) {
            assert_eq!(kind(&format!("{members},\"{mark}\":null")), kind(members));
        }
    }

    #[rstest]
    fn the_marks_of_two_kinds_are_those_of_none(
        #[values(INTERCEPTOR, HTTP_API, REST_REQUEST, REST_TOKEN)] one: &str,
        #[values(INTERCEPTOR, HTTP_API, REST_REQUEST, REST_TOKEN)] other: &str,
    ) {
        // A member that both have would be there twice, which is refused for that alone.
        let names = |members: &str| {
            members.split(',').map(|member| member.split(':').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let missing =
            other.split(',').filter(|member| !names(one).contains(&member.split(':').next().unwrap().to_owned()));
        let both = std::iter::once(one).chain(missing).collect::<Vec<_>>().join(",");
        if one != other && !(one == REST_TOKEN && other == REST_REQUEST) {
            assert_eq!(kind(&both), None, "{both}");
        }
    }

    /// What AWS adds to it later must not end every call.
    #[test]
    fn an_interceptor_event_may_have_more_members() {
        let members = format!(r#"{INTERCEPTOR},"type":"REQUEST","version":"2.0","requestId":"a""#);
        assert_eq!(kind(&members), Some(Kind::Interceptor));
    }

    #[rstest]
    #[case::nothing("")]
    #[case::http_api_payload_1(
        r#""version":"1.0","type":"REQUEST","methodArn":"a","identitySource":"b","authorizationToken":"b""#
    )]
    #[case::http_api_payload_1_without_identity_source(r#""version":"1.0","type":"REQUEST","methodArn":"a""#)]
    #[case::http_api_payload_3(r#""version":"3.0","type":"REQUEST","routeArn":"a""#)]
    #[case::http_api_without_version(r#""type":"REQUEST","routeArn":"a""#)]
    #[case::http_api_without_type(r#""version":"2.0","routeArn":"a""#)]
    #[case::a_request_that_passed_an_api(r#""version":"2.0","routeKey":"GET /a","headers":{}"#)]
    #[case::token_without_token(r#""type":"TOKEN","methodArn":"a""#)]
    #[case::token_without_method(r#""type":"TOKEN","authorizationToken":"b""#)]
    #[case::request_with_a_token(r#""type":"REQUEST","methodArn":"a","authorizationToken":"b""#)]
    #[case::other_case(r#""type":"token","methodArn":"a","authorizationToken":"b""#)]
    #[case::type_is_a_list(r#""type":["TOKEN"],"methodArn":"a","authorizationToken":"b""#)]
    #[case::a_mark_twice(r#""type":"TOKEN","type":"TOKEN","methodArn":"a","authorizationToken":"b""#)]
    fn anything_else_is_no_kind(#[case] members: &str) {
        assert_eq!(kind(members), None);
    }
}
