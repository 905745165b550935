//! The tool that gives a page another place.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::ToolContext;
use super::asking::parent_page;
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::Operation;
use crate::atlassian::named_call::NamedCall;
use crate::model::entity_tag::IfMatch;
use crate::model::page_change::PageUpdate;
use crate::model::product::Product;
use crate::model::request_body::FromBody;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// The arguments of `confluence_move_page`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPlace {
    page_id: String,
    target_parent_id: String,
    /// Taken when it is the space that the page is in.
    target_space_key: Option<String>,
    /// above or below: beside the target.
    position: Option<String>,
}

/// Where a page goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Below the target, after what lies there.
    Below,
    /// Beside it, in Confluence's word.
    Beside(&'static str),
}

impl Place {
    fn of(position: Option<&str>) -> Result<Self, ServiceError> {
        let position = position.map(|word| word.trim().to_ascii_lowercase());
        match position.as_deref() {
            None | Some("append") => Ok(Self::Below),
            Some("above" | "before") => Ok(Self::Beside("before")),
            Some("below" | "after") => Ok(Self::Beside("after")),
            Some(_) => {
                let why = "position must be append, for a place within the target, or above or below, for one beside it";
                Err(ServiceError::invalid("position", why))
            }
        }
    }
}

/// `confluence_move_page`.
pub(super) struct MovePage;

impl Operation for MovePage {
    const NAME: &'static str = "confluence_move_page";
    const FACTS: Facts = Facts {
        title: "Move page",
        description: "Move a page, with all below it, within its space. Gives its url.",
        calls: &["updatePage", "getPageById"],
        unlisted: &["target_space_key"],
        idempotent: true,
        ..Facts::changing(Toolset::CONFLUENCE_PAGES, Gives::Object("id title url"))
    };
    type Arguments = NewPlace;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewPlace,
    ) -> Result<Outcome, ServiceError> {
        let place = Place::of(arguments.position.as_deref())?;
        if let Some(space) = &arguments.target_space_key {
            let page = context.pages.page(scope, &arguments.page_id).await?.value;
            if page.summary.space_key.is_some_and(|own| own != *space) {
                let why = "target_space_key must be the space that the page is in: it is moved within that only";
                return Err(ServiceError::invalid("target_space_key", why));
            }
        }
        match place {
            Place::Below => below(context, scope, arguments).await,
            Place::Beside(position) => beside(context, scope, arguments, position).await,
        }
    }
}

async fn below(
    context: &ToolContext,
    scope: &Scope,
    arguments: NewPlace,
) -> Result<Outcome, ServiceError> {
    let parent = (TARGET, Some(arguments.target_parent_id.as_str()));
    let parent = parent_page(context, scope, parent, Some(&arguments.page_id)).await?;
    let update = json!({ "parent_id": parent });
    let changed = context
        .pages
        .update(
            scope,
            &arguments.page_id,
            &PageUpdate::read(&update)?.into(),
            &IfMatch::default(),
        )
        .await?;
    Ok(Outcome::of_object(changed.value.summary))
}

const TARGET: &str = "target_parent_id";

async fn beside(
    context: &ToolContext,
    scope: &Scope,
    arguments: NewPlace,
    position: &'static str,
) -> Result<Outcome, ServiceError> {
    let (pages, id) = context.pages.located(scope, &arguments.page_id).await?;
    let target = pages
        .id_here(scope, TARGET, &arguments.target_parent_id)
        .await?;
    let mut page = pages.page(scope, id.as_str()).await?.value.summary;
    let beside = pages.page(scope, &target).await?.value.summary;
    let refused = if page.id == beside.id {
        Some("target_parent_id must be another page than page_id")
    } else if page.space_id != beside.space_id {
        Some("target_parent_id lies in another space: a page is moved within its own only")
    } else if beside.parent_id.is_none() {
        // Confluence takes it, and shows such a page in no tree.
        Some(
            "target_parent_id is at the top of its space, and nothing is put beside that; leave position out to move the page below it",
        )
    } else {
        None
    };
    if let Some(why) = refused {
        return Err(ServiceError::invalid(TARGET, why));
    }
    let segments = [id.as_str(), position, target.as_str()];
    let call = NamedCall::of(Product::Confluence, "movePage", &segments).on_cloud_alone();
    pages.ask(scope, &call).await?;
    page.parent_id = beside.parent_id;
    Ok(Outcome::of_object(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_within_the_target_or_beside_it() {
        for (said, place) in [
            (None, Place::Below),
            (Some("append"), Place::Below),
            (Some(" Above"), Place::Beside("before")),
            (Some("below"), Place::Beside("after")),
        ] {
            assert_eq!(Place::of(said).unwrap(), place, "{said:?}");
        }
        assert!(Place::of(Some("top")).is_err());
    }
}
