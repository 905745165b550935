//! The whole history of a campaign, held against what must hold of every refresh: what Atlassian was asked
//! and gave, from the sandbox; and what became of every grant, written down by the database itself.

use std::collections::{HashMap, HashSet};

use atlassian_sandbox::{JournalEntry, Sandbox, TokenUse};

use crate::support::raw_database::Raw;

/// A history from its beginning on.
pub(crate) struct History {
    raw: Raw,
    /// Access tokens that Atlassian was told to let expire, as bearers.
    expired: HashSet<String>,
    /// How many logins there had been when it began.
    logins: usize,
}

/// What faults may have cost: answers that arrived and were lost with their process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lost(pub(crate) usize);

impl History {
    /// Lets the database write down every change of a grant's generation or status from now on.
    pub(crate) async fn begin(url: &str, sandbox: &Sandbox) -> Self {
        let mut raw = Raw::open(url).await;
        raw.run("CREATE TABLE grant_history (id TEXT, was BIGINT, became BIGINT, status TEXT)")
            .await;
        let note =
            "INSERT INTO grant_history VALUES (new.id, old.generation, new.generation, new.status)";
        let trigger = "CREATE TRIGGER grant_history AFTER UPDATE OF generation, status ON grants";
        match raw {
            Raw::Sqlite(_) => {
                raw.run(format!("{trigger} BEGIN {note}; END")).await;
            }
            Raw::Postgres(_) => {
                raw.run(format!("CREATE FUNCTION note_grant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {note}; RETURN new; END $$")).await;
                raw.run(format!(
                    "{trigger} FOR EACH ROW EXECUTE FUNCTION note_grant()"
                ))
                .await;
            }
        }
        Self {
            raw,
            expired: HashSet::new(),
            logins: logins(&sandbox.token_uses()),
        }
    }

    /// Lets every access token expire; what is refused from now on is no fault of the service's.
    pub(crate) fn expire(&mut self, sandbox: &Sandbox) {
        sandbox.expire_access_tokens();
        self.expired = bearers(&sandbox.token_uses());
    }

    /// Checks all of it, once everybody has been served again.
    pub(crate) async fn check(&mut self, sandbox: &Sandbox, lost: Lost) {
        let (uses, journal) = (sandbox.token_uses(), sandbox.journal());
        tokens_are_presented_once(&uses, lost);
        self.calls_are_made_with_living_tokens(&uses, &journal);
        what_served_is_never_gone_back_on(&uses, &journal);
        self.generations_rise_by_one(&uses).await;
    }

    fn calls_are_made_with_living_tokens(&self, uses: &[TokenUse], journal: &[JournalEntry]) {
        let issued = bearers(uses);
        for call in journal {
            let Some(bearer) = bearer(call) else { continue };
            assert!(
                issued.contains(bearer),
                "{} was called with a token that Atlassian never issued",
                call.path
            );
            assert!(
                call.status != 401 || self.expired.contains(bearer),
                "{} was called with an expired token",
                call.path
            );
        }
    }

    /// Every change of a grant raises its generation by one, no generation is left twice, and nobody is
    /// asked to log in again whom Atlassian has not refused.
    async fn generations_rise_by_one(&mut self, uses: &[TokenUse]) {
        let mut count =
            async |sql: &str| usize::try_from(self.raw.number(sql).await.unwrap()).unwrap();
        let jumps = "SELECT COUNT(*) FROM grant_history WHERE became <> was + 1";
        assert_eq!(count(jumps).await, 0, "a generation did not rise by one");
        let twice = "SELECT COUNT(*) - COUNT(DISTINCT id || ':' || was) FROM grant_history";
        assert_eq!(count(twice).await, 0, "a generation was left twice");
        let refused = uses.iter().filter(|token_use| token_use.is_refresh);
        let refused = refused.filter(|token_use| (400..=403).contains(&token_use.status));
        let ended = "SELECT COUNT(*) FROM grant_history WHERE status <> 'active'";
        assert!(
            count(ended).await <= refused.count(),
            "somebody was logged out whom Atlassian has not refused"
        );
        let commits = "SELECT COUNT(*) FROM grant_history WHERE status = 'active'";
        let rotated: HashSet<&str> = uses
            .iter()
            .filter(|token_use| token_use.is_refresh && token_use.access_token.is_some())
            .map(|token_use| token_use.presented.as_str())
            .collect();
        // A new login of somebody who is known moves their grant on as well.
        let logins = logins(uses) - self.logins;
        assert_eq!(
            count(commits).await,
            rotated.len() + logins,
            "each token that was used up has one successor in the database"
        );
    }
}

/// A refresh token is presented again only where no answer to the use before can have been kept, and never
/// twice at once.
fn tokens_are_presented_once(uses: &[TokenUse], Lost(lost): Lost) {
    let mut known: HashSet<&str> = HashSet::new();
    let mut earlier: HashMap<&str, &TokenUse> = HashMap::new();
    let (mut repeated, mut at_once) = (0, 0);
    for token_use in uses {
        if token_use.is_refresh {
            assert!(
                known.contains(token_use.presented.as_str()),
                "a refresh token was presented that Atlassian never issued"
            );
            let before = earlier.insert(&token_use.presented, token_use);
            let was_answered = |before: &TokenUse| before.status != 0 && before.status < 500;
            repeated += usize::from(before.is_some_and(was_answered));
            at_once += usize::from(token_use.beside > 0);
        }
        known.extend(token_use.refresh_token.as_deref());
    }
    assert!(
        repeated <= lost,
        "{repeated} refresh tokens were presented again after an answer, of which {lost} may have been lost"
    );
    assert!(
        at_once <= lost,
        "{at_once} refresh tokens were presented twice at once"
    );
}

/// Once a call was made with an access token, the refresh token before it is never presented again: its
/// successor was in the database first.
fn what_served_is_never_gone_back_on(uses: &[TokenUse], journal: &[JournalEntry]) {
    // The access tokens that served, and the refresh token that each was issued for.
    let predecessor: HashMap<String, &str> = uses
        .iter()
        .filter(|token_use| token_use.is_refresh)
        .filter_map(|token_use| {
            let access_token = token_use.access_token.as_ref()?;
            Some((
                format!("Bearer {access_token}"),
                token_use.presented.as_str(),
            ))
        })
        .collect();
    let mut replaced: HashSet<&str> = HashSet::new();
    let mut uses = uses.iter();
    for call in journal {
        if call.path == "/oauth/token" {
            let token_use = uses.next().unwrap();
            assert!(
                !replaced.contains(token_use.presented.as_str()),
                "an older refresh token was presented although its successor had served"
            );
        } else if let Some(bearer) = bearer(call) {
            replaced.extend(predecessor.get(bearer));
        }
    }
}

fn logins(uses: &[TokenUse]) -> usize {
    uses.iter()
        .filter(|token_use| !token_use.is_refresh)
        .count()
}

fn bearer(call: &JournalEntry) -> Option<&str> {
    call.header("authorization")
        .filter(|value| value.starts_with("Bearer "))
}

fn bearers(uses: &[TokenUse]) -> HashSet<String> {
    uses.iter()
        .filter_map(|token_use| token_use.access_token.as_ref())
        .map(|token| format!("Bearer {token}"))
        .collect()
}
