//! Whether the campaigns run in their long form, and the seeds that vary them.

/// `./test.sh --long-faults` asks for the long form.
#[expect(
    clippy::disallowed_methods,
    reason = "test.sh says here how long the campaigns may take"
)]
pub(crate) fn is_asked_for() -> bool {
    std::env::var("LONG_FAULTS").is_ok_and(|value| value == "1")
}

/// Numbers that a seed determines (xorshift, <https://www.jstatsoft.org/article/view/v008i14>).
pub(super) struct Seeded(u64);

impl Seeded {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`.
    pub(super) const fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
