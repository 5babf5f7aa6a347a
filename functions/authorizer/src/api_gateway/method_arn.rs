//! The name of what is asked for, `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>`.

/// The longest that API Gateway makes, in bytes. Beyond it, it answers 414 by itself.
const MAX: usize = 1_600;

/// The longest in a policy, in bytes.
const MAX_IN_POLICY: usize = 512;

/// The ARN of a method or route of an API. Whoever calls the API has chosen the path in it.
pub(crate) struct MethodArn {
    text: String,
    /// Where the path begins.
    stage: std::ops::Range<usize>,
}

impl MethodArn {
    /// Reads an ARN; none if it is that of something else.
    pub(crate) fn parse(text: String) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, "execute-api", region, account, resource] = parts.as_slice() else { return None };
        let mut names = resource.splitn(3, '/');
        let (api, stage) = (names.next()?, names.next()?);
        names.next().filter(|rest| !rest.is_empty())?;
        let sound = text.len() <= MAX && [*partition, *region, *account, api, stage].into_iter().all(is_name);
        let start = text.len() - resource.len();
        let stage = start..start + api.len() + 1 + stage.len();
        sound.then_some(Self { text, stage })
    }

    /// `<api>/<stage>`: what the owner of the API has named, and nothing that a caller has.
    pub(crate) fn stage(&self) -> &str {
        self.text.get(self.stage.clone()).unwrap_or_default()
    }

    /// The ARN as a policy may name it: IAM reads it as this one name. `*` and `?` would be patterns, so that a request for
    /// the path `/*` would open every path, and `${` begins a variable. What a URL's path holds beside them (RFC 3986 §3.3)
    /// means itself.
    pub(crate) fn exactly(&self) -> Option<&str> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%!&'()+,;=:@/".contains(&byte);
        (self.text.len() <= MAX_IN_POLICY && self.text.bytes().all(plain)).then_some(&self.text)
    }
}

/// Letters, digits, `-`, `_`, and the `$` of the stage `$default`.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_$".contains(&byte))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::MethodArn;

    const STAGE: &str = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/prod";

    fn asked_for(rest: &str) -> Option<MethodArn> {
        MethodArn::parse(format!("{STAGE}/{rest}"))
    }

    #[rstest]
    #[case::root("GET/")]
    #[case::path("GET/orders/7")]
    #[case::what_a_path_may_hold("PUT/a-b.c_d~e%2Af!g&h'i(j)k+l,m;n=o:p@q")]
    fn what_means_itself_is_named_as_it_came(#[case] rest: &str) {
        let arn = asked_for(rest).unwrap();
        assert_eq!(arn.exactly(), Some(format!("{STAGE}/{rest}").as_str()));
        assert_eq!(arn.stage(), "a1b2c3d4e5/prod");
    }

    #[rstest]
    #[case::every_path("GET/*")]
    #[case::every_method("*/orders")]
    #[case::one_character("GET/order?")]
    #[case::variable("GET/${aws:username}")]
    #[case::escaped_pattern("GET/${*}")]
    #[case::quote("GET/\"")]
    #[case::backslash("GET/\\")]
    #[case::line_break("GET/\n")]
    #[case::space("GET/a b")]
    #[case::beyond_ascii("GET/\u{e9}")]
    #[case::web_socket("$connect")]
    fn what_iam_may_read_as_more_is_never_named(#[case] rest: &str) {
        assert_eq!(asked_for(rest).unwrap().exactly(), None);
    }

    #[test]
    fn what_is_too_long_for_a_policy_is_never_named() {
        let longest = 512 - STAGE.len() - "/GET/".len();
        assert!(asked_for(&format!("GET/{}", "a".repeat(longest))).unwrap().exactly().is_some());
        assert!(asked_for(&format!("GET/{}", "a".repeat(longest + 1))).unwrap().exactly().is_none());
    }

    #[rstest]
    #[case::empty("")]
    #[case::pattern("*")]
    #[case::no_arn("execute-api")]
    #[case::other_service("arn:aws:lambda:eu-central-1:111122223333:a1b2c3d4e5/prod/GET/")]
    #[case::no_stage("arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5")]
    #[case::no_method("arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/prod")]
    #[case::empty_method("arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/prod/")]
    #[case::any_api("arn:aws:execute-api:eu-central-1:111122223333:*/prod/GET/")]
    #[case::any_stage("arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/*/GET/")]
    #[case::any_account("arn:aws:execute-api:eu-central-1:*:a1b2c3d4e5/prod/GET/")]
    #[case::no_account("arn:aws:execute-api:eu-central-1::a1b2c3d4e5/prod/GET/")]
    fn what_is_no_method_of_one_api_is_refused(#[case] text: &str) {
        assert!(MethodArn::parse(text.to_owned()).is_none());
    }

    #[test]
    fn what_is_longer_than_api_gateway_makes_is_refused() {
        assert!(asked_for(&format!("GET/{}", "a".repeat(1_600))).is_none());
    }
}
