//! The operations that the documents describe, read from `operations.txt`.

use std::sync::LazyLock;

/// Written by `documented.py`: names and kinds, none of the documents' words.
const FACTS: &str = include_str!("operations.txt");

pub(super) static OPERATIONS: LazyLock<Vec<Operation>> =
    LazyLock::new(|| FACTS.lines().filter_map(Operation::read).collect());

/// One operation.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) method: &'static str,
    path: Vec<&'static str>,
    pub(super) parameters: Vec<Field>,
    /// The properties of the body, each by its whole path.
    pub(super) fields: Vec<Field>,
    /// The body is a list of what `fields` describe, or one of them.
    pub(super) takes_list: bool,
    pub(super) takes_anything: bool,
}

/// A parameter, or a property of a body.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) is_required: bool,
    /// A type of JSON, `any`, or the words it may be, with bars between them.
    pub(super) kind: &'static str,
    /// What is within it is not described.
    pub(super) is_open: bool,
}

impl Operation {
    fn read(line: &'static str) -> Option<Self> {
        let mut words = line.split(' ');
        let method = words.next().filter(|word| !word.starts_with('#'))?;
        let path = words.next()?.split('/').skip(1).collect();
        let words: Vec<&str> = words.collect();
        let parameters = words.iter().filter_map(|word| word.strip_prefix('?'));
        let fields = words
            .iter()
            .filter(|word| word.contains(':') && !word.starts_with('?'));
        Some(Self {
            method,
            path,
            parameters: parameters.filter_map(Field::read).collect(),
            fields: fields.filter_map(|word| Field::read(word)).collect(),
            takes_list: words.contains(&"[]"),
            takes_anything: words.contains(&"*"),
        })
    }

    pub(super) fn fits(&self, path: &[&str]) -> bool {
        self.path.len() == path.len()
            && self
                .path
                .iter()
                .zip(path)
                .all(|(ours, theirs)| is_variable(ours) || ours == theirs)
    }

    pub(super) fn variables(&self) -> usize {
        self.path.iter().filter(|part| is_variable(part)).count()
    }
}

impl Field {
    fn read(word: &'static str) -> Option<Self> {
        let (name, kind) = word.split_once(':')?;
        Some(Self {
            name: name.trim_end_matches('!'),
            is_required: name.ends_with('!'),
            kind: kind.trim_end_matches('*'),
            is_open: kind.ends_with('*'),
        })
    }
}

fn is_variable(part: &str) -> bool {
    part.starts_with('{')
}
