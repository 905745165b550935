//! The gateway: requests of other people's clients, passed on to a site of the caller's own logins.

mod account;
mod human_pages;

use super::connections::Connections;
use super::error::{MISSING_SCOPE, ServiceError};
pub(crate) use crate::atlassian::passing::{
    BrokenOff, Passage, PassedAnswer, PassedBody, Passing, Room, Upload,
};
use crate::model::connection::Connected;
use crate::model::grant::AuthMethod;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::site::Site;
use crate::policy::{self, Operation};

pub(crate) use account::Resource;

/// The name that means the caller's one connected site.
const OWN_SITE: &str = "-";

/// Passes requests on.
#[derive(Debug, Clone)]
pub struct Gateway {
    connections: Connections,
    room: Room,
}

impl Gateway {
    /// A gateway to the sites of `connections`.
    pub(crate) fn new(connections: Connections) -> Self {
        Self {
            connections,
            room: Room::default(),
        }
    }

    /// Room in memory for files on their way.
    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    /// Passes a request on to the site of that name, which the caller's own login must reach: a cloud id, a host,
    /// `dc:` and the host of a Data Center, or `-`. Atlassian's refusals are answers, too.
    ///
    /// # Errors
    /// `NotFound` for any other site, `Forbidden` for what the login has no scope for; those of a [call for an
    /// owner](ServiceError#calls-for-an-owner), but no refusal of Atlassian's that is about what was asked.
    pub(crate) async fn pass(
        &self,
        scope: &Scope,
        site: &str,
        passage: &Passage,
    ) -> Result<PassedAnswer, ServiceError> {
        let (product, operation) = (passage.product(), passage.operation);
        let connected = self.connections.of_product(scope, product).await?;
        let chosen = self.chosen(&connected, site)?;
        let grant = &connected.grant;
        let operation = if grant.method == AuthMethod::Pat {
            operation
        } else {
            in_the_cloud(operation)?
        };
        if grant.method == AuthMethod::OAuth && !grant.scopes.is_empty() {
            let missing = operation.missing(&grant.scopes);
            if !missing.is_empty() {
                // A scope that leads to what is gone helps nobody.
                return Err(match operation.in_its_place {
                    Some(template) => ServiceError::Removed {
                        in_its_place: format!("{} {template}", operation.method),
                    },
                    None => lacks(&missing),
                });
            }
        }
        let result = self
            .connections
            .through(scope, product, connected, chosen, |site| async move {
                site.pass(passage).await
            })
            .await;
        result.or_else(|error| passage.take_refusal().ok_or(error))
    }

    /// The site of that name; none where the connection's own is meant.
    fn chosen(&self, connected: &Connected, name: &str) -> Result<Option<Site>, ServiceError> {
        if name == OWN_SITE {
            return Ok(None);
        }
        let site = self.connections.named_site(connected, name);
        site.map(Some).ok_or_else(no_such_site)
    }
}

/// What is asked of Cloud: a file of an issue is named by its id there, too, and one of a page is not. All else that only
/// a Data Center has is not passed on to it.
fn in_the_cloud(operation: &'static Operation) -> Result<&'static Operation, ServiceError> {
    let same = match operation.name {
        "downloadAttachmentOfHost" => "getAttachmentContent",
        "downloadThumbnailOfHost" => "getAttachmentThumbnail",
        _ if operation.is_of_data_center && !operation.downloads() => {
            return Err(ServiceError::NotOffered);
        }
        _ if operation.is_of_data_center => {
            return Err(ServiceError::NotFound(String::from(
                "this address is there on Data Center only; a file of a page in the cloud is fetched by wiki/rest/api/content/{id}/child/attachment/{attachmentId}/download",
            )));
        }
        _ => return Ok(operation),
    };
    Ok(policy::named(Product::Jira, same).unwrap_or(operation))
}

fn no_such_site() -> ServiceError {
    ServiceError::NotFound(String::from(
        "no login of yours reaches a site of this name; /oauth/token/accessible-resources lists those that there are",
    ))
}

fn lacks(missing: &[&str]) -> ServiceError {
    ServiceError::Forbidden {
        message: format!("{MISSING_SCOPE}; enable it for the app and log in again"),
        missing_scopes: missing.iter().map(|&scope| scope.to_owned()).collect(),
    }
}
