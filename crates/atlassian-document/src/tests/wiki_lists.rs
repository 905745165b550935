//! Blocks in the entries of lists of wiki markup, as Jira's own renderer reads them: lists end at an empty line.

use crate::{Losses, edit_wiki, markdown, markdown_to_wiki, wiki_to_markdown};

/// Some Markdown as we spell it: with empty lines between the entries of a list that holds more than lines.
fn spelt(markdown: &str) -> String {
    markdown::write(&markdown::read(markdown))
}

fn assert_both(markdown: &str, wiki: &str) {
    assert_eq!(markdown_to_wiki(markdown), wiki);
    assert_eq!(wiki_to_markdown(wiki), spelt(markdown), "{wiki}");
}

/// What becomes of a text when one stretch of what it shows is another.
fn edited(text: &str, from: &str, to: &str) -> String {
    let shown = wiki_to_markdown(text);
    assert!(shown.contains(from), "{shown}");
    let same = edit_wiki(text, &shown, Losses::Refused);
    assert_eq!(same.as_deref(), Ok(text), "{shown}");
    let meant = shown.replacen(from, to, 1);
    let written = edit_wiki(text, &meant, Losses::Refused).unwrap();
    assert_eq!(wiki_to_markdown(&written), spelt(&meant), "{written}");
    written
}

#[test]
fn blocks_in_entries_are_the_same_in_both_directions() {
    assert_both(
        "- item\n\n  ```python\n  def f():\n      return 1\n  ```\n- next",
        "* item\n{code:python}\ndef f():\n    return 1\n{code}\n* next",
    );
    assert_both(
        "1. first\n\n   ```bash\n   echo 1\n   ```\n2. second",
        "# first\n{code:bash}\necho 1\n{code}\n# second",
    );
    assert_both(
        "- ```\n  a\n\n  * b\n  ```\n- c",
        "* {code}\na\n\n* b\n{code}\n* c",
    );
    assert_both(
        "- a\n\n  ```\n  b\n  ```\n\n  c\n  - d\n\n    ```\n    e\n    ```\n- f",
        "* a\n{code}\nb\n{code}\nc\n** d\n{code}\ne\n{code}\n* f",
    );
    assert_both(
        "- a\n\n  > b\n  >\n  > c\n- d",
        "* a\n{quote}\nb\n\nc\n{quote}\n* d",
    );
    assert_both(
        "- > [!NOTE]\n  > - a\n  >   1. b",
        "* {panel:title=Note}\n* a\n*# b\n{panel}",
    );
    assert_both(
        "- a\n\n  | b | c |\n  | --- | --- |\n  | d | e |\n\n  f\n- g",
        "* a\n||b||c||\n|d|e|\nf\n* g",
    );
    assert_both(
        "- ## a\n- b\n\n  ### c\n\n  d\n\n  ---",
        "* h2. a\n* b\nh3. c\nd\n----",
    );
    assert_both(
        "- [ ] a\n\n  ```\n  b\n  ```\n- [x] c\n\n  > d",
        "* \\[ ] a\n{code}\nb\n{code}\n* \\[x] c\n{quote}\nd\n{quote}",
    );
}

#[test]
fn lines_below_an_entry_belong_to_it_up_to_an_empty_one() {
    for (wiki, markdown) in [
        (
            "# a\n{code}x{code}\n# b\n\n# c",
            "1. a\n\n   ```\n   x\n   ```\n2. b\n\n1) c",
        ),
        (
            "* a {code}x{code} b\n* c",
            "- a\n\n  ```\n  x\n  ```\n\n  b\n- c",
        ),
        ("- {code}x{code}\n- b", "- ```\n  x\n  ```\n- b"),
        ("* a\nbq. b\n* c", "- a\n\n  > b\n- c"),
        (
            "* a\n|b|c\nd|\n* e",
            "- a\n\n  |  |  |\n  | --- | --- |\n  | b | c<br>d |\n- e",
        ),
        ("* a\n\nh2. b", "- a\n\n## b"),
        ("- a\n-- b\n--- c", "- a\n  - b\n    - c"),
        ("*{code}x{code}", "\\*\n\n```\nx\n```"),
        ("{code}x{code} * a", "```\nx\n```\n\n\\* a"),
        (
            "* a\r\n{code}\r\nx\r\n{code}\r\n* b\r\n",
            "- a\n\n  ```\n  x\n  ```\n- b",
        ),
        (
            "* a\n{panel:title=Mine}\nb\n{panel}\n* c",
            "- a\n\n  > [Mine](keep:panel-430a9bb3)\n  >\n  > b\n- c",
        ),
    ] {
        let shown = wiki_to_markdown(wiki);
        assert_eq!(shown, spelt(markdown), "{wiki}");
        let same = edit_wiki(wiki, &shown, Losses::Refused);
        assert_eq!(same.as_deref(), Ok(wiki), "{markdown}");
    }
}

#[test]
fn what_cannot_be_opened_again_is_a_part_of_what_is_open() {
    for (markdown, wiki) in [
        ("> - a\n>\n>   > b", "{quote}\n* a\\\\ b\n{quote}"),
        (
            "> - a\n>\n>   > [!TIP]\n>   > > b",
            "{quote}\n* a\n{panel:title=Tip}\nb\n{panel}\n{quote}",
        ),
        ("- a\n\n  b", "* a\\\\ b"),
        (
            "- a\n\n  ```\n  b\n  ```\n\n  c\n\n  d",
            "* a\n{code}\nb\n{code}\nc\\\\ d",
        ),
        (
            "- a\n  - ```\n    b\n    ```\n\n  c",
            "* a\n** {code}\nb\n{code}\nc",
        ),
        (
            "- a\n  - b\n\n  ```\n  c\n  ```",
            "* a\n** b\n{code}\nc\n{code}",
        ),
        (
            "- | a |\n  | --- |\n  | b |\n\n  | c |\n  | --- |\n  | d |",
            "* ||a||\n|b|\nc\\\\ d",
        ),
        (
            "- <details>\n  <summary>More</summary>\n\n  a\n\n  ```\n  b\n  ```\n\n  </details>",
            "* *More*\\\\ a\n{code}\nb\n{code}",
        ),
    ] {
        assert_eq!(markdown_to_wiki(markdown), wiki, "{markdown}");
        let again = markdown_to_wiki(&wiki_to_markdown(wiki));
        assert_eq!(again, wiki, "{markdown}");
    }
}

#[test]
fn code_with_both_ends_in_it_is_lines_of_text() {
    let markdown = "a\n\n```java title=\"T\"\n{code}\n\nx {noformat} y\n```\n\nb";
    let wiki = "a\n\n*T*\n\n{{&#123;code&#125;}}\\\\ \\\\ {{x &#123;noformat&#125; y}}\n\nb";
    assert_eq!(markdown_to_wiki(markdown), wiki);
    assert_eq!(
        wiki_to_markdown(wiki),
        "a\n\n**T**\n\n`{code}`\\\n\\\n`x {noformat} y`\n\nb"
    );
    assert_eq!(
        markdown_to_wiki("- a\n\n  ```\n  {code}{noformat}\n  ```\n- b"),
        "* a\\\\ {{&#123;code&#125;&#123;noformat&#125;}}\n* b"
    );
    let text = "a\n\n{code:java}\nx {noformat}\n{code}\n\nb";
    let shown = wiki_to_markdown(text);
    let written = edit_wiki(text, &shown.replace('x', "{code}"), Losses::Refused).unwrap();
    assert_eq!(wiki_to_markdown(&written), "a\n\n`{code} {noformat}`\n\nb");
}

const STEPS: &str = "Steps:\n\n#  first\n{code:bash|borderStyle=solid}\necho one\n\necho two\n{code}\nthen  \n# second {noformat} raw {noformat}\n#* below\n{quote}\nsaid\n\n* more\n{quote}\n# third\n|a|b\n|c|d|\nh3. Title\n----\n\nend";

#[test]
fn one_word_in_an_entry_changes_alone() {
    let shown = wiki_to_markdown(STEPS);
    assert_eq!(
        shown,
        "Steps:\n\n1. first\n\n   ```bash\n   echo one\n\n   echo two\n   ```\n\n   then\n\n2. second\n\n   ```\n    raw \n   ```\n\n   - below\n\n     > said\n     >\n     > - more\n\n3. third\n\n   |  |  |\n   | --- | --- |\n   | a | b |\n   | c | d |\n\n   ### Title\n\n   ---\n\nend"
    );
    for word in [
        "first", "one", "two", "then", "second", "raw", "below", "said", "more", "third", "Title",
        "end", "| c |",
    ] {
        let other = if word == "| c |" {
            "| thread |"
        } else {
            "thread"
        };
        let expected = STEPS.replace(
            &word.replace("| c |", "|c|"),
            &other.replace("| thread |", "|thread|"),
        );
        assert_eq!(edited(STEPS, word, other), expected);
    }
}

#[test]
fn what_comes_and_goes_in_and_around_such_an_entry_changes_nothing_else() {
    let text = "* a\n{code:java}\nb\n{code}\n* c";
    let code = "\n\n  ```java\n  b\n  ```";
    for (from, to, expected) in [
        (code, "", "* a\n* c"),
        ("a\n\n  ```java", "```java", "* {code:java}\nb\n{code}\n* c"),
        ("- c", "- c\n- d", "* a\n{code:java}\nb\n{code}\n* c\n* d"),
        ("- c", "- d\n- c", "* a\n{code:java}\nb\n{code}\n* d\n* c"),
        ("- a", "- d\n- a", "* d\n* a\n{code:java}\nb\n{code}\n* c"),
        ("\n- c", "", "* a\n{code:java}\nb\n{code}"),
        (
            "- c",
            "- c\n\n  ```sql\n  d\n  ```",
            "* a\n{code:java}\nb\n{code}\n* c\n{code:sql}\nd\n{code}",
        ),
        ("- c", "\n  d\n- c", "* a\n{code:java}\nb\n{code}\nd\n* c"),
        (
            "- c",
            "  - d\n- c",
            "* a\n{code:java}\nb\n{code}\n** d\n* c",
        ),
        (
            "  ```java",
            "  > d\n\n  ```java",
            "* a\n{quote}\nd\n{quote}\n{code:java}\nb\n{code}\n* c",
        ),
    ] {
        assert_eq!(edited(text, from, to), expected, "{to}");
    }
    let below = "* \n** b\n* c";
    assert_eq!(edited(below, "b", "d"), "* \n** d\n* c");
    let quote = "{quote}\n* a\n{quote}";
    let written = edit_wiki(quote, "> - a\n>\n>   > b\n>\n> > c", Losses::Refused);
    assert_eq!(written.as_deref(), Ok("{quote}\n* a\\\\ b\n\nc\n{quote}"));
    let moved = edit_wiki(
        "{code:java|title=x.java|borderStyle=solid}\nb\n{code}\n\n* a",
        "- a\n\n  ```java title=\"x.java\"\n  b\n  ```",
        Losses::Refused,
    );
    assert_eq!(
        moved.as_deref(),
        Ok("* a\n{code:java|title=x.java|borderStyle=solid}\nb\n{code}")
    );
}

#[test]
fn lists_in_blocks_in_lists_are_as_deep_as_markdown_goes() {
    let names = ["quote", "panel", "info", "note", "tip", "warning"];
    let lists = names.map(|name| {
        let entries = (1..=10).map(|depth| format!("{} {name}{depth}\n", "*".repeat(depth)));
        format!("{}{{{name}}}\n", entries.collect::<String>())
    });
    let mut ends = names.map(|name| format!("{{{name}}}\n"));
    ends.reverse();
    let text = [&lists.concat(), "innermost\n|a|b|\n", &ends.concat()].concat();
    let shown = wiki_to_markdown(&text);
    assert!(
        shown.contains("innermost") && shown.contains("warning10"),
        "{shown}"
    );
    assert_eq!(markdown::read(&shown), crate::wiki::read(&text), "{shown}");
    assert_eq!(edit_wiki(&text, &shown, Losses::Refused), Ok(text.clone()));
    let deep = format!("{{quote}}\n{} a\n{{quote}}", "*".repeat(40));
    let shown = wiki_to_markdown(&deep);
    assert_eq!(markdown::read(&shown), crate::wiki::read(&deep), "{shown}");
}
