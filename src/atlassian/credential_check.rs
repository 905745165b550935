//! Whether a credential that somebody typed in is any good, and whose it is.

use serde::Deserialize;

use super::SiteClient;
use super::access::{Api, Entrance};
use super::confluence::Confluence;
use super::error::AtlassianError;
use super::jira::Jira;
use super::request::Call;
use crate::model::grant::Account;
use crate::model::product::Product;

#[derive(Deserialize)]
struct Myself {
    #[serde(rename = "accountId")]
    account_id: String,
    #[serde(rename = "displayName")]
    display_name: Option<String>,
}

#[derive(Deserialize)]
struct WikiUser {
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "accountId")]
    account_id: Option<String>,
    #[serde(rename = "displayName")]
    display_name: Option<String>,
}

impl SiteClient<'_> {
    /// Checks a credential against one product of one site with calls that have no anonymous
    /// answer (a bad credential can get a 200 from most others), and names its account. `None`: the
    /// credential is good, but its scopes do not tell whose it is.
    pub(crate) async fn check_credential(
        self,
        product: Product,
    ) -> Result<Option<Account>, AtlassianError> {
        match product {
            Product::Jira => self.jira().check_credential().await.map(Some),
            Product::Confluence => self.confluence().check_credential().await,
        }
    }
}

impl Jira<'_> {
    async fn check_credential(self) -> Result<Account, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            return data_center.check_credential().await;
        }
        let call = Call::get("myself", Api::Jira, &["myself"], &[]);
        let myself: Myself = self.site.fetch(call).await?;
        Ok(Account {
            account_id: myself.account_id,
            display_name: myself.display_name,
            email: None,
        })
    }
}

impl Confluence<'_> {
    async fn check_credential(self) -> Result<Option<Account>, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            return data_center.check_credential().await.map(Some);
        }
        let path = ["user", "current"];
        let current = Call::get("current user", Api::ConfluenceV1, &path, &[]);
        match self.site.fetch::<WikiUser>(current).await {
            Ok(WikiUser {
                kind,
                account_id: Some(account_id),
                display_name,
            // A bad credential is answered too, with 200, as `anonymous`.
            }) if kind == "known" => Ok(Some(Account {
                account_id,
                display_name,
                email: None,
            })),
            Ok(_) => Err(AtlassianError::Unauthorized),
            Err(AtlassianError::ScopeMismatch { .. })
                // `/user/current` needs a scope that a token for pages need not have. The gateway
                // has no anonymous answers, so there any list proves the token.
                if self.site.access.entrance == Entrance::Gateway =>
            {
                let query = [("limit", String::from("1"))];
                let spaces = Call::get("spaces", Api::Confluence, &["spaces"], &query);
                self.site.perform(spaces).await.map(|()| None)
            }
            Err(error) => Err(error),
        }
    }
}
