//! Finds the tasks that were written anew, and say what tasks said that are gone: they are the same ones.

use std::collections::{HashMap, HashSet};

/// Pairs of old and new tasks, each given with its identifier and what it says.
pub(crate) fn same_tasks(
    old: &[(String, String)],
    new: &[(String, String)],
) -> Vec<(usize, usize)> {
    let names = |tasks: &[(String, String)]| -> HashSet<String> {
        tasks.iter().map(|(name, _)| name.clone()).collect()
    };
    let (old_names, new_names) = (names(old), names(new));
    let mut by_text: HashMap<&str, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (i, (name, text)) in old.iter().enumerate() {
        if !new_names.contains(name) {
            by_text.entry(text.trim()).or_default().0.push(i);
        }
    }
    for (j, (name, text)) in new.iter().enumerate() {
        if !old_names.contains(name) {
            by_text.entry(text.trim()).or_default().1.push(j);
        }
    }
    let alike = by_text.into_values();
    let alike = alike.filter(|(olds, news)| olds.len() == news.len());
    alike
        .flat_map(|(olds, news)| olds.into_iter().zip(news))
        .collect()
}
