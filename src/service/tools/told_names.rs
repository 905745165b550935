//! Failures with the names of the arguments as a tool calls them: the services below have names of their own, and Jira too.

use crate::service::error::ServiceError;

/// What the services or Jira call an argument, and what the tool does.
type Names = &'static [(&'static str, &'static str)];

/// The names that are others in a tool.
pub(super) fn names(tool: &str) -> Names {
    match tool {
        "search" | "confluence_search" => &[("q", "query")],
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
    let name = |own: String| called(&own).map_or(own, str::to_owned);
    match error {
        ServiceError::Validation { message, fields } => {
            let words = message.split(' ').map(|word| called(word).unwrap_or(word));
            ServiceError::Validation {
                message: words.collect::<Vec<_>>().join(" "),
                fields: fields.into_iter().map(name).collect(),
            }
        }
        ServiceError::Rejected { messages, fields } => ServiceError::Rejected {
            messages,
            fields: fields
                .into_iter()
                .map(|(field, why)| (name(field), why))
                .collect(),
        },
        other => other,
    }
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
}
