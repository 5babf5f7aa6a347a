//! A person's browser, as far as a few pages with forms need one: cookies, redirects within the site, forms.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};

use crate::form::Form;
use crate::http::{Answer, Request};

const MOST_REDIRECTS: usize = 5;

/// A browser that is used at one site.
pub(crate) struct Browser {
    origin: String,
    /// By name.
    pub(crate) cookies: BTreeMap<String, String>,
}

/// What a browser shows, or where another site takes over.
pub(crate) struct Page {
    /// The address, without the site's origin unless it is the one that a person opened.
    pub(crate) address: String,
    pub(crate) answer: Answer,
}

impl Browser {
    pub(crate) fn at(origin: &str) -> Self {
        Self { origin: origin.to_owned(), cookies: BTreeMap::new() }
    }

    /// Opens an address, whole or within the site.
    pub(crate) async fn open(&mut self, address: &str) -> Page {
        let answer = self.send(Request::get(&self.whole(address))).await;
        self.follow(address.to_owned(), answer).await
    }

    /// Sends the form of a page as its person does who presses this button.
    pub(crate) async fn press(&mut self, page: &Page, name: &str, value: &str) -> Page {
        self.post(page.action(), &page.hidden().with(name, value)).await
    }

    /// Sends a form, as if a page of the site did.
    pub(crate) async fn post(&mut self, path: &str, form: &Form) -> Page {
        let origin = self.origin.clone();
        self.post_as(&[(ORIGIN.as_str(), &origin)], path, form).await
    }

    /// Sends a form, with what the browser says of the page that it is from.
    pub(crate) async fn post_as(&mut self, headers: &[(&str, &str)], path: &str, form: &Form) -> Page {
        let request = Request::form(&self.whole(path), form.encoded());
        let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        let answer = self.send(request).await;
        self.follow(path.to_owned(), answer).await
    }

    /// From a client's link to the page that asks for consent, in a browser where nobody is signed in.
    pub(crate) async fn consent(&mut self, link: &str, account: &str) -> Page {
        let page = self.open(link).await;
        assert!(page.address.starts_with("/sign-in?"), "{}: {}", page.address, page.answer.text);
        let page = self.press(&page, "account", account).await;
        assert!(page.address.starts_with("/consent?"), "{}: {}", page.address, page.answer.text);
        page
    }

    /// The whole way. Brings back where the browser is sent then.
    pub(crate) async fn allow(&mut self, link: &str, account: &str) -> String {
        let page = self.consent(link, account).await;
        self.press(&page, "decision", "allow").await.location().expect("the way back to the client")
    }

    fn whole(&self, address: &str) -> String {
        if address.starts_with('/') { format!("{}{address}", self.origin) } else { address.to_owned() }
    }

    /// Follows redirects as long as they stay here.
    async fn follow(&mut self, mut address: String, mut answer: Answer) -> Page {
        for _ in 0..MOST_REDIRECTS {
            let Some(path) = location(&answer).filter(|location| location.starts_with('/')) else { break };
            answer = self.send(Request::get(&self.whole(&path))).await;
            address = path;
        }
        Page { address, answer }
    }

    async fn send(&mut self, request: Request) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = request.header(COOKIE.as_str(), &cookies.join("; ")).send().await;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), rest.split(';').next().unwrap().to_owned());
        }
        answer
    }
}

impl Page {
    /// Where the browser is sent: to another site.
    pub(crate) fn location(&self) -> Option<String> {
        location(&self.answer)
    }

    /// The fields of its form that nobody sees.
    pub(crate) fn hidden(&self) -> Form {
        let inputs = self.answer.text.split("<input type=\"hidden\" name=\"").skip(1);
        inputs.fold(Form::default(), |form, input| {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            form.with(name, rest.split_once('"').unwrap().0)
        })
    }

    pub(crate) fn action(&self) -> &str {
        let text = &self.answer.text;
        let (_, rest) =
            text.split_once("<form method=\"post\" action=\"").unwrap_or_else(|| panic!("no form in {text}"));
        rest.split_once('"').unwrap().0
    }
}

fn location(answer: &Answer) -> Option<String> {
    Some(answer.headers.get(LOCATION)?.to_str().unwrap().to_owned())
}
