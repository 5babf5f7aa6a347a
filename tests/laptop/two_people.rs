//! Two people at once, in two browsers or in one: each client acts for the person who agreed to it, and nobody else.

use rstest::rstest;

use crate::browser::{Browser, Page};
use crate::countersign::Countersign;
use crate::identity::{account, assert_is};
use crate::oauth_client::{OAuthClient, Tokens, assert_refused};

/// A person at their own browser, and the client that sent them there.
struct Desk {
    person: &'static str,
    client: OAuthClient,
    browser: Browser,
}

impl Desk {
    /// The clients are of one program, as it is when two people use the same assistant.
    async fn two(countersign: &Countersign) -> [Self; 2] {
        let client = countersign.registered("Assistant").await;
        ["alice", "bob"].map(|person| Self {
            person,
            client: client.again(),
            browser: Browser::at(&countersign.issuer),
        })
    }

    async fn consent(&mut self) -> Page {
        self.browser.consent(&self.client.link(), self.person).await
    }

    async fn allow(&mut self, page: &Page) -> String {
        let answered = self.browser.press(page, "decision", "allow").await;
        self.client.code(&answered.location().expect("the way back to the client"))
    }

    /// A call with these tokens is one of this person, through this client.
    async fn assert_owns(&self, tokens: &Tokens, countersign: &Countersign) {
        assert_called(&self.client, tokens, self.person, countersign).await;
    }
}

async fn assert_called(client: &OAuthClient, tokens: &Tokens, person: &str, countersign: &Countersign) {
    let said = client.call(tokens).await.said();
    assert_is(&said, &account(person), &countersign.issuer);
    assert_eq!(said["client_id"], client.id.as_str());
}

/// Every step is done by both before either goes on, and what one began first the other ends first.
#[tokio::test]
async fn two_browsers_step_by_step_at_once_are_two_people() {
    let countersign = Countersign::shared();
    let [mut alice, mut bob] = Desk::two(&countersign).await;
    let choice = [alice.browser.open(&alice.client.link()).await, bob.browser.open(&bob.client.link()).await];
    let consent = [
        alice.browser.press(&choice[0], "account", "alice").await,
        bob.browser.press(&choice[1], "account", "bob").await,
    ];
    let code = [bob.allow(&consent[1]).await, alice.allow(&consent[0]).await];
    let first = [alice.client.redeem(&code[1]).await, bob.client.redeem(&code[0]).await];
    alice.assert_owns(&first[0], &countersign).await;
    bob.assert_owns(&first[1], &countersign).await;

    let (one, other) = tokio::join!(bob.client.refresh(&first[1]), alice.client.refresh(&first[0]));
    let (bobs, alices) = tokio::join!(bob.client.call(&one), alice.client.call(&other));
    assert_is(&bobs.said(), &account("bob"), &countersign.issuer);
    assert_is(&alices.said(), &account("alice"), &countersign.issuer);
}

/// Both codes are of one client and one redirect URI. A program that mixed up its people's answers gets nothing for
/// them, rather than the other one's tools.
#[tokio::test]
async fn an_answer_that_reached_the_other_client_is_worth_nothing() {
    let countersign = Countersign::shared();
    let [mut alice, mut bob] = Desk::two(&countersign).await;
    let (page, other_page) = (alice.consent().await, bob.consent().await);
    let (code, other_code) = (alice.allow(&page).await, bob.allow(&other_page).await);
    assert_refused(&alice.client.token(&alice.client.redemption(&other_code)).await, 400, "invalid_grant");
    assert_refused(&bob.client.token(&bob.client.redemption(&code)).await, 400, "invalid_grant");
    // Whom to give them to is uncertain now, so nobody gets anything for them.
    assert_refused(&alice.client.token(&alice.client.redemption(&code)).await, 400, "invalid_grant");
    assert_refused(&bob.client.token(&bob.client.redemption(&other_code)).await, 400, "invalid_grant");
}

/// What one browser knows of its own sign-in, used in the other one.
#[derive(Clone, Copy)]
enum Swapped {
    /// The address of the page that asks for consent, as when somebody sends it to somebody.
    Address,
    /// The address of the page that asks who it is.
    SignInAddress,
    /// The whole form of consent.
    Form,
    /// The form's own fields, with the interaction of the browser itself.
    FormToken,
    /// Which browser it is, while the other person stays signed in.
    BrowserCookie,
}

#[rstest]
#[case::address(Swapped::Address)]
#[case::sign_in_address(Swapped::SignInAddress)]
#[case::form(Swapped::Form)]
#[case::form_token(Swapped::FormToken)]
#[case::browser_cookie(Swapped::BrowserCookie)]
#[tokio::test]
async fn what_is_of_one_browser_is_refused_in_the_other_and_both_go_on(#[case] swapped: Swapped) {
    let countersign = Countersign::shared();
    let [mut alice, mut bob] = Desk::two(&countersign).await;
    let (alices, bobs) = (alice.consent().await, bob.consent().await);
    let kept = alice.browser.cookies.clone();
    let refused = match swapped {
        Swapped::Address => alice.browser.open(&bobs.address).await,
        Swapped::SignInAddress => alice.browser.open(&bobs.address.replace("/consent", "/sign-in")).await,
        Swapped::Form => alice.browser.press(&bobs, "decision", "allow").await,
        Swapped::FormToken => {
            let form = alices.hidden().with("form_token", bobs.hidden().value("form_token")).with("decision", "allow");
            alice.browser.post("/consent", &form).await
        }
        Swapped::BrowserCookie => {
            let cookie = cookie(&bob.browser, "browser");
            alice.browser.cookies.insert(cookie.0, cookie.1);
            alice.browser.press(&alices, "decision", "allow").await
        }
    };
    assert_eq!((refused.answer.status, refused.location()), (403, None), "{}", refused.answer.text);
    for name in [account("alice").name, account("bob").name, "form_token".to_owned()] {
        assert!(!refused.answer.text.contains(&name), "{name} in {}", refused.answer.text);
    }

    alice.browser.cookies = kept;
    let (code, other_code) = (alice.allow(&alices).await, bob.allow(&bobs).await);
    alice.assert_owns(&alice.client.redeem(&code).await, &countersign).await;
    bob.assert_owns(&bob.client.redeem(&other_code).await, &countersign).await;
}

/// The account is sealed to the browser. Without the value that tells browsers apart it signs nobody in elsewhere.
#[tokio::test]
async fn the_account_of_one_browser_signs_nobody_in_in_the_other() {
    let countersign = Countersign::shared();
    let [mut alice, mut bob] = Desk::two(&countersign).await;
    alice.consent().await;
    bob.consent().await;
    let cookie = cookie(&bob.browser, "account");
    alice.browser.cookies.insert(cookie.0, cookie.1);
    let page = alice.browser.open(&alice.client.again().link()).await;
    assert!(page.address.starts_with("/sign-in?"), "{}", page.address);
    // She says again who she is, and that is who she is.
    let page = alice.browser.press(&page, "account", "alice").await;
    assert!(page.answer.text.contains("Alice Archer") && !page.answer.text.contains("Bob Baker"));
}

#[tokio::test]
async fn another_account_in_the_same_browser_is_another_person_and_the_first_stays_who_they_are() {
    let countersign = Countersign::shared();
    let [mut alice, _] = Desk::two(&countersign).await;
    let page = alice.consent().await;
    let code = alice.allow(&page).await;
    let alices = alice.client.redeem(&code).await;

    let other = countersign.registered("Another").await;
    let browser = &mut alice.browser;
    let stale = browser.open(&other.link()).await;
    assert!(stale.address.starts_with("/consent?") && stale.answer.text.contains("Alice Archer"));
    let choice = browser.press(&stale, "decision", "another-account").await;
    let page = browser.press(&choice, "account", "bob").await;
    assert!(page.answer.text.contains("Bob Baker") && !page.answer.text.contains("Alice Archer"));
    // The page that named alice is still open in another tab. It does not speak for bob, nor for her any more.
    assert_eq!(browser.press(&stale, "decision", "allow").await.answer.status, 403);

    let answered = browser.press(&page, "decision", "allow").await;
    let bobs = other.redeem(&other.code(&answered.location().unwrap())).await;
    assert_called(&other, &bobs, "bob", &countersign).await;
    assert_called(&alice.client, &alice.client.refresh(&alices).await, "alice", &countersign).await;
}

/// A cookie by what it is for.
fn cookie(browser: &Browser, purpose: &str) -> (String, String) {
    let mut cookies = browser.cookies.iter();
    let (name, value) = cookies.find(|(name, _)| name.contains(purpose)).unwrap();
    (name.clone(), value.clone())
}
