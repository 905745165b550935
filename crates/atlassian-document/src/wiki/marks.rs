//! What the markers of wiki markup say about text.

use std::sync::Arc;

use crate::edit::weave::Effect;
use crate::tree::link::Link;
use crate::tree::{Script, Style};

/// A style that leads somewhere, too.
pub(super) fn linked(style: &Style, link: Option<Arc<Link>>) -> Style {
    Style {
        link: link.or_else(|| style.link.clone()),
        ..style.clone()
    }
}

/// The style inside a mark; none where it is in force already.
pub(super) fn marked(style: &Style, marker: char) -> Option<Style> {
    let mut inner = style.clone();
    if let Some(script) = script(marker) {
        return inner.script.replace(script).is_none().then_some(inner);
    }
    // A citation, `??title??`, is shown in italics.
    let mark = match marker {
        '*' => &mut inner.strong,
        '-' => &mut inner.strike,
        '+' => &mut inner.underline,
        _ => &mut inner.emphasis,
    };
    if *mark {
        return None;
    }
    *mark = true;
    Some(inner)
}

/// What a marker says about the text between two of it.
pub(super) fn effect(marker: char) -> Effect {
    match marker {
        '*' => Effect::Strong,
        '-' => Effect::Strike,
        '+' => Effect::Underline,
        marker => script(marker).map_or(Effect::Emphasis, Effect::Script),
    }
}

/// `^super^` and `~sub~`.
fn script(marker: char) -> Option<Script> {
    match marker {
        '^' => Some(Script::Super),
        '~' => Some(Script::Sub),
        _ => None,
    }
}
