//! Which processes run: from `/proc` where there is one, from `ps` elsewhere.

use std::fs;
use std::path::Path;
use std::process::Command;

use rustix::process::{Pid, test_kill_process};

struct Entry {
    pid: Pid,
    parent: i32,
    /// The first word of its command line.
    program: String,
}

/// The children of a process, by the name of their program without its folder.
pub(crate) fn children_of(parent: Pid) -> Vec<(String, Pid)> {
    let entries = entries().into_iter().filter(|entry| entry.parent == parent.as_raw_nonzero().get());
    entries.map(|entry| (entry.program.rsplit('/').next().unwrap().to_owned(), entry.pid)).collect()
}

/// The one process that was started under this path.
pub(crate) fn started_as(program: &Path) -> Pid {
    let mut found = entries().into_iter().filter(|entry| Path::new(&entry.program) == program);
    let entry = found.next().unwrap_or_else(|| panic!("{} does not run", program.display()));
    assert!(found.next().is_none(), "{} runs twice", program.display());
    entry.pid
}

/// A variable that a process was started with. Its value has no white space.
pub(crate) fn variable(pid: Pid, name: &str) -> String {
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_else(|_| {
        let pid = pid.to_string();
        Command::new("ps").args(["-E", "-ww", "-o", "command=", "-p", &pid]).output().unwrap().stdout
    });
    let mut variables = environment.split(|byte| *byte == 0 || byte.is_ascii_whitespace());
    let value = variables.find_map(|pair| std::str::from_utf8(pair).ok()?.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_else(|| panic!("{pid} has no {name}")).to_owned()
}

pub(crate) fn runs(pid: Pid) -> bool {
    test_kill_process(pid).is_ok()
}

fn entries() -> Vec<Entry> {
    match fs::read_dir("/proc") {
        // A process that ends while its entry is read has none.
        Ok(folders) => folders.filter_map(|folder| from_proc(&folder.ok()?.path())).collect(),
        Err(_) => from_ps(),
    }
}

fn from_proc(folder: &Path) -> Option<Entry> {
    let pid = folder.file_name()?.to_str()?.parse().ok()?;
    let stat = fs::read_to_string(folder.join("stat")).ok()?;
    // `pid (name) state parent …`, where the name may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let parent = rest.split_whitespace().nth(1)?.parse().ok()?;
    let command = fs::read(folder.join("cmdline")).ok()?;
    let program = command.split(|byte| *byte == 0).next().unwrap_or_default();
    Some(Entry { pid: Pid::from_raw(pid)?, parent, program: String::from_utf8_lossy(program).into_owned() })
}

fn from_ps() -> Vec<Entry> {
    let table = Command::new("ps").args(["-A", "-o", "pid=", "-o", "ppid=", "-o", "args="]).output().unwrap();
    let entry = |line: &str| {
        let mut words = line.split_whitespace();
        let pid = Pid::from_raw(words.next()?.parse().ok()?)?;
        Some(Entry { pid, parent: words.next()?.parse().ok()?, program: words.next()?.to_owned() })
    };
    String::from_utf8_lossy(&table.stdout).lines().filter_map(entry).collect()
}
