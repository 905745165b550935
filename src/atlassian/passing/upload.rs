//! What a request carries to Atlassian. A file passes through, and is kept on its way, so that it can be sent once more
//! with a newer token.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::{self, Fuse};
use hyper::body::Bytes;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

use super::{BrokenOff, Parts};
use crate::atlassian::error::AtlassianError;

/// How much of all files on their way is kept: five of the largest. Those that find no room pass once.
const KEPT_KIBIBYTES: usize = 128 * 1024;

/// What a request carries.
pub(crate) enum Upload {
    /// Nothing.
    Nothing,
    /// All of it, so that it can be sent once more.
    Whole(Bytes),
    /// Parts that pass through.
    Stream(Passing),
}

/// Room in memory for files on their way.
#[derive(Debug, Clone)]
pub(crate) struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(KEPT_KIBIBYTES)))
    }
}

impl Room {
    /// Room for so many bytes, if there is some.
    fn take(&self, bytes: u64) -> Option<OwnedSemaphorePermit> {
        let kibibytes = u32::try_from(bytes.div_ceil(1024)).ok()?;
        self.0.clone().try_acquire_many_owned(kibibytes).ok()
    }
}

/// Parts that pass through. They are kept if there is room for them.
pub(crate) struct Passing {
    /// How long they are together, if that is known.
    pub(super) length: Option<u64>,
    way: Arc<Mutex<Way>>,
}

struct Way {
    /// What is still to come; its end may be asked for again.
    rest: Fuse<Parts>,
    /// What came, if there is room for it.
    kept: Option<(Vec<Bytes>, OwnedSemaphorePermit)>,
    /// How many parts came.
    came: usize,
    is_broken: bool,
}

impl Passing {
    /// Parts of a known length, or of at most `largest` bytes.
    pub(crate) fn new(parts: Parts, length: Option<u64>, largest: u64, room: &Room) -> Self {
        let room = room.take(length.unwrap_or(largest));
        let way = Way {
            rest: parts.fuse(),
            kept: room.map(|room| (Vec::new(), room)),
            came: 0,
            is_broken: false,
        };
        let way = Arc::new(Mutex::new(way));
        Self { length, way }
    }

    /// All parts, from the first. They come from the caller as they are asked for.
    ///
    /// # Errors
    /// `NotRepeatable` where parts went by already and there was no room for them.
    pub(super) async fn whole_again(&self) -> Result<Parts, AtlassianError> {
        let way = self.way.clone();
        if !way.lock().await.can_begin() {
            return Err(AtlassianError::NotRepeatable);
        }
        let parts = stream::unfold(Some((way, 0)), |state| async move {
            let (way, place) = state?;
            let part = way.lock().await.part(place).await?;
            let next = part.is_ok().then_some((way, place + 1));
            Some((part, next))
        });
        Ok(parts.boxed())
    }
}

impl Way {
    fn can_begin(&self) -> bool {
        self.came == 0 || self.kept.is_some()
    }

    /// The part of this number: one that was kept, or the next that comes. A body that broke off never ends well.
    async fn part(&mut self, place: usize) -> Option<Result<Bytes, BrokenOff>> {
        if let Some((kept, _)) = &self.kept
            && let Some(part) = kept.get(place)
        {
            return Some(Ok(part.clone()));
        }
        if self.is_broken || place != self.came {
            return Some(Err(BrokenOff));
        }
        match self.rest.next().await? {
            Ok(part) => {
                self.came += 1;
                if let Some((kept, _)) = &mut self.kept {
                    kept.push(part.clone());
                }
                Some(Ok(part))
            }
            Err(broken) => {
                self.is_broken = true;
                Some(Err(broken))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passing(parts: &[Result<&'static str, BrokenOff>], room: &Room) -> Passing {
        let parts: Vec<_> = parts
            .iter()
            .map(|part| part.map(|text| Bytes::from_static(text.as_bytes())))
            .collect();
        // As a body's, it must not be asked again once it has ended.
        let parts = stream::unfold(parts.into_iter(), |mut parts| async move {
            Some((parts.next()?, parts))
        });
        Passing::new(parts.boxed(), None, 2048, room)
    }

    async fn read(parts: Parts) -> Result<String, BrokenOff> {
        let parts: Vec<Result<Bytes, BrokenOff>> = parts.collect().await;
        let parts = parts.into_iter().collect::<Result<Vec<Bytes>, _>>()?;
        Ok(String::from_utf8_lossy(&parts.concat()).into_owned())
    }

    #[tokio::test]
    async fn a_file_is_sent_again_from_its_start_also_if_it_was_not_read_to_its_end() {
        let passing = passing(&[Ok("a"), Ok("b"), Ok("c")], &Room::default());
        let mut first = passing.whole_again().await.unwrap();
        assert_eq!(first.next().await, Some(Ok(Bytes::from_static(b"a"))));
        drop(first);
        for _ in 0..2 {
            let again = passing.whole_again().await.unwrap();
            assert_eq!(read(again).await.as_deref(), Ok("abc"));
        }
    }

    #[tokio::test]
    async fn two_who_read_at_once_get_the_same() {
        let passing = passing(&[Ok("a"), Ok("b"), Ok("c")], &Room::default());
        let mut first = passing.whole_again().await.unwrap();
        let mut second = passing.whole_again().await.unwrap();
        for letter in [b"a", b"b", b"c"] {
            let expected = Some(Ok(Bytes::from_static(letter)));
            assert_eq!(second.next().await, expected);
            assert_eq!(first.next().await, expected);
        }
        assert_eq!((first.next().await, second.next().await), (None, None));
    }

    #[tokio::test]
    async fn a_file_that_broke_off_is_not_taken_for_whole_the_second_time() {
        let passing = passing(&[Ok("a"), Err(BrokenOff)], &Room::default());
        for _ in 0..2 {
            let parts = passing.whole_again().await.unwrap();
            assert_eq!(read(parts).await, Err(BrokenOff));
        }
    }

    #[tokio::test]
    async fn without_room_a_file_passes_once_and_room_is_given_back() {
        let room = Room(Arc::new(Semaphore::new(2)));
        let kept = passing(&[Ok("a")], &room);
        let once = passing(&[Ok("a"), Ok("b")], &room);
        assert!(once.whole_again().await.is_ok(), "nothing went by yet");
        let parts = once.whole_again().await.unwrap();
        assert_eq!(read(parts).await.as_deref(), Ok("ab"));
        let again = once.whole_again().await;
        assert!(matches!(again, Err(AtlassianError::NotRepeatable)));
        drop(kept);
        assert!(room.take(2048).is_some());
    }
}
