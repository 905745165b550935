//! Keeps a credential out of answers that repeat it: each of its bytes becomes an asterisk, so that lengths stay.

use crate::model::secret::Secret;

/// What is shorter could be any word.
const SHORTEST: usize = 8;

/// Looks for secrets in parts of a text, also where a secret lies across two parts.
pub(super) struct Mask {
    secrets: Vec<Needle>,
    /// The end of what has come, which may be the beginning of a secret.
    kept: Vec<u8>,
    longest: usize,
}

struct Needle {
    bytes: Vec<u8>,
    /// How far to go on, by the last byte looked at (Horspool 1980): a long secret costs next to nothing.
    skips: [usize; 256],
}

impl Needle {
    fn new(secret: &Secret) -> Option<Self> {
        let bytes = secret.expose().as_bytes().to_vec();
        if bytes.len() < SHORTEST {
            return None;
        }
        let mut skips = [bytes.len(); 256];
        for (place, byte) in bytes.iter().enumerate().take(bytes.len() - 1) {
            skips[usize::from(*byte)] = bytes.len() - 1 - place;
        }
        Some(Self { bytes, skips })
    }

    fn mask(&self, text: &mut [u8]) {
        let length = self.bytes.len();
        let mut place = 0;
        while let Some(window) = text.get_mut(place..place + length) {
            if window == self.bytes.as_slice() {
                window.fill(b'*');
                place += length;
            } else {
                place += self.skips[usize::from(window[length - 1])];
            }
        }
    }
}

impl Mask {
    pub(super) fn new(secrets: &[Secret]) -> Self {
        let secrets: Vec<Needle> = secrets.iter().filter_map(Needle::new).collect();
        let longest = secrets.iter().map(|needle| needle.bytes.len()).max();
        Self {
            secrets,
            kept: Vec::new(),
            longest: longest.unwrap_or_default(),
        }
    }

    /// Takes the next part, and gives what is certain by now.
    pub(super) fn push(&mut self, part: &[u8]) -> Vec<u8> {
        self.kept.extend_from_slice(part);
        for secret in &self.secrets {
            secret.mask(&mut self.kept);
        }
        let certain = self
            .kept
            .len()
            .saturating_sub(self.longest.saturating_sub(1));
        let rest = self.kept.split_off(certain);
        std::mem::replace(&mut self.kept, rest)
    }

    /// Gives the rest.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.kept)
    }

    /// A whole text at once.
    pub(super) fn whole(secrets: &[Secret], text: &[u8]) -> Vec<u8> {
        let mut mask = Self::new(secrets);
        let mut all = mask.push(text);
        all.extend(mask.finish());
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secrets() -> [Secret; 2] {
        ["aaaab-aaaab-token", "short123"].map(|text| Secret::new(text.to_owned()))
    }

    #[test]
    fn a_secret_becomes_as_many_asterisks() {
        let masked = Mask::whole(&secrets(), b"x aaaab-aaaab-token y short123short123 z");
        assert_eq!(
            masked,
            b"x ***************** y **************** z".as_slice()
        );
        assert_eq!(Mask::whole(&[], b"all of it"), b"all of it".as_slice());
        let tiny = [Secret::new(String::from("ab"))];
        assert_eq!(Mask::whole(&tiny, b"abab"), b"abab".as_slice());
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_the_parts_end(
            words in prop::collection::vec(prop::sample::select(vec!["aaaab-", "aaaab-token", "short123", "short", "aaaab-aaaab-token", "x"]), 0..12),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let text = words.concat().into_bytes();
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            places.extend([0, text.len()]);
            places.sort_unstable();
            let mut mask = Mask::new(&secrets());
            let mut got = Vec::new();
            for two in places.windows(2) {
                got.extend(mask.push(&text[two[0]..two[1]]));
            }
            got.extend(mask.finish());
            prop_assert_eq!(got.len(), text.len());
            let shown = String::from_utf8(got).unwrap();
            prop_assert!(!shown.contains("aaaab-aaaab-token"));
            prop_assert!(!shown.contains("short123"));
        }
    }
}
