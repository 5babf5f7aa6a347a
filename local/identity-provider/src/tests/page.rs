use reqwest::Method;
use rstest::rstest;

use super::fixture::{AUDIENCE, Answer, Served, headers, serve, serve_accounts};

/// What stands between two marks, at their first place.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

impl Served {
    async fn form_token(&self) -> String {
        between(&self.get("/").await.body, "name=\"form_token\" value=\"", "\"").to_owned()
    }

    async fn submit(&self, origin: &str, site: Option<&str>, form: String) -> Answer {
        let mut list = vec![("origin", origin), ("content-type", "application/x-www-form-urlencoded")];
        list.extend(site.map(|site| ("sec-fetch-site", site)));
        self.send(Method::POST, "/", headers(&list), form).await
    }
}

#[tokio::test]
async fn the_page_offers_every_account() {
    let answer = serve().await.get("/").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    for id in ["alice", "bob", "carol", "dora"] {
        assert!(answer.body.contains(&format!("name=\"account\" value=\"{id}\"")));
    }
    assert!(answer.body.contains("in no group"));
    assert!(!answer.body.contains("<script") && !answer.body.contains(" style="), "the policy would refuse both");
}

#[rstest]
#[case::browser(Some("same-origin"))]
#[case::older_browser(None)]
#[tokio::test]
async fn an_account_gets_its_token_and_a_command_that_holds_it(#[case] site: Option<&str>) {
    let served = serve().await;
    let form = format!("account=bob&form_token={}", served.form_token().await);
    let answer = served.submit(&served.issuer, site, form).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let field = |id: &str| {
        let element = between(&answer.body, &format!("<textarea id=\"{id}\""), "</textarea>");
        element.split_once('>').unwrap().1.replace("&#39;", "'").replace("&quot;", "\"")
    };
    let token = field("token");
    let claims = served.verify(&token).await.claims;
    assert_eq!((&claims["name"], &claims["groups"]), (&"Bob Baker".into(), &serde_json::json!(["engineering"])));
    let command = field("command");
    assert!(command.starts_with(&format!("curl -sS '{AUDIENCE}' -H 'Authorization: Bearer {token}' ")), "{command}");
    assert!(command.ends_with(r"' -w '\n'") && !command.contains('\n'), "{command}");
}

#[rstest]
#[case::another_site("http://example.com", Some("cross-site"))]
#[case::another_port("http://127.0.0.1:8484", Some("same-site"))]
#[case::opaque("null", Some("same-origin"))]
#[case::empty("", None)]
#[tokio::test]
async fn a_form_of_another_origin_is_refused(#[case] origin: &str, #[case] site: Option<&str>) {
    let served = serve().await;
    let form = format!("account=alice&form_token={}", served.form_token().await);
    let answer = served.submit(origin, site, form).await;
    assert_eq!(answer.status, 403);
    assert!(!answer.body.contains("eyJ"));
}

#[rstest]
#[tokio::test]
async fn a_browser_that_says_cross_site_is_believed(#[values("cross-site", "same-site", "none")] site: &str) {
    let served = serve().await;
    let form = format!("account=alice&form_token={}", served.form_token().await);
    assert_eq!(served.submit(&served.issuer, Some(site), form).await.status, 403);
}

#[tokio::test]
async fn a_form_without_origin_is_refused() {
    let served = serve().await;
    let form = format!("account=alice&form_token={}", served.form_token().await);
    let answer = served.send(Method::POST, "/", headers(&[]), form).await;
    assert_eq!(answer.status, 403);
}

#[rstest]
#[case::no_form_token("account=alice", 403)]
#[case::empty_form_token("account=alice&form_token=", 403)]
#[case::wrong_form_token("account=alice&form_token=00000000000000000000000000000000", 403)]
#[case::two_form_tokens("account=alice&form_token=T&form_token=T", 403)]
#[case::no_account("form_token=T", 400)]
#[case::unknown_account("account=eve&form_token=T", 400)]
#[case::two_accounts("account=alice&account=bob&form_token=T", 400)]
#[case::nothing("", 403)]
#[tokio::test]
async fn a_form_is_whole_and_ours(#[case] form: &str, #[case] status: u16) {
    let served = serve().await;
    let form = form.replace("=T", &format!("={}", served.form_token().await));
    let answer = served.submit(&served.issuer, Some("same-origin"), form).await;
    assert_eq!(answer.status, status);
    assert!(!answer.body.contains("eyJ") && !answer.body.contains("eve"));
}

#[tokio::test]
async fn a_form_is_bounded() {
    let served = serve().await;
    let form = format!("account=alice&form_token={}&x={}", served.form_token().await, "x".repeat(2000));
    assert_eq!(served.submit(&served.issuer, None, form).await.status, 413);
}

#[tokio::test]
async fn the_form_token_is_of_this_run() {
    let (served, other) = (serve().await, serve().await);
    let form = format!("account=alice&form_token={}", other.form_token().await);
    assert_eq!(served.submit(&served.issuer, None, form).await.status, 403);
    assert_eq!(served.form_token().await.len(), 32);
}

#[tokio::test]
async fn what_accounts_say_stays_text() {
    let yaml = r#"
accounts:
  - id: eve
    sub: s
    name: <img src=x onerror=alert(1)>
    email: '"><script>alert(1)</script>'
    groups: ["</li><b>", "a & b", "it's"]
"#;
    let served = serve_accounts(yaml).await;
    let form = format!("account=eve&form_token={}", served.form_token().await);
    for page in [served.get("/").await, served.submit(&served.issuer, None, form).await] {
        assert_eq!(page.status, 200);
        for markup in ["<img", "<script", "<b>"] {
            assert!(!page.body.contains(markup), "{markup}");
        }
        for text in ["&lt;img src=x onerror=alert(1)&gt;", "&quot;&gt;&lt;script&gt;", "a &amp; b", "it&#39;s"] {
            assert!(page.body.contains(text), "{text}");
        }
    }
}
