//! Lists that are read to their end, page by page.

use serde_json::Value;

use super::Browser;

/// Follows `Link: …; rel="next"` from `first` to the end and gives the entries of each page. The link is
/// always what was asked first, with the cursor of the header.
pub async fn pages(browser: &Browser, first: &str) -> Vec<Vec<Value>> {
    let (mut address, mut found) = (first.to_owned(), Vec::new());
    for _ in 0..500 {
        let page = browser.get(&address).await;
        assert_eq!(page.status, 200, "{address}: {}", page.body);
        found.push(page.json().as_array().unwrap().clone());
        let (link, cursor) = (page.header("link"), page.header("x-next-cursor"));
        if cursor.is_empty() {
            assert_eq!(link, "");
            return found;
        }
        let (next, relation) = link.split_once('>').unwrap();
        assert_eq!(relation, "; rel=\"next\"");
        next.trim_start_matches('<').clone_into(&mut address);
        let mut asked = parameters(first);
        asked.push((String::from("cursor"), cursor.to_owned()));
        asked.sort();
        assert_eq!(parameters(&address), asked);
    }
    panic!("{first} does not end");
}

/// The parameters of an address or path, in order.
fn parameters(address: &str) -> Vec<(String, String)> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned();
    let mut pairs: Vec<(String, String)> = pairs.collect();
    pairs.sort();
    pairs
}

/// The entries of all pages.
pub async fn walk(browser: &Browser, first: &str) -> Vec<Value> {
    pages(browser, first).await.concat()
}

/// The entries' ids.
pub fn ids(entries: &[Value]) -> Vec<&str> {
    let ids = entries.iter().map(|entry| entry["id"].as_str().unwrap());
    ids.collect()
}
