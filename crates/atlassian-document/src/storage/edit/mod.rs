//! Edits of a page in storage format as Markdown.

mod comments;
mod fields;
mod hidden;
mod margins;
mod parts;
mod renamed;
mod render;
mod rows;
mod sequence;
mod shape;
mod source;
mod tables;
mod tags;
mod units;

use comments::Comments;

use super::keep::identified;
use super::reader::content;
use super::xml::is_well_formed;
use crate::edit::lost::Lost;
use crate::edit::{Edited, Losses, changed, meant, planned, read_with_names_of};
use crate::tree::{anchors, notes};

/// The page after the edit.
pub(crate) fn edit(current: &str, markdown: &str, losses: Losses) -> Result<String, Lost> {
    let root = identified(current);
    let register = parts::register(&root);
    let content = content(&root);
    let shown = notes::raise(content.clone());
    let edited = read_with_names_of(&shown, &meant(&shown, markdown));
    let edited = anchors::spelt(edited, &shown);
    let Some(changed) = changed(&shown, edited, &register, losses)? else {
        return Ok(current.to_owned());
    };
    let unclosed = || Lost::Hidden(String::from("a page whose source cannot be followed"));
    let mut comments = Comments::of(&root, current);
    let written = Edited::new(&changed.blocks, &register).and_then(|edited| {
        let unchanged = edited.unchanged();
        let read = || parts::read(current, &root, &content, &register, &unchanged);
        let read = is_well_formed(current).then(read);
        let read = read.flatten().ok_or_else(unclosed)?;
        let planned = planned(&read.parts, &register, &edited, losses)?;
        let deleted = planned.deleted.iter();
        let deleted = deleted.map(|source| read.origins[*source].whole.clone());
        comments.go_with(deleted.collect());
        render::Renderer::new(current, &root, read.origins, &planned.grafts)
            .inside(0, &planned.plans)
    });
    let written =
        written.map(|written| hidden::restored(current, hidden::with_tasks(current, written)));
    match (written, losses) {
        (Ok((_, Some(torn))), Losses::Refused) => Err(torn),
        (Ok((written, None)), Losses::Refused) => {
            comments.are_kept_in(&written)?;
            renamed::renamed(written, &changed.renamed)
        }
        (Err(_), Losses::Accepted) => Ok(super::write(&crate::words(markdown))),
        (Ok((written, _)), Losses::Accepted) => {
            Ok(renamed::renamed(written.clone(), &changed.renamed).unwrap_or(written))
        }
        (Err(lost), Losses::Refused) => Err(lost),
    }
}
