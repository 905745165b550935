//! Workflow transitions of an issue.

use serde_json::{Value, json};

use super::catalog::{RESOLUTIONS, Step, resolution_json, status, status_json, steps};
use super::custom_fields::{self, BUILD, CRITERIA};
use super::metadata::{name_of, schema_of};
use super::{comments, error, issues};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Change, Issue};

/// Steps open to the caller now; none without the right to write. An empty list is Jira's way to say
/// "you may not", it is no error.
pub(crate) fn available(request: &SiteRequest<'_>, issue: &Issue) -> Vec<&'static Step> {
    let Some(project) = request
        .site
        .project(issue.project)
        .filter(|project| request.writes_project(project))
    else {
        return Vec::new();
    };
    let open = |step: &&Step| step.from.is_empty() || step.from.contains(&issue.status.as_str());
    steps(project.workflow).iter().filter(open).collect()
}

/// The step that a new issue goes at once, where one was asked for.
/// <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post>
pub(super) fn on_create(
    request: &SiteRequest<'_>,
    issue: &Issue,
    wanted: Option<&Value>,
) -> Result<Option<&'static Step>, Reply> {
    let Some(wanted) = wanted.filter(|wanted| !wanted.is_null()) else {
        return Ok(None);
    };
    let mut open = available(request, issue).into_iter();
    let step = open.find(|step| wanted["id"] == step.id);
    let refused = || error::messages(400, &["The transition is not valid for the new issue."]);
    let step = step.ok_or_else(refused)?;
    entered(step, &Value::Null, |_, value| Ok(value.clone()))?;
    Ok(Some(step))
}

/// What the screen of a step has besides the resolution, a text of several lines and one of one line.
const ON_SCREEN: [&str; 2] = [CRITERIA, BUILD];

/// What was entered on the screen of a step.
#[derive(Default)]
pub(crate) struct Entered {
    resolution: Option<String>,
    custom: Vec<(&'static str, Value)>,
}

fn screen(base: &str) -> Value {
    let values: Vec<Value> = RESOLUTIONS
        .iter()
        .map(|(_, name)| resolution_json(base, name))
        .collect();
    let mut fields = json!({"resolution": {
        "required": true, "schema": {"type": "resolution", "system": "resolution"}, "name": "Resolution", "key": "resolution",
        "hasDefaultValue": false, "operations": ["set"], "allowedValues": values,
    }});
    for id in ON_SCREEN {
        fields[id] = json!({
            "required": false, "schema": schema_of(id), "name": name_of(id), "key": id, "fieldId": id,
            "hasDefaultValue": false, "operations": ["set"],
        });
    }
    fields
}

/// The fields of a step's screen.
pub(crate) fn fields(base: &str, step: &Step) -> Value {
    if step.screen { screen(base) } else { json!({}) }
}

/// The transitions as a JSON array.
pub(crate) fn list_json(request: &SiteRequest<'_>, issue: &Issue, with_fields: bool) -> Value {
    let base = format!("https://{}", request.site.host);
    available(request, issue)
        .iter()
        .map(|step| {
            let mut value = json!({
                "id": step.id,
                "name": step.name,
                "to": status(step.to).map(|status| status_json(&base, status)),
                "hasScreen": step.screen,
                "isGlobal": step.from.is_empty(),
                "isInitial": false,
                "isAvailable": true,
                "isConditional": false,
                "isLooped": false,
            });
            if with_fields {
                value["fields"] = fields(&base, step);
            }
            value
        })
        .collect()
}

pub(crate) fn list(request: &SiteRequest<'_>, id_or_key: &str) -> Answer {
    let issue = issues::find(request, id_or_key)?;
    let with_fields = request
        .call
        .list("expand")
        .iter()
        .any(|name| name == "transitions.fields");
    let mut transitions = list_json(request, issue, with_fields);
    if let (Some(id), Some(list)) = (
        request.call.param("transitionId"),
        transitions.as_array_mut(),
    ) {
        list.retain(|transition| transition["id"] == id);
    }
    Ok(Reply::ok(
        &json!({"expand": "transitions", "transitions": transitions}),
    ))
}

/// What was sent for a screen: a resolution is required there, and what is not on it is refused. `checked`
/// gives what is stored for a value of a custom field.
pub(crate) fn entered(
    step: &Step,
    fields: &Value,
    checked: impl Fn(&str, &Value) -> Result<Value, String>,
) -> Result<Entered, Reply> {
    let mut custom = Vec::new();
    for (name, value) in fields.as_object().into_iter().flatten() {
        let known = ON_SCREEN.into_iter().find(|known| known == name);
        if let (Some(id), true) = (known, step.screen) {
            let value = checked(id, value).map_err(|problem| error::field(id, &problem))?;
            custom.push((id, value));
        } else if !step.screen || name != "resolution" {
            let text = format!(
                "Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
            );
            return Err(error::field(name, &text));
        }
    }
    let resolution = resolution(step, fields)?;
    Ok(Entered { resolution, custom })
}

fn resolution(step: &Step, fields: &Value) -> Result<Option<String>, Reply> {
    if !step.screen {
        return Ok(None);
    }
    let wanted = &fields["resolution"];
    let named = RESOLUTIONS
        .iter()
        .find(|(id, name)| wanted["name"] == *name || wanted["id"] == *id);
    match named {
        Some((_, name)) => Ok(Some((*name).to_owned())),
        None if wanted.is_null() => Err(error::field("resolution", "Please select a resolution.")),
        None => Err(error::field(
            "resolution",
            "Resolution name or id is not valid",
        )),
    }
}

pub(crate) fn apply(request: &mut SiteRequest<'_>, id_or_key: &str) -> Answer {
    let body = error::body(request)?;
    let issue = issues::find(request, id_or_key)?;
    let id = &body.get("transition").unwrap_or(&Value::Null)["id"];
    let Some(id) = id
        .as_str()
        .map(str::to_owned)
        .or_else(|| id.as_u64().map(|id| id.to_string()))
    else {
        return Err(error::messages(400, &["Missing 'transition' identifier"]));
    };
    let Some(step) = available(request, issue)
        .into_iter()
        .find(|step| step.id == id)
    else {
        return Err(error::messages(
            400,
            &[
                "It seems that you have tried to perform a workflow operation that is not valid for the current state of this issue. The likely cause is that somebody has changed the issue recently, please look at the issue history for details.",
            ],
        ));
    };
    let base = format!("https://{}", request.site.host);
    let fields = body.get("fields").unwrap_or(&Value::Null);
    let entered = entered(step, fields, |id, value| {
        custom_fields::checked(&base, id, value)
    })?;
    let added = comments_of(body.get("update"))?;
    let index = issues::find_to_write(request, id_or_key)?;
    for comment in added {
        comments::append(request, index, comment, None);
    }
    enter(request, index, step.to, entered);
    Ok(Reply::empty(204))
}

fn comments_of(update: Option<&Value>) -> Result<Vec<Value>, Reply> {
    let Some(update) = update.and_then(Value::as_object) else {
        return Ok(Vec::new());
    };
    if let Some(name) = update.keys().find(|name| name.as_str() != "comment") {
        return Err(error::field(
            name,
            &format!(
                "Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
            ),
        ));
    }
    let operations = update
        .get("comment")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut added = Vec::new();
    for operation in operations {
        let text = &operation["add"]["body"];
        comments::checked(text)?;
        added.push(text.clone());
    }
    Ok(added)
}

/// Moves an issue into a status and notes it.
pub(crate) fn enter(request: &mut SiteRequest<'_>, index: usize, to: &str, entered: Entered) {
    let (id, author, now) = (request.new_id(), request.me(), request.now);
    let issue = &mut request.site.issues[index];
    let name = |id: &str| status(id).map(|status| status.name.to_owned());
    // A step that leads where the issue is changes nothing that is kept.
    if issue.status != to {
        issue.history.push(Change {
            id,
            author,
            at: now,
            field: "status".to_owned(),
            from: name(&issue.status),
            to: name(to),
        });
    }
    to.clone_into(&mut issue.status);
    issue.updated = now;
    for (id, value) in entered.custom {
        issue.set_custom(id, value);
    }
    if status(to).is_some_and(|status| status.category == "done") {
        issue.resolution = Some(entered.resolution.unwrap_or_else(|| "Done".to_owned()));
        issue.resolved = Some(now);
    } else {
        issue.resolution = None;
        issue.resolved = None;
    }
}
