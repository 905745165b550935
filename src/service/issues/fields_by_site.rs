//! The fields that a search shows, by the names that each site has for them.

use tokio::sync::Mutex;

use super::Issues;
use crate::atlassian::query::Reading;
use crate::model::issue::FieldName;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::connections::Connections;
use crate::service::error::ServiceError;
use crate::service::searching::Searcher;

/// The fields that are wanted, as each site that is asked calls them.
#[derive(Debug)]
pub(super) struct FieldsBySite {
    asked: Vec<String>,
    known: Mutex<Vec<(Issues, Vec<FieldName>)>>,
}

impl FieldsBySite {
    pub(super) fn new(asked: Vec<String>) -> Self {
        let known = Mutex::default();
        Self { asked, known }
    }

    /// Those of one site, asked for once.
    ///
    /// # Errors
    /// Those of [`Issues::field_names`].
    pub(super) async fn on(
        &self,
        connections: &Connections,
        scope: &Scope,
    ) -> Result<Vec<FieldName>, ServiceError> {
        let issues = Issues::new(connections.clone());
        let mut known = self.known.lock().await;
        if let Some((_, names)) = known.iter().find(|(there, _)| there.are_where(&issues)) {
            return Ok(names.clone());
        }
        let asked = self.asked.clone();
        let names = issues.field_names(scope, "fields", asked).await?;
        known.push((issues, names.clone()));
        Ok(names)
    }

    /// Refuses names of fields that the sites do not know which will be asked: a search takes such a refusal for a thing that is
    /// not there.
    ///
    /// # Errors
    /// Those of [`Issues::field_names`].
    pub(super) async fn expect(
        &self,
        searcher: Searcher<'_>,
        reading: &Reading,
    ) -> Result<(), ServiceError> {
        let Searcher {
            connections, scope, ..
        } = searcher;
        let named = reading.named.iter().chain(&reading.listed);
        let addresses = named.map(|named| named.address.as_ref());
        let mut is_elsewhere = false;
        for address in addresses {
            let there = connections.at_address(scope, Product::Jira, "q", address);
            // That a site is not reached, the search tells.
            if let Ok(there) = there.await {
                self.on(&there, scope).await?;
                is_elsewhere |= !there.are_where(connections);
            }
        }
        let address = reading.address.as_ref();
        let there = connections.at_address(scope, Product::Jira, "q", address);
        match there.await {
            // What mentions a thing of another site is found here, too, with the fields that are known here.
            Ok(there) if is_elsewhere => self.on_some(&there, scope).await,
            Ok(there) => self.on(&there, scope).await.map(|_| ()),
            Err(_) => Ok(()),
        }
    }

    /// Those of the fields that a site knows.
    async fn on_some(&self, connections: &Connections, scope: &Scope) -> Result<(), ServiceError> {
        if !matches!(
            self.on(connections, scope).await,
            Err(ServiceError::Validation { .. })
        ) {
            return Ok(());
        }
        let issues = Issues::new(connections.clone());
        let mut names = Vec::new();
        for asked in &self.asked {
            let one = vec![asked.clone()];
            names.extend(
                issues
                    .field_names(scope, "fields", one)
                    .await
                    .unwrap_or_default(),
            );
        }
        self.known.lock().await.push((issues, names));
        Ok(())
    }
}
