//! The reads of many things, each known by a key.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Coalesced;
use crate::tally::{Subject, Tally};

/// How many things are kept before those are forgotten that nobody has wanted for a while.
const MANY: usize = 4096;

/// That while: longer than anything is served.
const WHILE: Duration = Duration::from_mins(5);

#[derive(Debug)]
pub(super) struct Keyed<K, V> {
    all: Mutex<HashMap<K, Arc<Coalesced<V>>>>,
    subject: Subject,
    tally: Arc<Tally>,
}

impl<K: Eq + Hash, V: Send + Sync + 'static> Keyed<K, V> {
    pub(super) fn new(subject: Subject, tally: &Arc<Tally>) -> Self {
        Self { all: Mutex::default(), subject, tally: Arc::clone(tally) }
    }

    /// The reads of the thing that is known by this.
    pub(super) fn of(&self, key: K) -> Arc<Coalesced<V>> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MANY && !all.contains_key(&key) {
            forget(&mut all);
        }
        Arc::clone(all.entry(key).or_insert_with(|| Arc::new(Coalesced::new(self.subject, Arc::clone(&self.tally)))))
    }
}

impl<K, V> Keyed<K, V> {
    /// The reads of everything that was wanted lately.
    pub(super) fn all(&self) -> Vec<Arc<Coalesced<V>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).values().map(Arc::clone).collect()
    }
}

/// Names come from callers: what nobody reads at the moment goes, the old ones first and all if need be.
fn forget<K: Eq + Hash, V: Send + Sync + 'static>(all: &mut HashMap<K, Arc<Coalesced<V>>>) {
    let in_use = |one: &Arc<Coalesced<V>>| Arc::strong_count(one) > 1;
    all.retain(|_, one| in_use(one) || one.used().elapsed() < WHILE);
    if all.len() >= MANY {
        all.retain(|_, one| in_use(one));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_nobody_wants_is_forgotten() {
        let keyed = Keyed::<usize, ()>::new(Subject::Topology, &Arc::default());
        let first = keyed.of(0);
        for key in 0..10 * MANY {
            keyed.of(key);
        }
        let kept = keyed.all.lock().expect("it holds").len();
        assert!(kept <= MANY, "{kept}");
        assert!(Arc::ptr_eq(&first, &keyed.of(0)), "what is in use stays");
    }
}
