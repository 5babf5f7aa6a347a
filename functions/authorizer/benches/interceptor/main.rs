//! What the authorizer computes for one call that is permitted: it verifies the token, decides by list, issues the
//! transaction token and writes the audit line.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a bench fails this way")]
#![allow(missing_docs, reason = "criterion's macros write none")]

use std::fs::File;
use std::time::{Duration, Instant};

use agentcore::runtime::{Context, Invocation};
use authorizer::{Authorizer, Configuration};
use aws_clients::SecretsManager;
use criterion::{Criterion, criterion_group, criterion_main};
use environment::Environment;
use surroundings::{Surroundings, event};

#[path = "../surroundings/mod.rs"]
mod surroundings;

fn call(criterion: &mut Criterion) {
    let surroundings = Surroundings::start(Duration::ZERO);
    let variables = surroundings.variables();
    let environment = Environment::new(|name| variables.get(name).cloned());
    let configuration = Configuration::read(&environment).unwrap();
    let authorizer = Authorizer::new(configuration, &SecretsManager::new(&environment).unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(authorizer.prefetch());

    let mut group = criterion.benchmark_group("call");
    for (algorithm, token) in surroundings.tokens() {
        let event = bytes::Bytes::from(event(&token));
        let call = || {
            let context = Context::new("request", Instant::now() + Duration::from_secs(10));
            runtime.block_on(authorizer.answer(Invocation { event: event.clone(), context })).unwrap()
        };
        group.bench_function(algorithm, |bencher| quietly(|| bencher.iter(call)));
        let answer = quietly(call);
        assert!(String::from_utf8(answer).unwrap().contains("Txn-Token"), "not permitted");
    }
}

/// Criterion writes where the audit lines go.
fn quietly<T>(work: impl FnOnce() -> T) -> T {
    let shown = rustix::io::dup(std::io::stdout()).unwrap();
    rustix::stdio::dup2_stdout(File::create("/dev/null").unwrap()).unwrap();
    let done = work();
    rustix::stdio::dup2_stdout(shown).unwrap();
    done
}

criterion_group!(benches, call);
criterion_main!(benches);
