//! Failures with the names of the arguments as a tool calls them: the services below have names of their own, and Jira too.

use crate::service::error::ServiceError;

/// What the services or Jira call an argument, and what the tool does.
type Names = &'static [(&'static str, &'static str)];

/// The names that are others in a tool.
pub(super) fn names(tool: &str) -> Names {
    match tool {
        "confluence_search" => &[("q", "query"), ("filters", "spaces_filter")],
        "search" | "jira_search_projects" | "jira_search_users" => &[("q", "query")],
        "confluence_get_space_page_tree" => &[("space", "space_key")],
        "confluence_create_page" | "confluence_update_page" => &[("body", "content")],
        "confluence_update_page_section" => &[("body", "new_content")],
        "confluence_move_page" => &[("parent_id", "target_parent_id")],
        "confluence_upload_attachment" => &[("id", "content_id")],
        "jira_create_issue" => &[("issuetype", "issue_type"), ("project", "project_key")],
        "jira_transition_issue" => &[("transition", "transition_id")],
        "jira_add_worklog" => &[
            ("timeLogged", "time_spent"),
            ("timeSpent", "time_spent"),
            ("newEstimate", "remaining_estimate"),
        ],
        "jira_create_sprint" | "jira_update_sprint" => &[
            ("originBoardId", "board_id"),
            ("startDate", "start_date"),
            ("endDate", "end_date"),
        ],
        _ => &[],
    }
}

/// The failure with arguments called as `called` calls them, where it does.
pub(super) fn told(
    error: ServiceError,
    called: impl Fn(&str) -> Option<&'static str>,
) -> ServiceError {
    let name = |own: &String| called(own).map_or_else(|| own.clone(), str::to_owned);
    match error {
        ServiceError::Validation { message, fields } => ServiceError::Validation {
            message: fields.iter().fold(message, |message, own| {
                called(own).map_or_else(|| message.clone(), |told| retold(&message, own, told))
            }),
            fields: fields.iter().map(name).collect(),
        },
        ServiceError::Rejected { messages, fields } => ServiceError::Rejected {
            messages,
            fields: fields
                .into_iter()
                .map(|(field, why)| (name(&field), why))
                .collect(),
        },
        other => other,
    }
}

/// Our sentence about the argument `own`, which is called `told`. Our sentences begin with the argument they are about, and name
/// it at their end again at most; the same word elsewhere, or in quotation marks, is one of people's.
fn retold(message: &str, own: &str, told: &str) -> String {
    let mut quoted = false;
    let mut begins = true;
    let mut words: Vec<String> = Vec::new();
    let mut rest = message.split(' ').peekable();
    while let Some(word) = rest.next() {
        let bare = word.trim_end_matches([';', '.', ',', ':']);
        let ends = bare.len() < word.len() || rest.peek().is_none();
        let is_told = bare == own && !quoted && (begins || ends);
        words.push(if is_told {
            format!("{told}{}", &word[bare.len()..])
        } else {
            word.to_owned()
        });
        quoted ^= word.matches(['"', '`']).count() % 2 == 1;
        begins = !quoted && word.ends_with([';', '.', ':']);
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_argument_of_the_tool() {
        let called = |name: &str| {
            let known = names("confluence_create_page").iter();
            known
                .clone()
                .find(|(own, _)| *own == name)
                .map(|(_, told)| *told)
        };
        let error = ServiceError::invalid("body", "body holds the placeholder x; write it in body");
        let ServiceError::Validation { message, fields } = told(error, called) else {
            panic!("another failure");
        };
        assert_eq!(
            message,
            "content holds the placeholder x; write it in content"
        );
        assert_eq!(fields, ["content"]);
    }
    #[test]
    fn what_people_wrote_keeps_its_words() {
        for (own, called, message, left) in [
            (
                "project",
                "project_key",
                "project names \"the project x\"; take project",
                "project_key names \"the project x\"; take project_key",
            ),
            (
                "body",
                "content",
                "body holds a body of `body text` here",
                "content holds a body of `body text` here",
            ),
            (
                "q",
                "query",
                "no q here is meant; q must be words",
                "no q here is meant; query must be words",
            ),
        ] {
            assert_eq!(retold(message, own, called), left);
        }
    }
}
