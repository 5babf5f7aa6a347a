//! One row of the table.

use access_token::{AudienceRule, Profile, Rejection, Verifier};
use log_capture::{Log, Secrets};
use serde_json::{Value, json};
use tokio::runtime::Builder;

use crate::signer::Signer;
use crate::world::{Keys, Signing, World, ours, verify};

/// A rule and its number.
#[derive(Clone, Copy)]
pub(crate) struct Rule(pub(crate) u8, pub(crate) &'static str);

/// Makes what is presented, one after the other.
type Present = dyn Fn(&World) -> Vec<String> + Send + Sync;

pub(crate) struct Case {
    pub(crate) rule: Rule,
    pub(crate) what: String,
    pub(crate) expected: Result<(), Rejection>,
    pub(crate) requests: usize,
    profile: Profile,
    signer: Signing,
    trusts_the_stranger: bool,
    audience: fn() -> AudienceRule,
    keys: Option<Keys>,
    credentials: Box<Present>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Got {
    pub(crate) verdict: Result<(), Rejection>,
    pub(crate) requests: usize,
    /// What was done or shown beside.
    amiss: Vec<String>,
}

impl Got {
    pub(crate) fn as_expected(case: &Case) -> Self {
        Self { verdict: case.expected, requests: case.requests, amiss: Vec::new() }
    }
}

impl Rule {
    /// A good token that is accepted after one reading of discovery document and keys. What follows changes that.
    pub(crate) fn case(self, what: impl Into<String>) -> Case {
        Case {
            rule: self,
            what: what.into(),
            expected: Ok(()),
            requests: 2,
            profile: Profile::Generic,
            signer: Signer::ed25519,
            trusts_the_stranger: false,
            audience: ours,
            keys: None,
            credentials: Box::new(|world| vec![format!("Bearer {}", world.good())]),
        }
    }
}

impl Case {
    pub(crate) fn at(self, profile: Profile) -> Self {
        Self { profile, ..self }
    }

    pub(crate) fn signed_by(self, signer: Signing) -> Self {
        Self { signer, ..self }
    }

    pub(crate) fn trusting_the_stranger(self) -> Self {
        Self { trusts_the_stranger: true, ..self }
    }

    pub(crate) fn for_audience(self, audience: fn() -> AudienceRule) -> Self {
        Self { audience, ..self }
    }

    /// These are the issuer's keys.
    pub(crate) fn with_keys(self, keys: Keys) -> Self {
        Self { keys: Some(keys), ..self }
    }

    pub(crate) fn header(self, changes: Value) -> Self {
        self.token(move |world| world.token(changes.clone(), json!({})))
    }

    pub(crate) fn claims(self, changes: Value) -> Self {
        self.token(move |world| world.token(json!({}), changes.clone()))
    }

    pub(crate) fn token(self, token: impl Fn(&World) -> String + Send + Sync + 'static) -> Self {
        self.credentials(move |world| format!("Bearer {}", token(world)))
    }

    /// The whole value of `Authorization`.
    pub(crate) fn credentials(self, credentials: impl Fn(&World) -> String + Send + Sync + 'static) -> Self {
        self.each_of(move |world| vec![credentials(world)])
    }

    /// One after the other, all with the same outcome.
    pub(crate) fn each_of(self, credentials: impl Fn(&World) -> Vec<String> + Send + Sync + 'static) -> Self {
        Self { credentials: Box::new(credentials), ..self }
    }

    pub(crate) fn refused(self, expected: Rejection, requests: usize) -> Self {
        Self { expected: Err(expected), requests, ..self }
    }

    pub(crate) fn run(&self) -> Got {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(self.outcome())
    }

    async fn outcome(&self) -> Got {
        let log = Log::capture();
        let world = World::of(self.profile, (self.signer)()).await;
        if let Some(keys) = self.keys {
            world.provider.publish(&keys(&world));
        }
        let mut trusted = vec![world.trusted()];
        if self.trusts_the_stranger {
            trusted.push(world.of_the_stranger());
        }
        let verifier = Verifier::new(trusted).unwrap();
        let credentials = (self.credentials)(&world);
        let mut secrets = Secrets::default();
        let (mut verdicts, mut shown) = (Vec::new(), String::new());
        for credentials in &credentials {
            secrets.add_words_of(credentials);
            let verdict = verify(&verifier, &(self.audience)(), credentials).await;
            shown += &match &verdict {
                Ok(claims) => format!("{claims:?}"),
                Err(rejection) => format!("{rejection} {rejection:?} {}", rejection.reason()),
            };
            verdicts.push(verdict.map(drop));
        }
        verdicts.dedup();
        shown += &log.text();
        let mut amiss = Vec::new();
        if verdicts.len() != 1 {
            amiss.push(format!("several verdicts: {verdicts:?}"));
        }
        if world.stranger.fetches() != (0, 0) {
            amiss.push("somebody else was asked because the token said so".to_owned());
        }
        amiss.extend(secrets.first_in(&shown).map(|secret| format!("`{secret}` of the credentials is shown: {shown}")));
        Got { verdict: verdicts[0], requests: world.requests(), amiss }
    }

    /// Whether it is what was expected.
    pub(crate) fn judge(&self, got: &Got) -> Result<(), String> {
        let mut amiss = got.amiss.clone();
        if got.verdict != self.expected {
            amiss.push(format!("expected {:?}, got {:?}", self.expected, got.verdict));
        }
        if got.requests != self.requests {
            amiss.push(format!("expected {} requests to the issuer, got {}", self.requests, got.requests));
        }
        if amiss.is_empty() { Ok(()) } else { Err(amiss.join("; ")) }
    }
}
