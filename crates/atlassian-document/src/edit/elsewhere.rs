//! What stands in another container than it stood.

use super::lost::Lost;
use super::plan::Plan;
use crate::tree::Block;

/// A block, an entry of a list or a row of a table that stands in another container than it stood.
#[derive(Debug)]
pub(crate) struct Elsewhere<What = Plan, Shown = Block> {
    /// What becomes of it.
    pub(crate) plan: What,
    /// What stands there if it cannot stand there itself.
    shown: Shown,
    /// What would be lost then.
    form: Option<String>,
}

impl<What, Shown> Elsewhere<What, Shown> {
    pub(super) fn new(plan: What, shown: Shown, form: Option<String>) -> Self {
        Self { plan, shown, form }
    }

    /// What Markdown shows of it.
    pub(crate) fn shown(&self) -> &Shown {
        &self.shown
    }

    /// What stands there if it cannot stand there itself.
    ///
    /// # Errors
    /// Where something would be lost that way.
    pub(crate) fn anew(&self) -> Result<&Shown, Lost> {
        match &self.form {
            Some(form) => Err(Lost::Hidden(form.clone())),
            None => Ok(&self.shown),
        }
    }
}
