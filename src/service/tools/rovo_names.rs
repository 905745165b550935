//! The names of Atlassian's own server for agents (Rovo): which of the usual tools each stands for.

use super::registry::Paging;
use super::renamed::{Argument, Kind, Renamed, alone, needed, text};

const ISSUE: Argument = needed("issueIdOrKey", "issue_key", "The issue's key or id.");
const PROJECT: Argument = needed("projectIdOrKey", "project_key", "The project's key.");
const PAGE: Argument = needed("pageId", "page_id", "The page's id.");
const FORMAT: Argument = alone(
    "contentFormat",
    "markdown",
    "Texts are Markdown; leave it out.",
);
const LIMIT: Argument = text("limit", "limit", "The most entries.").of(Kind::Number);
const START: Argument = text("start", "start", "The next_start.").of(Kind::Offset);
const MOST: Argument = text("maxResults", "limit", "The most entries.").of(Kind::Number);
const CURSOR: Argument = text("cursor", "cursor", "next_cursor of the part before.");
const TOKEN: Argument = text("nextPageToken", "page_token", "The next_cursor.");
const FIELDS: Argument =
    text("fields", "fields", "The fields wanted, by id or name.").of(Kind::Names);
const PAGED: Option<Paging> = Some(Paging {
    cursor: "cursor",
    limit: Some("limit"),
});

/// A row without what few have.
const ONE: Renamed = Renamed {
    name: "",
    title: "",
    description: "",
    usual: "",
    with: None,
    arguments: &[],
    paging: None,
};

/// Those of Jira.
pub(super) const JIRA: &[Renamed] = &[
    Renamed {
        name: "atlassianUserInfo",
        title: "Who is logged in",
        description: "Tell whose login this is: account_id, display name and time zone. Use it for questions about me.",
        usual: "jira_get_current_user",
        ..ONE
    },
    Renamed {
        name: "lookupJiraAccountId",
        title: "Find a Jira account",
        description: "Find Jira users by the beginning of their name or e-mail address. Gives account_id and display name.",
        usual: "jira_search_users",
        arguments: &[needed("searchString", "query", "Looked for.")],
        ..ONE
    },
    Renamed {
        name: "getVisibleJiraProjects",
        title: "List Jira projects",
        description: "List the Jira projects that this account may see, by words in their keys and names if there are some. Pass next_cursor as cursor for more.",
        usual: "jira_get_all_projects",
        with: Some(("searchString", "jira_search_projects")),
        arguments: &[
            text("searchString", "query", "Looked for."),
            text("action", "action", "view, browse, edit or create."),
            text(
                "maxResults",
                "max_results",
                "The most of those found by words, up to 50.",
            )
            .of(Kind::Number),
            CURSOR,
        ],
        paging: Some(Paging {
            cursor: "cursor",
            limit: None,
        }),
    },
    Renamed {
        name: "getJiraProjectIssueTypesMetadata",
        title: "List a Jira project's issue types",
        description: "List the types of issues that can be made in a Jira project, by id and name. getJiraIssueTypeMetaWithFields goes on with an id.",
        usual: "jira_get_project_issue_types",
        arguments: &[PROJECT],
        ..ONE
    },
    Renamed {
        name: "getJiraIssueTypeMetaWithFields",
        title: "List the fields of a new Jira issue",
        description: "List the fields that a new issue of a type takes in a Jira project. Gives id, name, whether it is required, and its first choices.",
        usual: "jira_get_create_fields",
        arguments: &[
            PROJECT,
            needed("issueTypeId", "issue_type_id", "The type's id."),
        ],
        ..ONE
    },
    Renamed {
        name: "searchJiraIssuesUsingJql",
        title: "Search Jira issues",
        description: "Find Jira issues with JQL, such as `project = APP AND status != Done ORDER BY updated DESC`. Gives each with the fields asked for. Pass next_cursor as nextPageToken for more.",
        usual: "jira_search",
        arguments: &[
            needed("jql", "jql", "The query in JQL."),
            FIELDS,
            MOST,
            TOKEN,
        ],
        paging: Some(Paging {
            cursor: "nextPageToken",
            limit: Some("maxResults"),
        }),
        ..ONE
    },
    Renamed {
        name: "getJiraIssue",
        title: "Read a Jira issue",
        description: "Read one Jira issue with its newest comments, by its key, id or address. Gives the fields asked for, the description in Markdown.",
        usual: "jira_get_issue",
        arguments: &[
            ISSUE,
            FIELDS,
            text("expand", "expand", "transitions, or nothing."),
            START,
        ],
        ..ONE
    },
    Renamed {
        name: "createJiraIssue",
        title: "Create a Jira issue",
        description: "Make a new issue in a Jira project; the description is Markdown. Gives its key (as id) and address.",
        usual: "jira_create_issue",
        arguments: &[
            needed("projectKey", "project_key", "The project's key."),
            needed(
                "issueTypeName",
                "issue_type",
                "The type's name, such as Task.",
            ),
            needed("summary", "summary", "One line."),
            text("description", "description", "Markdown."),
            text("assignee_account_id", "assignee", "An account id."),
            text(
                "additional_fields",
                "additional_fields",
                "Further fields in Jira's own form.",
            )
            .of(Kind::Object),
            text(
                "parent",
                "additional_fields.parent",
                "The key of the issue above.",
            ),
            FORMAT,
        ],
        ..ONE
    },
    Renamed {
        name: "editJiraIssue",
        title: "Change a Jira issue",
        description: "Change fields of a Jira issue; only those named are touched, and null clears. Gives key, url and these fields as they are afterwards.",
        usual: "jira_update_issue",
        arguments: &[
            ISSUE,
            Argument {
                required: true,
                ..text(
                    "fields",
                    "fields",
                    "The fields and their new values; description is Markdown.",
                )
                .of(Kind::Object)
            },
            FORMAT,
        ],
        ..ONE
    },
    Renamed {
        name: "addCommentToJiraIssue",
        title: "Comment on a Jira issue",
        description: "Write a comment in Markdown on a Jira issue. Gives the comment with its id.",
        usual: "jira_add_comment",
        arguments: &[
            ISSUE,
            needed("commentBody", "body", "Markdown."),
            text(
                "commentVisibility",
                "visibility",
                "{type, value} of who may read it.",
            )
            .of(Kind::Object),
            FORMAT,
        ],
        ..ONE
    },
    Renamed {
        name: "getTransitionsForJiraIssue",
        title: "List a Jira issue's transitions",
        description: "List the transitions that a Jira issue can make now, by id and name, with the fields each demands. Use before transitionJiraIssue.",
        usual: "jira_get_transitions",
        arguments: &[ISSUE],
        ..ONE
    },
    Renamed {
        name: "transitionJiraIssue",
        title: "Move a Jira issue in its workflow",
        description: "Give a Jira issue another status by one of its transitions. getTransitionsForJiraIssue lists them.",
        usual: "jira_transition_issue",
        arguments: &[
            ISSUE,
            Argument {
                required: true,
                ..text(
                    "transition",
                    "transition_id",
                    "{id} or {name} of the transition.",
                )
                .inside("id")
            },
            text("transition", "transition_name", "").inside("name"),
            text("fields", "fields", "Fields that the transition asks for.").of(Kind::Object),
        ],
        ..ONE
    },
];

/// Those of Confluence.
pub(super) const CONFLUENCE: &[Renamed] = &[
    Renamed {
        name: "getConfluenceSpaces",
        title: "List Confluence spaces",
        description: "List the Confluence spaces that this account may see, or those of some keys or of a type. Pass next_cursor as cursor for more.",
        usual: "confluence_get_spaces",
        arguments: &[
            text("keys", "keys", "Keys of spaces.").of(Kind::Names),
            text("type", "type", "global or personal."),
            alone("status", "current", "Does nothing here; leave it out."),
            LIMIT,
            CURSOR,
        ],
        paging: PAGED,
        ..ONE
    },
    Renamed {
        name: "searchConfluenceUsingCql",
        title: "Search Confluence",
        description: "Find Confluence pages, blog posts, comments and files by CQL, or by words. Gives id, title, address and a snippet. Pass next_cursor as cursor for more.",
        usual: "confluence_search",
        arguments: &[
            needed("cql", "query", "The query in CQL."),
            text("cql", "only_cql", ""),
            LIMIT,
            CURSOR,
        ],
        paging: PAGED,
        ..ONE
    },
    Renamed {
        name: "getConfluencePage",
        title: "Read a Confluence page",
        description: "Read one Confluence page or blog post by its id or address. Gives the text in Markdown, with version, labels and dates.",
        usual: "confluence_get_page",
        arguments: &[PAGE, START, FORMAT],
        ..ONE
    },
    Renamed {
        name: "getPagesInConfluenceSpace",
        title: "Show a Confluence space's tree of pages",
        description: "List the pages of a Confluence space as a tree, each with its depth and parent_id. Pass next_cursor as cursor for more.",
        usual: "confluence_get_space_page_tree",
        arguments: &[
            needed("spaceId", "space_key", "The space's id or key.").of(Kind::SpaceId),
            LIMIT,
            CURSOR,
        ],
        paging: PAGED,
        ..ONE
    },
    Renamed {
        name: "getConfluencePageDescendants",
        title: "List what is below a Confluence page",
        description: "List what lies below a Confluence page or folder, by id and title, each with its parent_id. Pass next_cursor as cursor for more.",
        usual: "confluence_get_page_children",
        arguments: &[
            needed("pageId", "parent_id", "The page's id."),
            text("depth", "depth", "Levels, up to 10.").of(Kind::Number),
            LIMIT,
            CURSOR,
        ],
        paging: PAGED,
        ..ONE
    },
    Renamed {
        name: "getConfluencePageAncestors",
        title: "List what is above a Confluence page",
        description: "List what lies above a Confluence page, from the top of its space down to its parent. A page at the top has nothing above it.",
        usual: "confluence_get_ancestors",
        arguments: &[PAGE],
        ..ONE
    },
    Renamed {
        name: "getConfluencePageFooterComments",
        title: "List a Confluence page's comments",
        description: "List the comments below a Confluence page, the oldest first, in Markdown. Pass next_cursor as cursor for more.",
        usual: "confluence_get_comments",
        arguments: &[PAGE, LIMIT, CURSOR],
        paging: PAGED,
        ..ONE
    },
    Renamed {
        name: "getConfluencePageInlineComments",
        title: "List a Confluence page's inline comments",
        description: "List the comments on words of a Confluence page: the words, and the text in Markdown. Pass next_cursor as cursor for more.",
        usual: "confluence_get_inline_comments",
        arguments: &[PAGE, LIMIT, CURSOR],
        paging: PAGED,
        ..ONE
    },
    Renamed {
        name: "createConfluencePage",
        title: "Create a Confluence page",
        description: "Make a page in a Confluence space; the body is Markdown. Gives its id and address. The title must be new in its space.",
        usual: "confluence_create_page",
        arguments: &[
            needed("spaceId", "space_key", "The space's id or key.").of(Kind::SpaceId),
            needed("title", "title", "The title."),
            needed("body", "content", "Markdown."),
            text("parentId", "parent_id", "The id of the page above."),
            FORMAT,
        ],
        ..ONE
    },
    Renamed {
        name: "updateConfluencePage",
        title: "Change a Confluence page",
        description: "Change a Confluence page's text, title or place. body is the whole new text: read the page first. What Markdown cannot say is kept where it can be, else nothing is written.",
        usual: "confluence_update_page",
        arguments: &[
            PAGE,
            needed("body", "content", "The whole new text in Markdown."),
            text("title", "title", "A new title."),
            text(
                "parentId",
                "parent_id",
                "The id of the page to move it below.",
            ),
            text(
                "versionMessage",
                "version_comment",
                "What is said about the new version.",
            ),
            alone("status", "current", "Does nothing here; leave it out."),
            FORMAT,
        ],
        ..ONE
    },
    Renamed {
        name: "createConfluenceFooterComment",
        title: "Comment on a Confluence page",
        description: "Write a comment in Markdown below a Confluence page, or a reply to one. Gives the comment with its id.",
        usual: "confluence_add_comment",
        with: Some(("parentCommentId", "confluence_reply_to_comment")),
        arguments: &[
            text("pageId", "page_id", "The page's id."),
            text(
                "parentCommentId",
                "comment_id",
                "The id of the comment to reply to.",
            ),
            needed("body", "body", "Markdown."),
        ],
        ..ONE
    },
    Renamed {
        name: "createConfluenceInlineComment",
        title: "Comment on words of a Confluence page",
        description: "Write a comment in Markdown at some words of a Confluence page. Gives the comment with its id.",
        usual: "confluence_add_inline_comment",
        arguments: &[
            PAGE,
            needed("body", "body", "Markdown."),
            Argument {
                required: true,
                ..WORDS.inside("textSelection")
            },
            Argument {
                usual: "text_selection_match_count",
                ..WORDS.inside("textSelectionMatchCount")
            },
            Argument {
                usual: "text_selection_match_index",
                ..WORDS.inside("textSelectionMatchIndex")
            },
        ],
        ..ONE
    },
];

const WORDS: Argument = text(
    "inlineCommentProperties",
    "text_selection",
    "textSelection: the words; textSelectionMatchCount: how often the page has them; textSelectionMatchIndex: which is meant, from 0.",
);
