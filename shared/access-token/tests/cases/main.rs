//! Everything that must not get past the verifier, and what must: 54 numbered cases, each of one row or more, as the run
//! prints them and `docs/verification.md` shows them.
//!
//! `cargo test -p access-token --test cases -- --nocapture` prints the table.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)] // A test may stop at the first surprise.

mod algorithm;
mod audience;
mod case;
mod client;
mod credentials;
mod elsewhere;
mod form;
mod issuer;
mod key;
mod kind;
mod order;
mod page;
mod scopes;
mod secrecy;
mod signature;
mod table;
mod times;
mod world;

// What the crate's own tests stand on, too.
#[path = "../../src/tests/good_claims.rs"]
mod good_claims;
#[allow(dead_code)] // The crate's own tests use the rest.
#[path = "../../src/tests/provider.rs"]
mod provider;
#[path = "../../src/tests/signer.rs"]
mod signer;

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use access_token::Profile;
use libtest_mimic::{Arguments, Trial};

use case::{Case, Got};
use table::Table;

const AUDIENCE: &str = "https://gateway.example/mcp";

const PROFILES: [Profile; 8] = [
    Profile::AnyToken,
    Profile::Auth0,
    Profile::Cognito,
    Profile::Entra,
    Profile::Generic,
    Profile::Keycloak,
    Profile::Okta,
    Profile::SignIn,
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let table = Arc::new(Table::of(cases()));
    let got: Arc<Mutex<Vec<Option<Got>>>> = Arc::new(Mutex::new(vec![None; table.cases().len()]));

    let mut trials: Vec<Trial> = (0..table.cases().len())
        .map(|index| {
            let (table, got) = (Arc::clone(&table), Arc::clone(&got));
            Trial::test(table.name(index), move || {
                let case = &table.cases()[index];
                let outcome = case.run();
                let verdict = case.judge(&outcome);
                got.lock().unwrap()[index] = Some(outcome);
                verdict.map_err(Into::into)
            })
        })
        .collect();
    trials.extend(elsewhere::trials());
    trials.extend(order::trials());
    trials.extend(page::trials(&table));
    trials.extend(secrecy::trials());

    let conclusion = libtest_mimic::run(&arguments, trials);
    if arguments.nocapture {
        println!("{}", table.text(|index| got.lock().unwrap()[index].clone()));
    }
    conclusion.exit_code()
}

fn cases() -> Vec<Case> {
    let themes = [
        credentials::cases,
        algorithm::cases,
        key::cases,
        signature::cases,
        form::cases,
        times::cases,
        issuer::cases,
        audience::cases,
        client::cases,
        kind::cases,
        scopes::cases,
    ];
    themes.into_iter().flat_map(|cases| cases()).collect()
}
