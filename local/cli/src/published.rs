//! What runs, for another terminal to ask: files below the state folder, there as long as the gateway is.
//!
//! One process uses a state folder at a time. Two would each go by their own memory of the revocations and the sessions,
//! so that whoever is stopped in one goes on in the other. The sign of life is a lock, which a killed process cannot
//! leave behind.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use local_assistants::Connection;
use local_private_folder::{Lock, PrivateFolder};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::event::{Container, Deployed};
use crate::failure::Failure;
use crate::log;
use crate::project::program;

/// Below the state folder, which itself may be open to others.
const FOLDER: &str = "running";

const FILE: &str = "connection.json";

/// The variables of the functions, as `sam local invoke` takes them.
pub(crate) const VARIABLES: &str = "variables.json";

const LOCK: &str = "lock";

/// How often, and how far apart, the lock is tried for: another terminal that looks has it for a moment.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(50);

/// What runs.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) connection: Connection,
    pub(crate) operator: Operator,
    pub(crate) deployed: Deployed,
}

/// The variables by which AWS's clients reach the Secrets Manager of what runs, as somebody who may change the control
/// record.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Operator(pub(crate) BTreeMap<String, String>);

impl fmt::Debug for Operator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Operator(..)")
    }
}

/// The state folder, this process's alone until this is dropped.
#[derive(Debug)]
pub(crate) struct Claim {
    folder: PrivateFolder,
    _lock: Lock,
}

impl Claim {
    /// Of a folder that no other process uses.
    pub(crate) async fn of(state: &Path) -> Result<Self, Failure> {
        let folder = PrivateFolder::open(state.join(FOLDER))?;
        for _ in 0..ATTEMPTS {
            if let Some(lock) = folder.lock(LOCK)? {
                // One that was killed left it behind.
                clear(&folder)?;
                return Ok(Self { folder, _lock: lock });
            }
            sleep(PAUSE).await;
        }
        let url =
            read(&folder).ok().flatten().map(|record| format!(", with the MCP URL {}", record.connection.mcp_url));
        let what = format!("another one keeps its state in {}{}", state.display(), url.unwrap_or_default());
        Err(Failure::new(what).with_hint(
            "Stop it, or give this one a folder of its own with --state FOLDER, and ports of its own with --port PORT and \
             --identity-provider-port PORT.",
        ))
    }

    /// Lets others find this process until what it returns is dropped.
    pub(crate) fn publish(
        &self,
        connection: &Connection,
        operator: Operator,
        deployed: Deployed,
        container: &Container,
    ) -> Result<Published, Failure> {
        let published = Published(self.folder.clone());
        self.folder.write(VARIABLES, &container.variables)?;
        for (function, environment) in &container.environments {
            self.folder.write(&format!("{function}.env"), environment)?;
        }
        let record = Record { connection: connection.clone(), operator, deployed };
        self.folder.write(FILE, &serde_json::to_string_pretty(&record)?.into())?;
        Ok(published)
    }
}

/// What others find of this process, until this is dropped.
#[derive(Debug)]
pub(crate) struct Published(PrivateFolder);

impl Drop for Published {
    fn drop(&mut self) {
        if let Err(error) = clear(&self.0) {
            log::warning(&error.to_string());
        }
    }
}

/// Removes all but the lock.
fn clear(folder: &PrivateFolder) -> Result<(), Failure> {
    let names = folder.names()?;
    Ok(names.iter().filter(|name| *name != LOCK).try_for_each(|name| folder.remove(name))?)
}

/// Where the files are.
pub(crate) fn folder(state: &Path) -> PathBuf {
    state.join(FOLDER)
}

/// What runs with this state folder.
pub(crate) fn running(state: &Path) -> Result<Record, Failure> {
    find(state)?.ok_or_else(|| {
        Failure::new(format!("nothing runs that keeps its state in {}", state.display())).with_hint(format!(
            "Start it in another terminal with `{} up`. If it was started with --state or --template, say the same here.",
            program()
        ))
    })
}

fn find(state: &Path) -> Result<Option<Record>, Failure> {
    let folder = folder(state);
    if !folder.exists() {
        // To look for something does not make the folder.
        return Ok(None);
    }
    let folder = PrivateFolder::open(folder)?;
    if folder.is_locked(LOCK)? { read(&folder) } else { Ok(None) }
}

fn read(folder: &PrivateFolder) -> Result<Option<Record>, Failure> {
    let Some(text) = folder.read(FILE)? else { return Ok(None) };
    let record = serde_json::from_str(text.expose_secret());
    record.map(Some).map_err(|error| match folder.path(FILE) {
        Ok(path) => {
            Failure::new(format!("{}: {error}", path.display())).with_hint("Stop what runs, and start it again.")
        }
        Err(error) => error.into(),
    })
}

#[cfg(test)]
mod tests {
    use local_assistants::Connection;
    use rstest::rstest;
    use tempfile::{TempDir, tempdir};

    use super::{Claim, Container, Deployed, FILE, FOLDER, LOCK, Operator, PrivateFolder, Published, VARIABLES, find};

    fn connection() -> Connection {
        Connection { name: "this".to_owned(), mcp_url: "http://127.0.0.1:1/mcp".parse().unwrap(), client: None }
    }

    fn publish(claim: &Claim) -> Published {
        let operator = Operator([("AWS_SECRET_ACCESS_KEY".to_owned(), "PRIVATE".to_owned())].into());
        assert!(!format!("{operator:?}").contains("PRIVATE"));
        let deployed = Deployed { provider: None, gateway_id: String::new(), functions: [].into() };
        let environments = [("F".to_owned(), "A=a".into())].into();
        let container = Container { variables: "{}".into(), environments };
        claim.publish(&connection(), operator, deployed, &container).unwrap()
    }

    /// What lies there for others.
    fn files(folder: &TempDir) -> Vec<String> {
        let mut names = PrivateFolder::open(folder.path().join(FOLDER)).unwrap().names().unwrap();
        names.retain(|name| name != LOCK);
        names
    }

    fn found(folder: &TempDir) -> Option<Connection> {
        find(folder.path()).unwrap().map(|record| record.connection)
    }

    #[tokio::test]
    async fn it_is_found_until_its_end() {
        let folder = tempdir().unwrap();
        let claim = Claim::of(folder.path()).await.unwrap();
        assert_eq!(found(&folder), None);
        let published = publish(&claim);
        assert_eq!(found(&folder), Some(connection()));
        assert_eq!(files(&folder), ["F.env", FILE, VARIABLES]);
        drop(published);
        assert!(found(&folder).is_none() && files(&folder).is_empty());
    }

    #[tokio::test]
    async fn a_folder_is_used_by_one_at_a_time() {
        let folder = tempdir().unwrap();
        let refused = async || Claim::of(folder.path()).await.unwrap_err().to_string();
        let claim = Claim::of(folder.path()).await.unwrap();
        let before = refused().await;
        assert!(before.contains(folder.path().to_str().unwrap()) && before.contains("--state FOLDER"), "{before}");
        assert!(!before.contains("MCP URL"), "{before}");
        let published = publish(&claim);
        let while_it_runs = refused().await;
        assert!(while_it_runs.contains("the MCP URL http://127.0.0.1:1/mcp"), "{while_it_runs}");
        assert_eq!(found(&folder), Some(connection()), "who is refused changes nothing");
        drop(published);
        // It may still be answering requests.
        refused().await;
        drop(claim);
        Claim::of(folder.path()).await.unwrap();
    }

    /// A process of the same number may run meanwhile, or the next one may just be starting.
    #[tokio::test]
    async fn what_a_killed_process_left_is_not_found() {
        let folder = tempdir().unwrap();
        let claim = Claim::of(folder.path()).await.unwrap();
        std::mem::forget(publish(&claim));
        drop(claim);
        assert_eq!(files(&folder), ["F.env", FILE, VARIABLES]);
        assert_eq!(found(&folder), None);
        let _next = Claim::of(folder.path()).await.unwrap();
        assert!(found(&folder).is_none() && files(&folder).is_empty());
    }

    #[test]
    fn looking_makes_no_folder() {
        let folder = tempdir().unwrap();
        assert_eq!(found(&folder), None);
        assert!(!folder.path().join(FOLDER).exists());
    }

    #[rstest]
    #[case::nothing("")]
    #[case::another_version("{}")]
    #[case::no_operator(r#"{"connection": {"name": "n", "mcp_url": "http://h/mcp", "client": null}}"#)]
    #[case::no_url(r#"{"operator": {}, "connection": {"name": "n", "mcp_url": "x", "client": null}}"#)]
    #[tokio::test]
    async fn a_damaged_file_is_named(#[case] text: &str) {
        let folder = tempdir().unwrap();
        let claim = Claim::of(folder.path()).await.unwrap();
        claim.folder.write(FILE, &text.into()).unwrap();
        assert!(find(folder.path()).unwrap_err().to_string().contains(FILE));
    }
}
