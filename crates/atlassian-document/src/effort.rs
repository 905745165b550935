//! Counts what conversions look at, so that a test can tell how often they do: by growth, whatever the machine does.

#[cfg(test)]
thread_local! {
    static LOOKS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// A node, an element, or an event of Markdown was looked at.
pub(crate) fn look() {
    #[cfg(test)]
    LOOKS.with(|looks| looks.set(looks.get() + 1));
}

/// How many were looked at by some work on this thread.
#[cfg(test)]
pub(crate) fn looks_of(work: impl FnOnce()) -> usize {
    let before = LOOKS.with(std::cell::Cell::get);
    work();
    LOOKS.with(std::cell::Cell::get) - before
}
