//! Users and stored rows in the store, on both databases: whose they are, and what a listing costs.

use integration_backend::model::stored::{PageEntry, ProjectEntry};
use integration_backend::model::user_row::NewUser;
use integration_backend::store::stored::{PAGES_PAGE, PROJECTS_PAGE};
use integration_backend::store::user_rows::USERS_PAGE;
use rstest::rstest;

use crate::store::fixture::{Stored, mia, strangers};
use crate::support::database::Database;
use crate::support::raw_database::Raw;

fn new_user(email: &str) -> NewUser {
    NewUser {
        email: email.to_owned(),
        display_name: None,
    }
}

fn project(key: &str, name: &str) -> ProjectEntry {
    ProjectEntry {
        key: key.to_owned(),
        name: name.to_owned(),
        lead: None,
        url: None,
    }
}

fn page(id: &str, title: &str) -> PageEntry {
    PageEntry {
        space_key: String::from("ENG"),
        page_id: id.to_owned(),
        title: title.to_owned(),
        url: None,
    }
}

#[rstest]
#[tokio::test]
async fn an_owner_has_one_row_of_their_own(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let store = &stored.store;
    assert_eq!(store.find_own_user(&mia()).await.unwrap(), None);
    let own = store.own_user(&mia()).await.unwrap();
    assert_eq!((own.email.as_deref(), own.number), (None, 1));
    let named = store
        .put_user(&mia(), &new_user("Mia@example.com"))
        .await
        .unwrap();
    assert_eq!(
        named.id, own.id,
        "the nameless own row gets the first address"
    );
    let other = store
        .put_user(&mia(), &new_user("ann@example.com"))
        .await
        .unwrap();
    assert_ne!(other.id, own.id);
    assert_eq!(store.own_user(&mia()).await.unwrap().id, own.id);
    let again = store
        .put_user(&mia(), &new_user("mia@EXAMPLE.com"))
        .await
        .unwrap();
    assert_eq!(again, named);
}

#[rstest]
#[tokio::test]
async fn users_made_at_one_moment_keep_their_order_and_none_is_made_twice(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let store = &stored.store;
    let scope = mia();
    let emails: Vec<NewUser> = (0..8)
        .map(|number| new_user(&format!("user{}@example.com", number % 4)))
        .collect();
    let made = emails.iter().map(|user| store.put_user(&scope, user));
    for made in futures_util::future::join_all(made).await {
        made.unwrap();
    }
    let all = store.users(&scope, i64::MAX, 100).await.unwrap();
    let numbers: Vec<i64> = all.iter().map(|user| user.number).collect();
    assert_eq!(numbers, [4, 3, 2, 1]);
    let below = store.users(&scope, 3, 1).await.unwrap();
    assert_eq!(below[0].number, 2);
}

#[rstest]
#[tokio::test]
async fn strangers_neither_see_nor_change_users_and_rows(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let store = &stored.store;
    let user = store
        .put_user(&mia(), &new_user("mia@example.com"))
        .await
        .unwrap();
    store
        .put_project(&mia(), &user.id, &project("EX", "Example"))
        .await
        .unwrap();
    store
        .put_page(&mia(), &user.id, &page("1", "Home"))
        .await
        .unwrap();
    for stranger in strangers() {
        assert_eq!(store.user(&stranger, &user.id).await.unwrap(), None);
        assert!(
            store
                .users(&stranger, i64::MAX, 9)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            store
                .stored_projects(&stranger, &user.id, "", 9)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            store
                .stored_pages(&stranger, &user.id, ("", ""), 9)
                .await
                .unwrap()
                .is_empty()
        );
        store
            .put_project(&stranger, &user.id, &project("EX", "Theirs"))
            .await
            .unwrap();
    }
    let projects = store
        .stored_projects(&mia(), &user.id, "", 9)
        .await
        .unwrap();
    assert_eq!((projects.len(), projects[0].name.as_str()), (1, "Example"));
}

#[rstest]
#[tokio::test]
async fn a_row_keeps_its_id_when_it_is_stored_again(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let store = &stored.store;
    let user = store.own_user(&mia()).await.unwrap();
    let first = store
        .put_page(&mia(), &user.id, &page("1", "Home"))
        .await
        .unwrap();
    let second = store
        .put_page(&mia(), &user.id, &page("1", "Away"))
        .await
        .unwrap();
    assert_eq!((first.id, second.title.as_str()), (second.id, "Away"));
}

/// Fills the tables behind the store's back with `count` rows of Mia's and `count` of others.
async fn fill(raw: &mut Raw, user_id: &str, count: i64) {
    let numbers = match raw {
        Raw::Sqlite(_) => format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
        ),
        Raw::Postgres(_) => {
            format!("WITH numbers (n) AS (SELECT * FROM generate_series(1, {count}))")
        }
    };
    for owner in ["mia", "omar"] {
        raw.run(format!(
            "INSERT INTO stored_projects (id, tenant, owner, user_id, project_key, name, origin, created_at, updated_at)
             {numbers} SELECT '{owner}' || n, 'default', '{owner}', '{user_id}', 'K' || n, 'Name', 'manual', 0, 0 FROM numbers"
        ))
        .await;
        raw.run(format!(
            "INSERT INTO stored_pages (id, tenant, owner, user_id, space_key, page_id, title, origin, created_at, updated_at)
             {numbers} SELECT '{owner}' || n, 'default', '{owner}', '{user_id}', 'ENG', 'P' || n, 'Title ' || (n % 977), 'manual', 0, 0 FROM numbers"
        ))
        .await;
        raw.run(format!(
            "INSERT INTO user_rows (id, tenant, owner, number, is_own, created_at)
             {numbers} SELECT '{owner}' || n, 'default', '{owner}', n + 1, FALSE, 0 FROM numbers"
        ))
        .await;
    }
    raw.run("ANALYZE").await;
}

/// A statement of the store's with values in place of its parameters.
fn with_values(sql: &str, values: &[&str]) -> String {
    let filled = values.iter().enumerate().rev();
    filled.fold(sql.to_owned(), |sql, (index, value)| {
        sql.replace(&format!("${}", index + 1), value)
    })
}

#[rstest]
#[tokio::test]
async fn listing_50_of_100_000_rows_walks_an_index_and_reads_no_more_than_of_100(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let user = stored.store.own_user(&mia()).await.unwrap();
    let mut raw = stored.raw().await;
    let id = format!("'{}'", user.id);
    let lists = [
        (
            with_values(PROJECTS_PAGE, &["'default'", "'mia'", &id, "'K5'", "51"]),
            "(tenant=? AND owner=? AND user_id=? AND project_key>?)",
        ),
        (
            with_values(
                PAGES_PAGE,
                &["'default'", "'mia'", &id, "'Title 5'", "'mia5'", "51"],
            ),
            "stored_pages_by_title (tenant=? AND owner=? AND user_id=? AND (title,id)>(?,?))",
        ),
        (
            with_values(USERS_PAGE, &["'default'", "'mia'", "90", "51"]),
            "(tenant=? AND owner=? AND number<?)",
        ),
    ];
    for count in [100, 100_000] {
        for table in ["stored_projects", "stored_pages"] {
            raw.run(format!("DELETE FROM {table}")).await;
        }
        raw.run(format!("DELETE FROM user_rows WHERE id <> {id}"))
            .await;
        fill(&mut raw, &user.id, count).await;
        for (list, bounds) in &lists {
            let plan = raw.plan(list).await;
            let lines: Vec<&str> = plan.lines().collect();
            let good = match kind {
                // One search between the bounds of one index: no scan, no sort, whatever the count.
                Database::Sqlite => {
                    lines.len() == 1 && lines[0].starts_with("SEARCH") && plan.contains(bounds)
                }
                // A hundred rows fit on a page or two, which PostgreSQL may well read as they lie.
                Database::Postgres => {
                    count == 100
                        || plan.contains("Index")
                            && ["Seq Scan", "Sort", "Bitmap", "Rows Removed"]
                                .iter()
                                .all(|waste| !plan.contains(waste))
                }
            };
            assert!(good, "{count} rows, {list}:\n{plan}");
        }
    }
}
