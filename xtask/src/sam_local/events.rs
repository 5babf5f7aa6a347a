//! The committed events, and the answer that each must get: `events/<function>/<case>.json` and `<case>.answer.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::Error;

/// An event that is refused, with the whole answer.
#[derive(Debug)]
pub(super) struct Committed {
    /// The function, as the template names it.
    pub(super) function: String,
    pub(super) case: String,
    pub(super) path: PathBuf,
    pub(super) answer: Value,
}

/// All of them, in order, and what is wrong with the folder: each function has one at least, and each has an answer.
/// `functions` has the name of each function by that of its program, as which its folder is called.
pub(super) fn read(
    folder: &Path,
    functions: &BTreeMap<String, String>,
) -> Result<(Vec<Committed>, Vec<String>), Error> {
    let (mut events, mut defects) = (Vec::new(), Vec::new());
    for subfolder in list(folder)?.into_iter().filter(|path| path.is_dir()) {
        let Some(function) = functions.get(&name(&subfolder, "")) else {
            defects.push(format!("{}: the template has no such function", subfolder.display()));
            continue;
        };
        let files = list(&subfolder)?;
        let cases: BTreeMap<String, &PathBuf> = files.iter().map(|path| (name(path, ".json"), path)).collect();
        for (case, path) in &cases {
            let answer = format!("{case}.answer");
            match (case.strip_suffix(".answer"), cases.get(&answer)) {
                (Some(event), _) if !cases.contains_key(event) => {
                    defects.push(format!("{}: it answers nothing", path.display()));
                }
                (Some(_), _) => (),
                (None, None) => defects.push(format!("{}: what must be answered?", path.display())),
                (None, Some(answer)) => events.push(Committed {
                    function: function.clone(),
                    case: case.clone(),
                    path: (*path).clone(),
                    answer: json(answer)?,
                }),
            }
        }
    }
    for function in functions.values().filter(|function| events.iter().all(|event| event.function != **function)) {
        defects.push(format!("{function}: no event in {}", folder.display()));
    }
    Ok((events, defects))
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).map_err(Error::of(folder))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>().map_err(Error::of(folder))?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path, suffix: &str) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.strip_suffix(suffix).unwrap_or(&name).to_owned()
}

fn json(path: &Path) -> Result<Value, Error> {
    let text = fs::read(path).map_err(Error::of(path))?;
    serde_json::from_slice(&text).map_err(|source| Error::NotJson { program: path.display().to_string(), source })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rstest::rstest;
    use tempfile::tempdir;

    use super::read;

    fn defects(files: &[&str]) -> Vec<String> {
        let folder = tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "{}").unwrap();
        }
        let (events, defects) = read(folder.path(), &[("one".to_owned(), "OneFunction".to_owned())].into()).unwrap();
        assert_eq!(events.len(), files.iter().filter(|file| file.ends_with("case.answer.json")).count());
        let place = folder.path().to_str().unwrap();
        defects.into_iter().map(|defect| defect.replace(place, ".")).collect()
    }

    #[test]
    fn an_event_with_its_answer_will_do() {
        assert_eq!(defects(&["one/case.json", "one/case.answer.json", "README.md"]), [""; 0]);
    }

    #[rstest]
    #[case::without_answer("one/other.json", "./one/other.json: what must be answered?")]
    #[case::without_event("one/other.answer.json", "./one/other.answer.json: it answers nothing")]
    #[case::of_nobody("two/other.json", "./two: the template has no such function")]
    fn half_of_one_is_a_defect(#[case] file: &str, #[case] defect: &str) {
        assert_eq!(defects(&["one/case.json", "one/case.answer.json", file]), [defect]);
    }

    #[test]
    fn a_function_without_event_is_a_defect() {
        assert_eq!(defects(&["README.md"]), ["OneFunction: no event in ."]);
    }
}
