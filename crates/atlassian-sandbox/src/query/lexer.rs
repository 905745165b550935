//! Cuts a query into tokens.

/// One token and where it begins (characters from 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) at: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Word(String),
    Quoted(String),
    Symbol(&'static str),
}

impl Token {
    /// As shown in an error message.
    pub(crate) fn shown(&self) -> String {
        match &self.kind {
            Kind::Word(text) | Kind::Quoted(text) => text.clone(),
            Kind::Symbol(symbol) => (*symbol).to_owned(),
        }
    }
}

const SYMBOLS: [&str; 13] = [
    "!=", "!~", "<=", ">=", "&&", "||", "=", "~", "<", ">", "(", ")", ",",
];

/// The tokens, or a message in the vendor's words.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let characters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut index = 0;
    while index < characters.len() {
        let current = characters[index];
        let at = index + 1;
        if current.is_whitespace() {
            index += 1;
        } else if current == '"' || current == '\'' {
            let (value, next) = quoted(&characters, index)?;
            found.push(Token {
                kind: Kind::Quoted(value),
                at,
            });
            index = next;
        } else if let Some(symbol) = symbol_at(&characters, index) {
            found.push(Token {
                kind: Kind::Symbol(symbol),
                at,
            });
            index += symbol.len();
        } else if current == '!' {
            found.push(Token {
                kind: Kind::Word("not".to_owned()),
                at,
            });
            index += 1;
        } else if is_word(current) {
            let end = characters[index..]
                .iter()
                .position(|&next| !is_word(next))
                .map_or(characters.len(), |length| index + length);
            found.push(Token {
                kind: Kind::Word(characters[index..end].iter().collect()),
                at,
            });
            index = end;
        } else {
            return Err(format!(
                "The character '{current}' is a reserved JQL character. You must enclose it in a string or use the escape '\\u{:04x}' instead. (line 1, character {at})",
                u32::from(current)
            ));
        }
    }
    Ok(found)
}

fn symbol_at(characters: &[char], index: usize) -> Option<&'static str> {
    SYMBOLS.into_iter().find(|symbol| {
        symbol
            .chars()
            .enumerate()
            .all(|(offset, wanted)| characters.get(index + offset) == Some(&wanted))
    })
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric()
        || matches!(
            character,
            '_' | '-' | '.' | ':' | '/' | '+' | '[' | ']' | '\\'
        )
}

/// The text between quotes and the index after them; knows `\"`, `\\`, `\n`, `\t`, `\uXXXX`.
fn quoted(characters: &[char], start: usize) -> Result<(String, usize), String> {
    let mark = characters[start];
    let mut value = String::new();
    let mut index = start + 1;
    while let Some(&current) = characters.get(index) {
        match (current, characters.get(index + 1)) {
            (end, _) if end == mark => return Ok((value, index + 1)),
            ('\\', Some('u')) => {
                let digits: String = characters.iter().skip(index + 2).take(4).collect();
                let code = u32::from_str_radix(&digits, 16)
                    .ok()
                    .and_then(char::from_u32);
                value.push(code.ok_or_else(|| illegal_escape(index))?);
                index += 6;
            }
            ('\\', Some(&escaped)) => {
                value.push(match escaped {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    '"' | '\'' | '\\' | ' ' => escaped,
                    _ => return Err(illegal_escape(index)),
                });
                index += 2;
            }
            _ => {
                value.push(current);
                index += 1;
            }
        }
    }
    let text: String = characters[start + 1..].iter().collect();
    Err(format!(
        "Error in the JQL Query: The quoted string '{text}' has not been completed. (line 1, character {})",
        start + 1
    ))
}

fn illegal_escape(index: usize) -> String {
    format!(
        "Error in the JQL Query: '\\' is an illegal JQL escape sequence. The valid escape sequences are \\', \\\", \\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX. (line 1, character {})",
        index + 1
    )
}
