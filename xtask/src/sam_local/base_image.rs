//! What SAM builds the image on in which functions run.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::debian;
use crate::error::Error;
use crate::program::{self, run};

/// AWS's image of the runtime.
const NAME: &str = "public.ecr.aws/lambda/provided:al2023-x86_64";

/// What a function needs, and what SAM's additions need.
const PACKAGES: &[&str] = &["busybox-static", "libc6", "libgcc-s1"];

/// Where SAM and Lambda put things.
const FOLDERS: &[&str] = &["opt", "tmp", "var/rapid", "var/runtime", "var/task"];

/// Gets the real one, unless the engine has it.
pub(super) fn pull() -> Result<(), Error> {
    let mut inspect = Command::new("docker");
    inspect.args(["image", "inspect", NAME]).stderr(Stdio::null());
    match program::output(&mut inspect)?.status.success() {
        true => Ok(()),
        false => run(Command::new("docker").args(["pull", NAME])),
    }
}

/// Unpacks what the substitute is made of.
pub(super) fn unpack() -> Result<PathBuf, Error> {
    debian::unpack("base-image", PACKAGES)
}

/// Gives the engine another one by the same name: only to one that is ours alone, for it is not Amazon Linux.
pub(super) fn substitute() -> Result<(), Error> {
    let files = unpack()?;
    for folder in FOLDERS {
        fs::create_dir_all(files.join(folder)).map_err(Error::of(&files))?;
    }
    for program in ["chmod", "mv", "sh"] {
        let link = files.join("bin").join(program);
        if !link.is_symlink() {
            symlink("busybox", &link).map_err(Error::of(&link))?;
        }
    }
    eprintln!("In place of {NAME}: Debian's C library and BusyBox. This tries the wiring, not Amazon Linux.");
    import(&files)
}

fn import(files: &Path) -> Result<(), Error> {
    let not_started = |source| Error::NotStarted { program: "tar".to_owned(), source };
    let mut tar = Command::new("tar");
    tar.arg("-C").arg(files).args(["-c", "bin", "lib", "lib64", "opt", "tmp", "var"]).stdout(Stdio::piped());
    let mut tar = tar.spawn().map_err(not_started)?;
    let archive = tar.stdout.take().ok_or_else(|| not_started(std::io::ErrorKind::BrokenPipe.into()))?;
    let mut docker = Command::new("docker");
    docker.args(["import", "--change", "WORKDIR /var/task", "--change", "ENV LAMBDA_TASK_ROOT=/var/task", "-", NAME]);
    let imported = docker.stdin(archive).stdout(Stdio::null()).status();
    let written = tar.wait().map_err(not_started)?;
    match imported.map_err(|source| Error::NotStarted { program: "docker".to_owned(), source })?.success() {
        true if written.success() => Ok(()),
        true => Err(Error::Program("tar".to_owned())),
        false => Err(Error::Program("docker import".to_owned())),
    }
}
