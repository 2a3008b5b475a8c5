//! Lists of machines in the form in which they are answered: each is made once, and kept as long as nothing newer was read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use elbm_core::{Kind, Lane, machines, membership_version};
use futures_util::future::FutureExt as _;
use tokio::time::Instant;

use crate::engine::{Engine, Freshness, Machines};
use crate::error::Error;
use crate::reads::{Basis, Listed, Wants};
use crate::tally::Subject;

/// How many lists are kept before all are forgotten.
const MANY: usize = 1024;

/// The name and the kind that were asked for.
type Asked = (String, Option<Kind>);

/// Lists as `T`. Cheap to clone.
#[derive(Debug)]
pub struct Lists<T> {
    make: fn(Machines) -> T,
    kept: Arc<Mutex<HashMap<Asked, Made<T>>>>,
}

/// A list, and what it was made of.
#[derive(Debug)]
struct Made<T> {
    list: T,
    basis: Basis,
    /// How long before it is too old the next one is begun.
    ahead: Duration,
    /// Whether it was asked for since it was made.
    wanted: bool,
    /// Whether the next one was begun.
    renewed: bool,
}

impl<T> Clone for Lists<T> {
    fn clone(&self) -> Self {
        Self { make: self.make, kept: Arc::clone(&self.kept) }
    }
}

impl<T: Clone + Send + 'static> Lists<T> {
    /// No lists yet; each will be made so.
    #[must_use]
    pub fn new(make: fn(Machines) -> T) -> Self {
        Self { make, kept: Arc::default() }
    }

    /// The machines of a load balancer. As long as nothing newer was read, it is the same list. One that is asked for again
    /// and again is read anew shortly before it is too old, so that nobody waits for that.
    ///
    /// # Errors
    /// [`Error::LoadBalancerNotFound`], [`Error::Refused`] for an ambiguous name, [`Error::Aws`], [`Error::TooSlow`].
    pub async fn get(
        &self,
        engine: &Engine,
        load_balancer: &str,
        kind: Option<Kind>,
        freshness: Freshness,
    ) -> Result<T, Error> {
        let asked = (load_balancer.to_owned(), kind);
        let counts = engine.tally.of(Subject::Lists);
        if freshness == Freshness::Kept
            && let Some((list, ahead)) = self.current(&asked, Instant::now())
        {
            counts.kept();
            if let Some(ahead) = ahead {
                let (lists, engine) = (self.clone(), engine.clone());
                tokio::spawn(async move {
                    let wants = engine.reads.kept_for(ahead);
                    // Where it fails, whoever asks after the list is too old is told.
                    lists.made(&engine, asked, wants).await.map(drop)
                });
            }
            return Ok(list);
        }
        counts.awaited();
        self.made(engine, asked, engine.wants(freshness)).await
    }

    /// The list that was made last, where it is made of what is known now; and how much longer than that is good the next one
    /// has to be, where it is time to begin it.
    fn current(&self, asked: &Asked, now: Instant) -> Option<(T, Option<Duration>)> {
        let mut all = self.lock();
        let made = all.get_mut(asked)?;
        let left = made.basis.left(now)?;
        let renew = made.wanted && !made.renewed && left < made.ahead;
        made.wanted = true;
        made.renewed |= renew;
        Some((made.list.clone(), renew.then_some(made.ahead)))
    }

    /// Makes a list of what is as new as wanted.
    async fn made(&self, engine: &Engine, asked: Asked, wants: Wants) -> Result<T, Error> {
        let begun = Instant::now();
        let (load_balancer, kind) = (&asked.0, asked.1);
        let read = engine.on_topology(load_balancer, kind, wants.topology, |topology| {
            async move { engine.reads.machines(&topology, kind, wants, Lane::Read).await }.boxed()
        });
        let Listed { membership, instances, basis } = engine.in_time(read).await?;
        // Somebody who waited for the same reads may have made it meanwhile.
        if let Some(made) = self.lock().get(&asked)
            && made.basis.is_same(&basis)
        {
            return Ok(made.list.clone());
        }
        engine.tally.of(Subject::Lists).made();
        let version = membership_version(&membership);
        let list = (self.make)(Machines { machines: machines(&membership, instances), version });
        let now = Instant::now();
        let ahead = ahead(now - begun, basis.left(now).unwrap_or_default());
        let made = Made { list: list.clone(), basis, ahead, wanted: false, renewed: false };
        let mut all = self.lock();
        if all.len() >= MANY {
            all.clear();
        }
        all.insert(asked, made);
        Ok(list)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Asked, Made<T>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long before a list is too old the next one is begun: long enough for a read that takes some times as long as this one
/// `took`, and not so long that AWS is asked twice as often.
fn ahead(took: Duration, left: Duration) -> Duration {
    let good_for = took + left;
    (took * 4).clamp(good_for / 10, good_for / 2)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::ahead;

    #[test]
    fn the_next_list_is_begun_in_time() {
        for (took, left, expected) in
            [(20, 980, 100), (50, 950, 200), (200, 800, 500), (900, 100, 500), (0, 1000, 100), (0, 0, 0), (500, 0, 250)]
        {
            let found = ahead(Duration::from_millis(took), Duration::from_millis(left));
            assert_eq!(found.as_millis(), expected, "{took} {left}");
        }
    }
}
