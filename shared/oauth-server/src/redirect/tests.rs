use rstest::rstest;

use super::{Destination, LoopbackPort, RedirectUri};

fn uri(text: &str) -> RedirectUri {
    RedirectUri::parse(text).unwrap_or_else(|_| panic!("{text} is refused"))
}

/// RFC 8252 §7.3: of a loopback redirect the port may differ, and no path is the path `/`; nothing else.
#[rstest]
#[case::same("http://127.0.0.1/callback", "http://127.0.0.1/callback", true)]
#[case::any_port("http://127.0.0.1/callback", "http://127.0.0.1:49152/callback", true)]
#[case::no_port("http://127.0.0.1:1/callback", "http://127.0.0.1/callback", true)]
#[case::other_port("http://localhost:3000/callback", "http://localhost:4000/callback", true)]
#[case::address_6("http://[::1]/callback", "http://[::1]:5000/callback", true)]
#[case::port_80("http://localhost/callback", "http://localhost:80/callback", true)]
#[case::no_path("http://127.0.0.1:1", "http://127.0.0.1:2", true)]
#[case::slash_for_no_path("http://127.0.0.1", "http://127.0.0.1:33418/", true)]
#[case::no_path_for_slash("http://127.0.0.1/", "http://127.0.0.1:33418", true)]
#[case::no_path_for_another("http://127.0.0.1/callback", "http://127.0.0.1", false)]
#[case::slash_for_another("http://127.0.0.1/callback", "http://127.0.0.1/", false)]
#[case::two_slashes("http://127.0.0.1", "http://127.0.0.1//", false)]
#[case::query_of_no_path("http://127.0.0.1/", "http://127.0.0.1?x", false)]
#[case::query_of_a_slash("http://127.0.0.1", "http://127.0.0.1/?x", false)]
#[case::other_path("http://127.0.0.1/callback", "http://127.0.0.1/callback2", false)]
#[case::longer_path("http://127.0.0.1/callback", "http://127.0.0.1/callback/", false)]
#[case::path_case("http://127.0.0.1/callback", "http://127.0.0.1/Callback", false)]
#[case::query("http://127.0.0.1/callback", "http://127.0.0.1/callback?next=x", false)]
#[case::name_for_address("http://127.0.0.1/callback", "http://localhost/callback", false)]
#[case::address_for_name("http://localhost/callback", "http://127.0.0.1/callback", false)]
#[case::address_4_for_6("http://[::1]/callback", "http://127.0.0.1/callback", false)]
#[case::https_for_http("http://localhost/callback", "https://localhost/callback", false)]
#[case::site_same("https://client.example/callback", "https://client.example/callback", true)]
#[case::site_port("https://client.example/callback", "https://client.example:8443/callback", false)]
#[case::site_subdomain("https://client.example/callback", "https://www.client.example/callback", false)]
#[case::site_slash("https://client.example", "https://client.example/", false)]
#[case::program_slash("cursor://a", "cursor://a/", false)]
#[case::site_path("https://client.example/callback", "https://client.example/callback/../evil", false)]
#[case::site_query("https://client.example/callback", "https://client.example/callback?x", false)]
#[case::https_loopback_port("https://localhost:1/callback", "https://localhost:2/callback", false)]
#[case::program("cursor://a/callback", "cursor://a/callback", true)]
#[case::program_host("cursor://a/callback", "cursor://b/callback", false)]
#[case::program_port("cursor://a:1/callback", "cursor://a:2/callback", false)]
fn a_redirect_uri_is_the_registered_text_but_for_the_port_of_loopback(
    #[case] registered: &str,
    #[case] requested: &str,
    #[case] expected: bool,
) {
    let allows = |port| RedirectUri::parse(requested).is_ok_and(|requested| uri(registered).allows(&requested, port));
    assert_eq!(allows(LoopbackPort::Any), expected);
    assert_eq!(allows(LoopbackPort::Exact), registered == requested);
}

/// What a browser would read otherwise than we do, or what has two spellings.
#[rstest]
#[case::upper_case_scheme("HTTP://localhost/callback")]
#[case::upper_case_host("http://LOCALHOST/callback")]
#[case::root_label("http://localhost./callback")]
#[case::user("http://localhost@evil.example/callback")]
#[case::port_user("http://localhost:1@evil.example/callback")]
#[case::backslash("http://localhost\\@evil.example/callback")]
#[case::lookalike("http://localhost.evil.example/callback")]
#[case::wide_letters("http://ｌocalhost/callback")]
#[case::octal("http://0177.0.0.1/callback")]
#[case::number("http://2130706433/callback")]
#[case::short("http://127.1/callback")]
#[case::mapped("http://[::ffff:127.0.0.1]/callback")]
#[case::long_6("http://[0:0:0:0:0:0:0:1]/callback")]
#[case::port_zero("http://localhost:0/callback")]
#[case::port_too_large("http://localhost:65536/callback")]
#[case::port_zeros("http://localhost:080/callback")]
#[case::port_empty("http://localhost:/callback")]
#[case::port_sign("http://localhost:+80/callback")]
#[case::no_slash("http://localhost?x")]
#[case::dots("http://localhost/a/../callback")]
#[case::space("http://localhost/call back")]
#[case::line("http://localhost/callback\n")]
#[case::tab("http://local\thost/callback")]
#[case::leading_space(" http://localhost/callback")]
#[case::fragment("http://localhost/callback#")]
#[case::fragment_of_site("https://client.example/callback#x")]
#[case::default_port("https://client.example:443/callback")]
#[case::site_upper_case("https://Client.example/callback")]
#[case::unicode("https://cl\u{131}ent.example/callback")]
#[case::site_user("https://me:pass@client.example/callback")]
#[case::empty_user("https://@client.example/callback")]
#[case::program_user("cursor://me@host/callback")]
#[case::program_fragment("cursor://host/callback#x")]
#[case::program_upper_case("Cursor://host/callback")]
#[case::no_scheme("//localhost/callback")]
#[case::script("javascript:alert(1)")]
#[case::script_with_host("javascript://host/%0aalert(1)")]
#[case::data("data:text/html,x")]
#[case::file("file:///etc/passwd")]
#[case::empty("")]
fn a_redirect_uri_has_one_spelling(#[case] text: &str) {
    assert!(RedirectUri::parse(text).is_err());
}

#[rstest]
#[case("http://127.0.0.1:1/callback", "http://127.0.0.1:1/callback?code=a+b&iss=https%3A%2F%2Fi")]
#[case("http://127.0.0.1:1", "http://127.0.0.1:1/?code=a+b&iss=https%3A%2F%2Fi")]
#[case("https://c.example/cb?keep=%41+b", "https://c.example/cb?keep=%41+b&code=a+b&iss=https%3A%2F%2Fi")]
#[case("cursor://host/callback", "cursor://host/callback?code=a+b&iss=https%3A%2F%2Fi")]
fn an_answer_is_added_and_the_rest_stays(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(uri(text).with(&[("code", "a b"), ("iss", "https://i")]), expected);
}

#[rstest]
#[case("http://127.0.0.1:1/callback", Destination::ThisMachine { host: "127.0.0.1:1".to_owned() }, "http://127.0.0.1:1")]
#[case("http://localhost/callback", Destination::ThisMachine { host: "localhost".to_owned() }, "http://localhost")]
#[case("http://[::1]:1/callback", Destination::ThisMachine { host: "[::1]:1".to_owned() }, "http:")]
#[case("https://c.example:1/callback", Destination::Site { host: "c.example:1".to_owned() }, "https://c.example:1")]
#[case("vscode://host/callback", Destination::Application { scheme: "vscode".to_owned() }, "vscode:")]
fn a_page_can_say_where_the_answer_goes_and_allow_it(
    #[case] text: &str,
    #[case] destination: Destination,
    #[case] source: &str,
) {
    assert_eq!(uri(text).destination(), &destination);
    assert_eq!(uri(text).form_action_source(), source);
}

/// The client would find two of them in its answer, and might take the one that somebody else chose.
#[rstest]
#[case::code("http://localhost/callback?code=x")]
#[case::state("https://client.example/callback?a=b&state=x")]
#[case::issuer("cursor://host/callback?iss=https://other.example")]
#[case::error("https://client.example/callback?error=x")]
#[case::description("https://client.example/callback?error_description=x")]
#[case::encoded("https://client.example/callback?%63ode=x")]
#[case::without_value("https://client.example/callback?code")]
fn a_redirect_uri_holds_no_parameter_of_an_answer(#[case] text: &str) {
    assert!(RedirectUri::parse(text).is_err());
}
