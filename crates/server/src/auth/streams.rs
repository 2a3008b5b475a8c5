//! How many load balancers each caller follows at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::TooOften;

/// The places of each caller: a stream holds a connection for as long as it likes, and no caller shall have them all.
#[derive(Debug)]
pub(crate) struct Streams {
    most: usize,
    callers: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Streams {
    /// So many for each caller.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, callers: Mutex::default() }
    }

    /// A place for this caller, until it is dropped.
    ///
    /// # Errors
    /// [`TooOften::Streams`] where it has none left.
    pub(crate) fn take(&self, principal: &str) -> Result<OwnedSemaphorePermit, TooOften> {
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        let places = callers.entry(principal.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(self.most)));
        Arc::clone(places)
            .try_acquire_owned()
            .map_err(|_| TooOften::Streams { principal: principal.to_owned(), most: self.most })
    }
}

#[cfg(test)]
mod tests {
    use super::Streams;

    #[test]
    fn each_caller_has_places_of_its_own_and_gives_them_back() {
        let streams = Streams::new(2);
        let (first, _second) = (streams.take("ann").expect("a place"), streams.take("ann").expect("a place"));
        let refused = streams.take("ann").expect_err("there were two");
        assert!(refused.to_string().starts_with("'ann' follows 2 load balancers already"), "{refused}");
        assert!(streams.take("vic").is_ok(), "it has places of its own");
        drop(first);
        assert!(streams.take("ann").is_ok(), "a place was given back");
    }
}
