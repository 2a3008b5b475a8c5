//! What lies between a replica and AWS: time, loss, and the end of the replica.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use tokio::time::{Instant, sleep, sleep_until};

/// The longest way to AWS: as long as the lease's margin allows.
const LONGEST_WAY: Duration = Duration::from_secs(4);

/// The way of one replica to AWS. The default is none: calls arrive at once, and so do answers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network(Option<Arc<Mutex<Way>>>);

#[derive(Debug)]
struct Way {
    rng: Rng,
    /// How often a call takes its time, and how often the lease table's is lost: shares in hundredths.
    slow: u8,
    lost: u8,
    /// When nothing comes back to the replica, as if it stood still: it goes on with what is old by then.
    pauses: Vec<(Instant, Instant)>,
    /// When it dies.
    dies: Option<Instant>,
}

/// What befalls a replica. The default is nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fate {
    pub(crate) slow: u8,
    pub(crate) lost: u8,
    /// When each pause begins, and how long it is.
    pub(crate) pauses: Vec<(Duration, Duration)>,
    pub(crate) dies: Option<Duration>,
    /// How far its clock is off, in seconds.
    pub(crate) skew: i64,
}

/// How a call to the lease table is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    None,
    /// It did not arrive.
    Call,
    /// It did, and its answer did not.
    Answer,
}

impl Network {
    pub(crate) fn new(fate: &Fate, seed: u64) -> Self {
        let now = Instant::now();
        let pauses = fate.pauses.iter().map(|(at, lasting)| (now + *at, now + *at + *lasting)).collect();
        let (rng, dies) = (Rng::with_seed(seed), fate.dies.map(|after| now + after));
        Self(Some(Arc::new(Mutex::new(Way { rng, slow: fate.slow, lost: fate.lost, pauses, dies }))))
    }

    /// The way of a call to AWS; it does not end for one that is dead.
    pub(crate) async fn there(&self) {
        let Some(way) = self.drawn() else { return };
        sleep(way.took).await;
        self.alive().await;
    }

    /// The way of an answer back.
    pub(crate) async fn back(&self) {
        let Some(way) = self.drawn() else { return };
        sleep(way.took).await;
        while let Some(end) = self.pause() {
            sleep_until(end).await;
        }
        self.alive().await;
    }

    /// Whether a call to the lease table is lost.
    pub(crate) fn loss(&self) -> Loss {
        self.drawn().map_or(Loss::None, |way| way.loss)
    }

    async fn alive(&self) {
        if self.lock(|way| way.dies.is_some_and(|dies| dies <= Instant::now())).unwrap_or_default() {
            std::future::pending::<()>().await;
        }
    }

    fn pause(&self) -> Option<Instant> {
        let now = Instant::now();
        let end =
            |way: &mut Way| way.pauses.iter().find(|(begin, end)| (*begin..*end).contains(&now)).map(|(_, end)| *end);
        self.lock(end).flatten()
    }

    fn drawn(&self) -> Option<Drawn> {
        self.lock(|way| {
            let slow = way.rng.u8(..100) < way.slow;
            let took =
                if slow { LONGEST_WAY.mul_f64(way.rng.f64()) } else { Duration::from_millis(way.rng.u64(1..30)) };
            let loss = match way.rng.u8(..100) {
                drawn if drawn < way.lost / 2 => Loss::Call,
                drawn if drawn < way.lost => Loss::Answer,
                _ => Loss::None,
            };
            Drawn { took, loss }
        })
    }

    fn lock<T>(&self, look: impl FnOnce(&mut Way) -> T) -> Option<T> {
        Some(look(&mut self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// What befalls one call.
struct Drawn {
    took: Duration,
    loss: Loss,
}
