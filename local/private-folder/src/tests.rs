use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use rstest::rstest;
use rustix::io::{FdFlags, fcntl_getfd};
use rustix::process::geteuid;
use secrecy::{ExposeSecret as _, SecretString};
use tempfile::{TempDir, tempdir};

use super::{Error, FILE_LIMIT, PrivateFolder};

fn folder() -> (TempDir, PrivateFolder) {
    let above = tempdir().unwrap();
    let folder = PrivateFolder::open(above.path().join("state/secrets")).unwrap();
    (above, folder)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn folders_and_files_are_made_private() {
    let (above, folder) = folder();
    folder.write("key.json", &"{}".into()).unwrap();
    assert_eq!(mode(&above.path().join("state")), 0o700);
    assert_eq!(mode(&above.path().join("state/secrets")), 0o700);
    assert_eq!(mode(&folder.path("key.json").unwrap()), 0o600);
}

#[test]
fn what_was_written_is_read_until_it_is_replaced() {
    let (_above, folder) = folder();
    assert!(folder.read("a").unwrap().is_none());
    for text in ["one", "", "ü\n"] {
        folder.write("a", &text.into()).unwrap();
        assert_eq!(folder.read("a").unwrap().unwrap().expose_secret(), text);
    }
    folder.write("b", &"two".into()).unwrap();
    assert_eq!(folder.names().unwrap(), ["a", "b"], "nothing else was left behind");
}

#[test]
fn what_was_removed_is_gone_and_nothing_else() {
    let (above, folder) = folder();
    let outside = above.path().join("outside");
    fs::write(&outside, "o").unwrap();
    folder.write("a", &"a".into()).unwrap();
    folder.write("b", &"b".into()).unwrap();
    symlink(&outside, folder.path("link").unwrap()).unwrap();
    for name in ["a", "a", "link", "never"] {
        folder.remove(name).unwrap();
    }
    assert_eq!(folder.names().unwrap(), ["b"]);
    assert!(outside.exists(), "a link is removed, not what it points to");
    assert!(matches!(folder.remove("../../outside").unwrap_err(), Error::Name(_)));
}

#[rstest]
fn a_file_that_others_may_read_or_change_is_refused(#[values(0o640, 0o604, 0o620, 0o666)] open: u32) {
    let (_above, folder) = folder();
    folder.write("key", &"k".into()).unwrap();
    let path = folder.path("key").unwrap();
    chmod(&path, open);
    let error = folder.read("key").unwrap_err();
    assert!(matches!(&error, Error::Open { mode, .. } if *mode == open), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(&format!("{open:o}")) && text.contains(&format!("chmod go= {}", path.display())), "{text}");
    chmod(&path, 0o600);
    assert!(folder.read("key").unwrap().is_some());
}

#[rstest]
fn a_folder_that_others_may_enter_is_refused(#[values(0o750, 0o701, 0o777)] open: u32) {
    let above = tempdir().unwrap();
    let path = above.path().join("secrets");
    fs::create_dir(&path).unwrap();
    chmod(&path, open);
    assert!(matches!(PrivateFolder::open(&path).unwrap_err(), Error::Open { mode, .. } if mode == open));
}

#[test]
fn a_file_in_the_place_of_the_folder_is_refused() {
    let above = tempdir().unwrap();
    let path = above.path().join("secrets");
    fs::write(&path, "").unwrap();
    assert!(matches!(PrivateFolder::open(&path).unwrap_err(), Error::Io { .. }));
}

#[test]
fn a_folder_of_another_user_is_refused() {
    let (above, folder) = folder();
    let error = PrivateFolder::open_as(above.path().join("state/secrets"), folder.owner + 1).unwrap_err();
    assert!(matches!(&error, Error::Foreign { path } if *path == folder.path), "{error:?}");
    assert_eq!(folder.owner, geteuid().as_raw());
}

#[test]
fn a_file_of_another_user_is_refused() {
    let (_above, folder) = folder();
    folder.write("key", &"k".into()).unwrap();
    let foreign = PrivateFolder { owner: folder.owner + 1, ..folder.clone() };
    let error = foreign.read("key").unwrap_err();
    assert!(matches!(&error, Error::Foreign { path } if *path == folder.path("key").unwrap()), "{error:?}");
}

#[rstest]
fn a_link_in_the_place_of_the_folder_is_refused(#[values("link", "link/", "link/.")] name: &str) {
    let (above, folder) = folder();
    let link = above.path().join("link");
    symlink(&folder.path, &link).unwrap();
    let error = PrivateFolder::open(above.path().join(name)).unwrap_err();
    assert!(matches!(error, Error::Foreign { path } if path == link));
}

#[rstest]
#[case::private("key", Some("sesame"))]
#[case::nowhere("nowhere", None)]
fn a_link_in_the_place_of_a_file_is_not_followed(#[case] target: &str, #[case] holds: Option<&str>) {
    let (_above, folder) = folder();
    if let Some(text) = holds {
        folder.write(target, &text.into()).unwrap();
    }
    let link = folder.path("link").unwrap();
    symlink(target, &link).unwrap();
    assert!(matches!(folder.read("link").unwrap_err(), Error::Foreign { path } if path == link));

    folder.write("link", &"mine".into()).unwrap();
    assert_eq!(folder.read("link").unwrap().unwrap().expose_secret(), "mine");
    let behind = folder.read(target).unwrap();
    assert_eq!(behind.as_ref().map(|text| text.expose_secret()), holds, "writing replaces the link itself");
}

#[test]
fn what_is_no_ordinary_file_is_refused_at_once() {
    let (_above, folder) = folder();
    let path = |name| folder.path(name).unwrap();
    fs::create_dir(path("folder")).unwrap();
    chmod(&path("folder"), 0o700);
    // Opening it would wait for a writer that never comes.
    assert!(Command::new("mkfifo").args(["-m", "600"]).arg(path("pipe")).status().unwrap().success());
    for name in ["folder", "pipe"] {
        assert!(matches!(folder.read(name).unwrap_err(), Error::Foreign { .. }), "{name}");
    }
    let _socket = UnixListener::bind(path("socket")).unwrap();
    assert!(folder.read("socket").is_err());
}

#[test]
fn a_folder_that_is_put_in_its_place_later_is_not_used() {
    let (above, folder) = folder();
    folder.write("key", &"mine".into()).unwrap();
    let moved = above.path().join("moved");
    fs::rename(&folder.path, &moved).unwrap();
    let other = PrivateFolder::open(&folder.path).unwrap();
    other.write("key", &"theirs".into()).unwrap();
    other.write("more", &"theirs".into()).unwrap();

    assert_eq!(folder.names().unwrap(), ["key"]);
    assert_eq!(folder.read("key").unwrap().unwrap().expose_secret(), "mine");
    folder.write("key", &"new".into()).unwrap();
    assert_eq!(fs::read_to_string(moved.join("key")).unwrap(), "new");
    assert_eq!(other.read("key").unwrap().unwrap().expose_secret(), "theirs");
}

#[test]
fn a_lock_is_had_once_until_it_is_let_go() {
    let (_above, folder) = folder();
    assert!(!folder.is_locked("lock").unwrap() && folder.names().unwrap().is_empty(), "to look makes no file");
    let another = PrivateFolder::open(&folder.path).unwrap();
    for _ in 0..2 {
        let lock = folder.lock("lock").unwrap().unwrap();
        assert!(folder.lock("lock").unwrap().is_none() && another.lock("lock").unwrap().is_none());
        assert!(another.is_locked("lock").unwrap() && another.is_locked("lock").unwrap());
        assert!(!another.is_locked("other").unwrap());
        drop(lock);
        assert!(!another.is_locked("lock").unwrap());
    }
    assert_eq!(mode(&folder.path("lock").unwrap()), 0o600);
}

/// Else a child that outlives this process would keep it.
#[test]
fn a_lock_is_not_inherited() {
    let (_above, folder) = folder();
    let lock = folder.lock("lock").unwrap().unwrap();
    assert!(fcntl_getfd(&lock.0).unwrap().contains(FdFlags::CLOEXEC));
}

#[test]
fn only_an_ordinary_file_that_is_private_is_a_lock() {
    let (_above, folder) = folder();
    let path = |name| folder.path(name).unwrap();
    fs::write(path("open"), "").unwrap();
    chmod(&path("open"), 0o666);
    symlink("target", path("link")).unwrap();
    assert!(Command::new("mkfifo").args(["-m", "600"]).arg(path("pipe")).status().unwrap().success());
    for name in ["open", "link", "pipe"] {
        for error in [folder.lock(name).unwrap_err(), folder.is_locked(name).unwrap_err()] {
            assert!(matches!(error, Error::Open { .. } | Error::Foreign { .. }), "{name}: {error:?}");
        }
    }
    assert!(!path("target").exists(), "a link is not followed");
    assert!(matches!(folder.lock("../lock").unwrap_err(), Error::Name(_)));
}

/// Else whoever comes next would not find the lock.
#[test]
fn a_folder_that_was_removed_cannot_be_locked() {
    let (_above, folder) = folder();
    fs::remove_dir(&folder.path).unwrap();
    assert!(matches!(folder.lock("lock").unwrap_err(), Error::Io { .. }));
}

#[test]
fn a_file_that_cannot_be_replaced_leaves_nothing_behind() {
    let (_above, folder) = folder();
    fs::create_dir(folder.path("key").unwrap()).unwrap();
    assert!(matches!(folder.write("key", &"k".into()).unwrap_err(), Error::Io { .. }));
    let names: Vec<_> = fs::read_dir(&folder.path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["key"]);
}

#[rstest]
fn a_name_is_no_path(#[values("", ".", "..", "../key", "/etc/passwd", "a/b", ".hidden", "a\0b")] name: &str) {
    let (_above, folder) = folder();
    assert!(matches!(folder.read(name).unwrap_err(), Error::Name(_)));
    assert!(matches!(folder.write(name, &"".into()).unwrap_err(), Error::Name(_)));
}

#[test]
fn a_file_is_text_of_bounded_size() {
    let (_above, folder) = folder();
    let longest = "x".repeat(usize::try_from(FILE_LIMIT).unwrap());
    folder.write("a", &longest.clone().into()).unwrap();
    assert_eq!(folder.read("a").unwrap().unwrap().expose_secret().len(), longest.len());
    let longer = SecretString::from(longest + "x");
    assert!(matches!(folder.write("a", &longer).unwrap_err(), Error::Text { .. }));
    assert_eq!(folder.read("a").unwrap().unwrap().expose_secret().len() + 1, longer.expose_secret().len());

    fs::write(folder.path("a").unwrap(), longer.expose_secret()).unwrap();
    assert!(matches!(folder.read("a").unwrap_err(), Error::Text { .. }));
    fs::write(folder.path("a").unwrap(), [0xff]).unwrap();
    assert!(matches!(folder.read("a").unwrap_err(), Error::Text { .. }));
}

#[test]
fn no_error_shows_what_is_in_a_file() {
    let (_above, folder) = folder();
    folder.write("key", &"sesame".into()).unwrap();
    chmod(&folder.path("key").unwrap(), 0o644);
    let error = folder.read("key").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("sesame"));
}
