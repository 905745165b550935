//! Which of some accounts a name means. Jira's search finds whoever has a word that begins so, in their name or in an
//! address that it does not show: one hit is not yet the person meant.

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::model::hit::Fetched;
use crate::model::person::UserSummary;

type Account = Fetched<UserSummary>;

/// How many accounts a refusal names.
const MOST_TOLD: usize = 5;

/// Whom a name means among some accounts.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// This account.
    One(String),
    /// These, each told with its id.
    Several(String),
    /// None of them.
    Nobody,
}

/// Whom `named` means: the account that has the name, the user name or the e-mail address; else the one whose name has
/// all its words, in any order. Capitals and accents do not count. `is_asked_for` says that these accounts are what
/// Jira finds for the name itself, so that the only one is meant by an e-mail address that Jira does not show.
/// Whoever has left, apps and customers are meant only where nobody else is.
pub(super) fn meant(found: &[Account], named: &str, is_asked_for: bool) -> Meant {
    let (colleagues, others): (Vec<&Account>, Vec<&Account>) =
        once_each(found).partition(|user| user.value.is_colleague());
    let groups = [colleagues, others];
    for accounts in groups {
        let meant = among(&accounts, named, is_asked_for);
        if meant != Meant::Nobody {
            return meant;
        }
    }
    Meant::Nobody
}

/// Accounts that a name may have meant and that are not called so, colleagues first; empty where there is none.
pub(super) fn near(found: &[Account]) -> String {
    let (colleagues, others): (Vec<&Account>, Vec<&Account>) =
        once_each(found).partition(|user| user.value.is_colleague());
    told(&[colleagues, others].concat())
}

fn among(accounts: &[&Account], named: &str, is_asked_for: bool) -> Meant {
    let wanted = folded(named);
    let fitting = |fits: &dyn Fn(&Account) -> bool| -> Vec<&Account> {
        accounts.iter().copied().filter(|user| fits(user)).collect()
    };
    let mut fit = fitting(&|user| is_called(user, &wanted));
    if fit.is_empty() && is_address(named) {
        let is_hidden = |user: &Account| is_asked_for && raw_text(user, "emailAddress").is_none();
        fit = fitting(&is_hidden);
    } else if fit.is_empty() {
        let words: Vec<&str> = words_of(&wanted).collect();
        fit = fitting(&|user| has_words(user, &words));
    }
    match fit.as_slice() {
        [] => Meant::Nobody,
        [one] => Meant::One(one.value.account_id.clone()),
        several => Meant::Several(told(several)),
    }
}

/// An account may stand twice in what Jira finds.
fn once_each(found: &[Account]) -> impl Iterator<Item = &Account> {
    found.iter().enumerate().filter_map(|(index, user)| {
        let is_same = |earlier: &Account| earlier.value.account_id == user.value.account_id;
        (!found[..index].iter().any(is_same)).then_some(user)
    })
}

/// Whether it is the account's whole name, user name (which Data Center has) or e-mail address.
fn is_called(user: &Account, wanted: &str) -> bool {
    let names = [
        user.value.display_name.as_deref(),
        raw_text(user, "emailAddress"),
        raw_text(user, "name"),
    ];
    names
        .into_iter()
        .flatten()
        .any(|name| folded(name) == wanted)
}

/// Whether each word is a whole word of the account's name.
fn has_words(user: &Account, words: &[&str]) -> bool {
    let Some(name) = user.value.display_name.as_deref() else {
        return false;
    };
    let name = folded(name);
    let mut left: Vec<&str> = words_of(&name).collect();
    !words.is_empty()
        && words.iter().all(|word| {
            let place = left.iter().position(|known| known == word);
            place.map(|place| left.swap_remove(place)).is_some()
        })
}

fn words_of(name: &str) -> impl Iterator<Item = &str> {
    let is_between = |sign: char| sign.is_whitespace() || matches!(sign, ',' | ';' | '(' | ')');
    name.split(is_between).filter(|word| !word.is_empty())
}

fn raw_text<'a>(user: &'a Account, member: &str) -> Option<&'a str> {
    let text = user.raw.get(member).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
}

fn is_address(named: &str) -> bool {
    named.contains('@') && !named.contains(' ')
}

fn told(accounts: &[&Account]) -> String {
    let told = accounts.iter().take(MOST_TOLD).map(|user| {
        let name = user.value.display_name.as_deref().unwrap_or("nameless");
        format!("{name}: {}", user.value.account_id)
    });
    told.collect::<Vec<_>>().join(", ")
}

/// A name as somebody types it: without the mention that texts show it in, without quotes and the `@` in front,
/// with single spaces, the apostrophe of the keyboard, and letters in one piece.
pub(super) fn as_typed(named: &str) -> String {
    let named = named.trim();
    let mention = named
        .strip_prefix("[~")
        .or_else(|| Some(named.strip_prefix("@[")?.split_once("](")?.1))
        .and_then(|rest| rest.strip_suffix([']', ')']));
    let bare = mention
        .unwrap_or(named)
        .trim_matches(['"', '\u{201c}', '\u{201d}']);
    let bare = bare.strip_prefix('@').unwrap_or(bare);
    let words: Vec<&str> = bare.split_whitespace().collect();
    let name = words
        .join(" ")
        .replace(['\u{2018}', '\u{2019}', '\u{2bc}'], "'");
    name.nfc().collect()
}

/// A name as it is compared: in small letters, without accents.
fn folded(name: &str) -> String {
    let letters = as_typed(name).to_lowercase();
    let mut plain = String::with_capacity(letters.len());
    for letter in letters.nfkd().filter(|letter| !is_combining_mark(*letter)) {
        // Letters of their own that keyboards elsewhere lack.
        match letter {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ı' => plain.push('i'),
            letter => plain.push(letter),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn account(name: &str, raw: Value) -> Account {
        let id = raw["accountId"].as_str().unwrap_or(name).to_owned();
        let value = UserSummary {
            account_id: id,
            display_name: Some(name.to_owned()),
            avatar_url: None,
            active: Some(raw["active"] != false),
            account_type: None,
        };
        Fetched { value, raw }
    }

    fn named(name: &str) -> Account {
        account(name, json!({}))
    }

    fn one(id: &str) -> Meant {
        Meant::One(id.to_owned())
    }

    #[test]
    fn one_hit_of_another_name_is_not_the_person() {
        for (name, hit) in [
            ("Adam Drew", "Rob Drew"),
            ("John Smith", "Jane Smith"),
            ("Ann Lee", "Ann Lee-Smith"),
            ("Dan", "Dana White"),
            ("a", "Ann Lee-Smith"),
            ("ma", "Omar Haddad"),
            ("Kryst", "Mia Krystof"),
            ("Omar Omar", "Omar Haddad"),
            ("Omar Haddad Junior", "Omar Haddad"),
        ] {
            assert_eq!(meant(&[named(hit)], name, true), Meant::Nobody, "{name}");
        }
        assert_eq!(
            near(&[named("Ann Lee-Smith")]),
            "Ann Lee-Smith: Ann Lee-Smith"
        );
    }

    #[test]
    fn whole_words_of_a_name_are_the_person_in_any_order_and_spelling() {
        for (name, person) in [
            ("Krystof", "Mia Krystof"),
            ("mia", "Mia Krystof"),
            ("Krystof, Mia", "Mia Krystof"),
            ("KRYSTOF MIA", "Mia Krystof"),
            ("Jose Garcia", "José García"),
            ("José", "Jose Garcia Lopez"),
            ("Strasse", "Eva Straße"),
            ("Soren", "Søren Ødegård"),
            ("Lee-Smith", "Ann Lee-Smith"),
            ("Pat O\u{2019}Brien", "Pat O'Brien"),
        ] {
            let accounts = [named("Somebody Else"), named(person)];
            assert_eq!(meant(&accounts, name, true), one(person), "{name}");
        }
    }

    #[test]
    fn the_whole_name_goes_before_words_of_longer_ones() {
        let accounts = [named("Ann Lee"), named("Ann Mary Lee")];
        assert_eq!(meant(&accounts, "ann lee", true), one("Ann Lee"));
        let both = meant(&accounts, "Lee", true);
        assert_eq!(
            both,
            Meant::Several(String::from("Ann Lee: Ann Lee, Ann Mary Lee: Ann Mary Lee"))
        );
    }

    #[test]
    fn an_address_that_is_shown_must_be_the_one() {
        let bob = account("Bob", json!({"emailAddress": "bob@example.com"}));
        let hidden = named("Rob");
        let rob = "rob@example.com";
        assert_eq!(meant(&[bob], rob, true), Meant::Nobody);
        let bob = account("Bob", json!({"emailAddress": "Bob@Example.com"}));
        assert_eq!(meant(&[bob], "bob@example.com", true), one("Bob"));
        assert_eq!(meant(&[hidden], rob, true), one("Rob"));
        assert_eq!(meant(&[named("Rob")], rob, false), Meant::Nobody);
    }

    #[test]
    fn an_account_that_is_found_twice_is_one() {
        let twice = [
            account("Mia Krystof", json!({"accountId": "5b"})),
            account("Mia Krystof", json!({"accountId": "5b"})),
        ];
        assert_eq!(meant(&twice, "Mia Krystof", true), one("5b"));
    }

    #[test]
    fn user_names_of_a_data_center_are_names_and_parts_of_them_are_none() {
        let omar = account("Omar Haddad", json!({"name": "ohaddad"}));
        assert_eq!(meant(&[omar], "OHaddad", true), one("Omar Haddad"));
        let omar = account("Omar Haddad", json!({"name": "ohaddad"}));
        assert_eq!(meant(&[omar], "ohad", true), Meant::Nobody);
    }

    #[test]
    fn a_name_is_the_same_however_it_is_typed() {
        for (typed, name) in [
            (" Omar \u{a0} Haddad ", "Omar Haddad"),
            ("Jose\u{301} Garci\u{301}a", "José García"),
            ("Pat O\u{2019}Brien", "Pat O'Brien"),
            ("@[Omar Haddad](accountid:712020:8f)", "accountid:712020:8f"),
            ("[~accountid:712020:8f]", "accountid:712020:8f"),
            ("[~omar]", "omar"),
            ("@Omar Haddad", "Omar Haddad"),
            ("\"Omar Haddad\"", "Omar Haddad"),
            ("omar@example.com", "omar@example.com"),
            (
                "@[\u{201c}Omar\u{201d}](accountid:712020:8f)",
                "accountid:712020:8f",
            ),
        ] {
            assert_eq!(as_typed(typed), name, "{typed:?}");
        }
    }
}
