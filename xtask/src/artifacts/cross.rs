//! Rust for arm64, where the machine is of the other kind and has none: Debian's, with its own compiler, since one version
//! of the standard library fits one compiler.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo;
use crate::debian;
use crate::error::Error;
use crate::program;

const PACKAGES: &[&str] = &[
    "libedit2:amd64",
    "libllvm22:amd64",
    "libstd-rust-web-1.96:amd64",
    "libstd-rust-web-1.96:arm64",
    "libstd-rust-web-dev:amd64",
    "libstd-rust-web-dev:arm64",
    "libxml2:amd64",
    "libz3-4:amd64",
    "rustc-web:amd64",
];

/// Where a compiler has the standard library for arm64.
const LIBRARY: &str = "lib/rustlib/aarch64-unknown-linux-gnu/lib";

/// The variables with which cargo builds for arm64 here: none if it can by itself.
pub(super) fn arm64() -> Result<Vec<(&'static str, OsString)>, Error> {
    if cfg!(target_arch = "aarch64") || sysroot()?.join(LIBRARY).exists() {
        return Ok(Vec::new());
    }
    let files = debian::unpack("arm64", PACKAGES)?;
    let compiler = files.join("rustc");
    let (libraries, program) = ("usr/lib/x86_64-linux-gnu", "usr/bin/rustc");
    let place = files.display();
    program::script(&compiler, &format!("LD_LIBRARY_PATH='{place}/{libraries}' exec '{place}/{program}' \"$@\""))?;
    // Two compilers in one folder would build everything anew, each time.
    let target = cargo::root().join("target").join("arm64");
    Ok(vec![("RUSTC", compiler.into()), ("CARGO_TARGET_DIR", target.into())])
}

fn sysroot() -> Result<PathBuf, Error> {
    let output = program::output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(cargo::root()))?;
    Ok(Path::new(String::from_utf8_lossy(&output.stdout).trim()).to_owned())
}
