//! The tests that want AWS's interfaces from somebody else than us, with moto, which is installed in `.tools`.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::cargo;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::program::run;
use crate::python;

const MOTO: &str = "moto[server]==5.2.5";

/// What moto says when it serves; the address follows.
const READY: &str = " * Running on ";

/// Installs moto, starts it, and runs the tests.
pub(crate) fn check() -> Result<Outcome, Error> {
    let moto = Moto::start(&python::programs("moto", &[MOTO])?)?;
    let test = ["test", "--package", "key-rotation", "--test", "moto", "--", "--ignored"];
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(cargo::root()).args(test).env("AWS_ENDPOINT_URL_SECRETS_MANAGER", &moto.address);
    run(&mut cargo)?;
    Ok(Outcome { covered: format!("key-rotation with {MOTO}"), defects: Vec::new() })
}

/// A running server. It ends with this.
struct Moto {
    process: Child,
    address: String,
}

impl Moto {
    fn start(programs: &Path) -> Result<Self, Error> {
        let program = "moto_server".to_owned();
        let mut command = Command::new(programs.join(&program));
        // The port is the system's choice.
        command.args(["-H", "127.0.0.1", "-p", "0"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let process = command.spawn().map_err(|source| Error::NotStarted { program: program.clone(), source })?;
        let mut moto = Self { process, address: String::new() };
        let mut lines = moto.process.stderr.take().into_iter().flat_map(|stderr| BufReader::new(stderr).lines());
        let ready = lines.by_ref().map_while(Result::ok).find_map(|line| line.strip_prefix(READY).map(str::to_owned));
        // None if it has ended instead.
        moto.address = ready.ok_or(Error::Program(program))?;
        // It stops when nobody reads what it says.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(moto)
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
