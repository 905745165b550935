//! People whom documents of Jira Cloud mention, by account and perhaps by name.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::person::{AccountId, Names};

/// The accounts that documents anywhere in a value mention without a name.
pub(crate) fn nameless_in_documents(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    each_mention(value, &mut |account, name| {
        if name.is_none() {
            found.insert(account.to_owned());
        }
    });
    found
}

/// Puts names where the documents in a value mention somebody without.
pub(crate) fn name_in_documents(value: &mut Value, names: &Names) {
    change_mentions(value, &mut |account, name| {
        let known = name.is_none().then(|| names.get(account))?;
        known.cloned()
    });
}

/// Puts their right names to those whom a document that is to be written mentions and the one in its place
/// does not: Jira shows what was sent.
pub(super) fn name_newcomers(document: &mut Value, current: &Value, names: &Names) {
    if names.is_empty() {
        return;
    }
    let mut present = BTreeSet::new();
    each_mention(current, &mut |account, _| {
        present.insert(account.to_owned());
    });
    change_mentions(document, &mut |account, _| {
        let is_new = !present.contains(account);
        is_new.then(|| names.get(account)).flatten().cloned()
    });
}

/// The account and the name, if it has one, of a node that mentions somebody.
fn mention(node: &Value) -> Option<(&str, Option<&str>)> {
    if node.get("type")?.as_str()? != "mention" {
        return None;
    }
    let account = node.pointer("/attrs/id")?.as_str()?;
    // What can be no account is asked for nowhere.
    AccountId::parse(account).ok()?;
    let text = node.pointer("/attrs/text").and_then(Value::as_str);
    let name = text.map(|text| text.trim().trim_start_matches('@'));
    Some((
        account,
        name.filter(|name| !name.is_empty() && *name != account),
    ))
}

fn each_mention<'v>(value: &'v Value, look: &mut impl FnMut(&'v str, Option<&'v str>)) {
    if let Some((account, name)) = mention(value) {
        look(account, name);
        return;
    }
    match value {
        Value::Array(entries) => entries.iter().for_each(|one| each_mention(one, look)),
        Value::Object(parts) => parts.values().for_each(|one| each_mention(one, look)),
        _ => {}
    }
}

fn change_mentions(
    value: &mut Value,
    name_of: &mut impl FnMut(&str, Option<&str>) -> Option<String>,
) {
    if let Some((account, name)) = mention(value) {
        if let Some(known) = name_of(account, name) {
            value["attrs"]["text"] = Value::from(format!("@{known}"));
        }
        return;
    }
    match value {
        Value::Array(entries) => entries
            .iter_mut()
            .for_each(|one| change_mentions(one, name_of)),
        Value::Object(parts) => parts
            .values_mut()
            .for_each(|one| change_mentions(one, name_of)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(text: Option<&str>) -> Value {
        let mut attrs = json!({"id": "5b10"});
        if let Some(text) = text {
            attrs["text"] = json!(text);
        }
        json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [
            {"type": "text", "text": "ask "}, {"type": "mention", "attrs": attrs}]}]})
    }

    #[test]
    fn who_is_mentioned_without_a_name_gets_one() {
        let names = Names::from([(String::from("5b10"), String::from("Mia Krystof"))]);
        for nameless in [None, Some(""), Some("@"), Some("@5b10"), Some("5b10")] {
            let mut text = document(nameless);
            assert_eq!(nameless_in_documents(&text).len(), 1, "{nameless:?}");
            name_in_documents(&mut text, &names);
            assert_eq!(text, document(Some("@Mia Krystof")));
        }
        let mut stays = document(Some("@Mina"));
        assert!(nameless_in_documents(&stays).is_empty());
        name_in_documents(&mut stays, &names);
        assert_eq!(stays, document(Some("@Mina")));
    }

    #[test]
    fn what_can_be_no_account_is_nobody() {
        for odd in ["", "a/b", "a b", "a&b=c", &"x".repeat(129)] {
            let node = json!({"type": "mention", "attrs": {"id": odd}});
            assert!(nameless_in_documents(&node).is_empty(), "{odd}");
        }
    }

    #[test]
    fn a_text_that_is_written_has_the_right_names_for_those_who_are_new_in_it() {
        let names = Names::from([(String::from("5b10"), String::from("Mia Krystof"))]);
        for invented in [None, Some("@Marie")] {
            let mut text = document(invented);
            name_newcomers(&mut text, &Value::Null, &names);
            assert_eq!(text, document(Some("@Mia Krystof")));
            let mut stays = document(invented);
            name_newcomers(&mut stays, &document(None), &names);
            assert_eq!(stays, document(invented));
        }
    }
}
