//! Two changes of one text brought together: people, words, and what was moved.

use crate::merge_edits;

#[test]
fn a_name_that_only_one_text_has_is_no_change() {
    let nameless = "ask @[5b10](accountid:5b10)\n\nb\n\nc";
    let named = nameless.replace("[5b10]", "[Mia K]");
    // Somebody else took the paragraph away, and it stays away.
    assert_eq!(
        merge_edits(nameless, "b\n\nc", &named.replace("\n\nc", "\n\nC")),
        "b\n\nC"
    );
    // What somebody else made of it stands, with the name that is known.
    assert_eq!(
        merge_edits(
            nameless,
            &nameless.replace("ask", "tell"),
            &named.replace("\n\nc", "\n\nC")
        ),
        "tell @[Mia K](accountid:5b10)\n\nb\n\nC"
    );
    assert_eq!(
        merge_edits(
            nameless,
            "ask @[Noor](accountid:6c20)\n\nb\n\nc",
            &named.replace("\n\nc", "\n\nC")
        ),
        "ask @[Noor](accountid:6c20)\n\nb\n\nC"
    );
    assert_eq!(merge_edits(nameless, nameless, &named), named);
}

#[test]
fn a_word_that_one_took_away_and_the_other_changed_is_changed_by_both() {
    assert_eq!(merge_edits("a b c d", "a **b c** d", "a b d"), "a b d");
    assert_eq!(merge_edits("a b c d", "a b C d", "a b d"), "a b d");
    // Words that only one of them touched stand.
    assert_eq!(merge_edits("a b c d", "a b c D", "a b d"), "a b D");
    assert_eq!(merge_edits("a b c d", "a b d", "A b c d"), "A b d");
}

#[test]
fn what_one_moved_and_the_other_changed_stands_once() {
    let before = "alpha one\n\nbeta two\n\ngamma three";
    let moved = "beta two\n\ngamma three\n\nalpha one";
    let changed = before.replace("one", "one!");
    assert_eq!(merge_edits(before, moved, &changed), changed);
    assert_eq!(
        merge_edits(before, &changed, moved),
        moved.replace("one", "one!")
    );
    // Moved by one alone, by both to one place, by both to two places, and taken away by the other.
    let other = before.replace("two", "two!");
    assert_eq!(
        merge_edits(before, moved, &other),
        moved.replace("two", "two!")
    );
    assert_eq!(
        merge_edits(before, &other, moved),
        moved.replace("two", "two!")
    );
    assert_eq!(merge_edits(before, moved, moved), moved);
    let elsewhere = "beta two\n\nalpha one\n\ngamma three";
    let both = merge_edits(before, moved, elsewhere);
    assert_eq!(both.matches("alpha").count(), 1, "{both}");
    assert_eq!(both.matches("beta").count(), 1, "{both}");
    assert_eq!(
        merge_edits(before, moved, "beta two\n\ngamma three!"),
        "beta two\n\ngamma three!"
    );
    // A copy is no move.
    assert_eq!(
        merge_edits(before, &format!("{before}\n\nalpha one"), &changed),
        format!("{changed}\n\nalpha one")
    );
    assert_eq!(
        merge_edits("- a\n- b\n- c", "- b\n- c\n- a", "- a!\n- b\n- c"),
        "- a!\n- b\n- c"
    );
}

#[test]
fn words_that_both_changed_cost_no_other_words() {
    assert_eq!(
        merge_edits("a b c d e f", "A B c d e F", "a b2 c D e f"),
        "A b2 c D e F"
    );
    // A mark is never torn, and what has white space in it is one thing.
    assert_eq!(
        merge_edits("see b c d", "see **b c d**", "see b x d!"),
        "see b x d!"
    );
    let person = "ask @[Mia K](accountid:5b10) now";
    assert_eq!(
        merge_edits(
            person,
            &person.replace("ask", "tell"),
            &person.replace("now", "soon")
        ),
        "tell @[Mia K](accountid:5b10) soon"
    );
    let link = "see [the guide](https://example.com/a) now";
    assert_eq!(
        merge_edits(
            link,
            &link.replace("/a", "/b"),
            &link.replace("now", "soon")
        ),
        "see [the guide](https://example.com/b) soon"
    );
}

#[test]
fn blocks_inside_of_others_are_brought_together_as_blocks_are() {
    assert_eq!(
        merge_edits(
            "> [!NOTE]\n> one\n>\n> two",
            "> [!WARNING]\n> one\n>\n> two\n>\n> three",
            "> [!NOTE]\n> 1\n>\n> two"
        ),
        "> [!WARNING]\n> 1\n>\n> two\n>\n> three"
    );
    assert_eq!(
        merge_edits("- [ ] a\n- [ ] b", "- [x] a\n- [ ] b", "- [ ] a!\n- [ ] b"),
        "- [x] a!\n- [ ] b"
    );
    assert_eq!(
        merge_edits(
            "| a | b |\n| --- | --- |\n| 1 | 2 |",
            "| a | b | c |\n| --- | --- | --- |\n| 1 | 2 | 3 |",
            "| a | b |\n| --- | --- |\n| one | 2 |"
        ),
        "| a | b | c |\n| --- | --- | --- |\n| one | 2 | 3 |"
    );
    assert_eq!(
        merge_edits(
            "```\nlet a = 1;\n  let b = 2;\n```",
            "```rust\nlet a = 1;\n  let b = 3;\n```",
            "```\nlet z = 1;\n  let b = 2;\n```"
        ),
        "```rust\nlet z = 1;\n  let b = 3;\n```"
    );
    assert_eq!(merge_edits("# a b", "## a b", "# a c"), "## a c");
}

#[test]
fn notes_of_both_stand_beside_each_other() {
    let before = "a[^1] b\n\n[^1]: first";
    let theirs = "new[^1]\n\na[^2] b\n\n[^1]: theirs\n[^2]: first";
    let mine = "a[^1] b[^2]\n\n[^1]: first!\n[^2]: mine";
    let merged = merge_edits(before, theirs, mine);
    let wanted = "new[^1]\n\na[^2] b[^3]\n\n[^1]: theirs\n\n[^2]: first!\n\n[^3]: mine";
    assert_eq!(merged, wanted);
    // The same note of both, one that was taken away, and one that is named no more.
    let merged = merge_edits("a b", "a[^1] b\n\n[^1]: x", "a b[^1]\n\n[^1]: x");
    assert_eq!(merged.matches("[^1]: x").count(), 1, "{merged}");
    assert!(!merged.contains("[^2]"), "{merged}");
    let merged = merge_edits(before, "a b", "a[^1] c\n\n[^1]: first");
    assert!(
        !merged.contains("first") && merged.contains('c'),
        "{merged}"
    );
}
