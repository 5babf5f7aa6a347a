//! A browser as far as these pages need one: cookies, redirects within the origin, forms.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::header::{COOKIE, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use url::Url;
use url::form_urlencoded::Serializer;

use super::fixture::{Answer, Served, headers};

#[derive(Clone, Default)]
pub(super) struct Browser {
    pub(super) cookies: BTreeMap<String, String>,
}

/// Where a browser ends up.
pub(super) struct Page {
    /// Within the provider.
    pub(super) path: String,
    pub(super) answer: Answer,
}

/// What stands between two marks, at their first place.
pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

pub(super) fn encoded(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl Browser {
    pub(super) async fn open(&mut self, served: &Served, path: &str) -> Page {
        let answer = self.send(served, Method::GET, path, &[], String::new()).await;
        self.follow(served, path, answer).await
    }

    /// Sends the form of a page with these fields more.
    pub(super) async fn submit(&mut self, served: &Served, page: &Page, fields: &[(&str, &str)]) -> Page {
        let hidden = page.hidden();
        let mut all: Vec<_> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.extend(fields);
        self.post(served, page.action(), &all).await
    }

    pub(super) async fn post(&mut self, served: &Served, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = encoded(fields);
        let list = [
            ("origin", served.issuer.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let answer = self.send(served, Method::POST, path, &list, form).await;
        self.follow(served, path, answer).await
    }

    /// From the client's link to the page that asks for consent.
    pub(super) async fn consent(&mut self, served: &Served, link: &str, account: &str) -> Page {
        let page = self.open(served, link).await;
        assert!(page.path.starts_with("/sign-in?"), "{} {}", page.path, page.answer.body);
        let page = self.submit(served, &page, &[("account", account)]).await;
        assert!(page.path.starts_with("/consent?"), "{} {}", page.path, page.answer.body);
        assert_eq!(page.answer.status, 200);
        page
    }

    /// The whole way. The answer to the client.
    pub(super) async fn allow(&mut self, served: &Served, link: &str, account: &str) -> BTreeMap<String, String> {
        let page = self.consent(served, link, account).await;
        self.submit(served, &page, &[("decision", "allow")]).await.to_client()
    }

    pub(super) async fn send(
        &mut self,
        served: &Served,
        method: Method,
        path: &str,
        list: &[(&'static str, &str)],
        body: String,
    ) -> Answer {
        let mut list: HeaderMap = headers(list);
        if !self.cookies.is_empty() {
            let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            list.insert(COOKIE, HeaderValue::from_str(&cookies.join("; ")).unwrap());
        }
        let answer = served.send(method, path, list, body).await;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            match cookie.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }

    async fn follow(&mut self, served: &Served, path: &str, mut answer: Answer) -> Page {
        let mut path = path.to_owned();
        for _ in 0..5 {
            let Some(location) = answer.headers.get(LOCATION).map(|location| location.to_str().unwrap().to_owned())
            else {
                break;
            };
            assert_eq!(answer.status, 303);
            if !location.starts_with('/') {
                break;
            }
            answer = self.send(served, Method::GET, &location, &[], String::new()).await;
            path = location;
        }
        Page { path, answer }
    }
}

impl Page {
    fn action(&self) -> &str {
        between(&self.answer.body, "<form method=\"post\" action=\"", "\"")
    }

    pub(super) fn hidden(&self) -> Vec<(String, String)> {
        let inputs = self.answer.body.split("<input type=\"hidden\" name=\"").skip(1);
        let pair = |input: &str| {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            (name.to_owned(), rest.split_once('"').unwrap().0.to_owned())
        };
        inputs.map(pair).collect()
    }

    /// The parameters with which the browser is sent to the client.
    pub(super) fn to_client(&self) -> BTreeMap<String, String> {
        assert_eq!(self.answer.status, 303, "{}", self.answer.body);
        assert_eq!(self.answer.headers["referrer-policy"], "no-referrer");
        let location = self.answer.headers[LOCATION].to_str().unwrap();
        Url::parse(location).unwrap().query_pairs().into_owned().collect()
    }
}
