//! Debian packages, unpacked below `.tools`, which git ignores: the system stays as it is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo;
use crate::error::Error;
use crate::program::run;

/// The folder with the files of these packages, `name` or `name:architecture` each, unpacked unless they are what was
/// unpacked last. They come from where the system's own packages come from; what they depend on does not come with them.
pub(crate) fn unpack(name: &str, packages: &[&str]) -> Result<PathBuf, Error> {
    let folder = cargo::root().join(".tools").join(name);
    let unpacked = folder.join("unpacked");
    let wanted = packages.join("\n");
    if !fs::read_to_string(&unpacked).is_ok_and(|packages| packages == wanted) {
        eprintln!("Unpacking {}", packages.join(", "));
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Error::of(&folder))?;
        }
        fs::create_dir_all(&folder).map_err(Error::of(&folder))?;
        let apt = tempfile::tempdir().map_err(Error::System)?;
        let apt = apt.path();
        for part in ["lists/partial", "archives/partial"] {
            fs::create_dir_all(apt.join(part)).map_err(Error::of(apt))?;
        }
        run(apt_get(apt, packages).arg("update"))?;
        run(apt_get(apt, packages).arg("download").args(packages).current_dir(apt))?;
        for entry in fs::read_dir(apt).map_err(Error::of(apt))? {
            let file = entry.map_err(Error::of(apt))?.path();
            if file.extension().is_some_and(|extension| extension == "deb") {
                run(Command::new("dpkg-deb").arg("--extract").arg(file).arg(&folder))?;
            }
        }
        fs::write(&unpacked, wanted).map_err(Error::of(&unpacked))?;
    }
    Ok(folder)
}

/// With the system's sources and keys, and with this folder in place of the system's state.
fn apt_get(folder: &Path, packages: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.arg("-qq").args(["-o", "APT::Sandbox::User=root", "-o", "Dir::State::status=/dev/null"]);
    for (option, place) in [("Dir::State::lists", "lists"), ("Dir::Cache", "."), ("Dir::Cache::archives", "archives")] {
        command.arg("-o").arg(format!("{option}={}", folder.join(place).display()));
    }
    // With one of them named, none is taken for granted.
    let architectures: BTreeSet<&str> =
        packages.iter().filter_map(|package| Some(package.split_once(':')?.1)).collect();
    for architecture in architectures {
        command.arg("-o").arg(format!("APT::Architectures::={architecture}"));
    }
    command
}
