//! Where people find a page of a site that a client named by its base address here.

use super::Gateway;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

impl Gateway {
    /// Where a person's browser opens `product` on the site of that name, which is one that the caller's own login reaches:
    /// nobody is sent to any other. Nothing is asked of Atlassian.
    ///
    /// # Errors
    /// `NotFound` for any other site, `NotConnected` without a connection, `NeedsSite` where none is chosen, `Forbidden` for
    /// one that the operator does not let be used; when the store fails.
    pub(crate) async fn address_for_people(
        &self,
        scope: &Scope,
        product: Product,
        site: &str,
    ) -> Result<String, ServiceError> {
        let connected = self.connections.of_product(scope, product).await?;
        let chosen = self.chosen(&connected, site)?;
        let site = self.connections.site_to_use(&connected, chosen)?;
        Ok(self.connections.product_address(product, &site))
    }
}
