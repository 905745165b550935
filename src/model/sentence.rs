//! A message as a sentence, for a page and for a model.

/// The message of an envelope as a sentence. The name of a field, such as `return_url`, stays as it is.
pub(crate) fn sentence(message: &str) -> String {
    let first_word = message.split(' ').next().unwrap_or_default();
    if !first_word.chars().all(char::is_alphabetic) {
        return ended(message);
    }
    let mut characters = message.chars();
    let first = characters.next().map(char::to_uppercase);
    let capital: String = first.into_iter().flatten().chain(characters).collect();
    ended(&capital)
}

/// A message with the sign that ends a sentence, and its first letter as it is.
pub(crate) fn ended(message: &str) -> String {
    let sign = if message.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{message}{sign}")
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_name_stays_as_it_is_and_a_word_begins_with_a_capital() {
        assert_eq!(sentence("issue_key is missing"), "issue_key is missing.");
        assert_eq!(sentence("there is none"), "There is none.");
        assert_eq!(sentence("Really?"), "Really?");
    }
}
