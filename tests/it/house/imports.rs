//! What the sources import, read from their texts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::house::architecture::source_root;
use crate::support::files;

/// One path that a file names, from the root of its package.
pub(super) struct Import {
    line: usize,
    pub(super) path: Vec<String>,
}

impl Import {
    pub(super) fn describe(&self, file: &Path) -> String {
        format!("{}:{} {}", file.display(), self.line, self.path.join("::"))
    }
}

/// What a file imports: every path behind `crate::` and `super::`, groups in braces opened up.
pub(super) fn imports(file: &Path) -> Vec<Import> {
    let text = without_unit_tests(file);
    let own = module_path(file);
    let mut found = Vec::new();
    for (marker, base) in [("crate::", Vec::new()), ("super::", parent(&own))] {
        for (position, _) in text.match_indices(marker) {
            let before = &text[..position];
            let is_comment = before
                .rsplit('\n')
                .next()
                .is_some_and(|line| line.trim_start().starts_with("//"));
            if is_comment
                || before.ends_with(|character: char| {
                    "$_:".contains(character) || character.is_alphanumeric()
                })
            {
                continue;
            }
            let line = before.matches('\n').count() + 1;
            let mut rest = &text[position + marker.len()..];
            let mut base = base.clone();
            while let Some(further) = rest.strip_prefix("super::") {
                rest = further;
                base.pop();
            }
            for path in opened(rest) {
                let path = base.iter().cloned().chain(path).collect();
                found.push(Import { line, path });
            }
        }
    }
    found.retain(|import| !import.path.is_empty());
    found
}

/// A file's text up to its unit tests, in which `super` means the file itself.
pub(super) fn without_unit_tests(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    match text.find("#[cfg(test)]\nmod tests {") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// The paths at the start of a text, `a::{b, c::d}` as `a::b` and `a::c::d`.
fn opened(text: &str) -> Vec<Vec<String>> {
    let name: String = text
        .chars()
        .take_while(|character| character.is_alphanumeric() || *character == '_')
        .collect();
    let rest = &text[name.len()..];
    if name.is_empty() {
        let Some(group) = text.strip_prefix('{') else {
            return vec![Vec::new()];
        };
        return members(group).into_iter().flat_map(opened).collect();
    }
    let tails = rest
        .strip_prefix("::")
        .map_or_else(|| vec![Vec::new()], opened);
    tails
        .into_iter()
        .map(|tail| std::iter::once(name.clone()).chain(tail).collect())
        .collect()
}

/// The members of a group in braces, whose opening brace is already taken.
fn members(group: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut start = 0;
    let mut found = Vec::new();
    for (position, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                found.push(group[start..position].trim());
                start = position + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    found.retain(|member| !member.is_empty());
    found
}

/// The circles in which the files below `folder` import each other.
pub(super) fn circles(folder: &Path) -> Vec<Vec<String>> {
    let files: BTreeSet<Vec<String>> = files::sources(folder)
        .iter()
        .map(|file| module_path(file))
        .collect();
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files::sources(folder) {
        let own = module_path(&file).join("::");
        let named = imports(&file).into_iter().filter_map(|import| {
            (1..=import.path.len())
                .rev()
                .find(|length| files.contains(&import.path[..*length]))
                .map(|length| import.path[..length].join("::"))
        });
        let targets = named.chain(used_children(&file, &files));
        arrows
            .entry(own.clone())
            .or_default()
            .extend(targets.filter(|target| *target != own));
    }
    let reach = |start: &str| {
        let mut seen = BTreeSet::new();
        let mut open = vec![start.to_owned()];
        while let Some(file) = open.pop() {
            for next in arrows.get(&file).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<String, BTreeSet<String>> = arrows
        .keys()
        .map(|file| (file.clone(), reach(file)))
        .collect();
    let circles: BTreeSet<Vec<String>> = reached
        .iter()
        .filter(|(file, reached)| reached.contains(*file))
        .map(|(file, reachable)| {
            let back = |other: &&String| {
                reached
                    .get(*other)
                    .is_some_and(|reached| reached.contains(file))
            };
            reachable.iter().filter(back).cloned().collect()
        })
        .collect();
    circles.into_iter().collect()
}

/// The modules inside a `mod.rs` that it uses itself, by their bare name.
fn used_children(file: &Path, files: &BTreeSet<Vec<String>>) -> Vec<String> {
    let own = module_path(file);
    let text = without_unit_tests(file);
    let is_child = |path: &&Vec<String>| path.len() == own.len() + 1 && path.starts_with(&own);
    files
        .iter()
        .filter(is_child)
        .filter(|path| {
            let marker = format!("{}::", path[own.len()]);
            text.match_indices(&marker).any(|(position, _)| {
                text[..position].ends_with([' ', '(', '{', ',', '\n', '<', '!'])
            })
        })
        .map(|path| path.join("::"))
        .collect()
}

/// A file's module, from the root of the package: `src/http/edge/mod.rs` is `http::edge`.
fn module_path(file: &Path) -> Vec<String> {
    let relative = file.strip_prefix(source_root()).unwrap().with_extension("");
    let mut path: Vec<String> = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if path
        .last()
        .is_some_and(|last| last == "mod" || last == "lib")
    {
        path.pop();
    }
    path
}

/// The module around a file's own.
fn parent(own: &[String]) -> Vec<String> {
    own[..own.len().saturating_sub(1)].to_vec()
}

/// The topic of `http` that a file belongs to; none for `http` itself, which only lists its topics.
pub(super) fn topic_of_http(file: &Path) -> Option<String> {
    module_path(file).get(1).cloned()
}

pub(super) fn names(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}
