//! Following the machines of a load balancer: one poll serves all who follow it.

mod follow;
mod reader;

use std::time::Duration;

use elbm_core::{GroupId, Kind};

pub use follow::{Event, Watch};

use self::follow::Shown;
use self::reader::Reader;
use crate::engine::Engine;
use crate::error::Error;
use crate::polls::Polls;
use crate::reads::Reads;

/// The polls that run, by the name of the load balancer, and its kind where it was said. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Watches {
    reads: Reads,
    /// How long a read may take.
    within: Duration,
    polls: Polls<(String, Option<Kind>), Shown>,
}

impl Engine {
    /// Follows the machines of a load balancer. The first event is a snapshot.
    ///
    /// # Errors
    /// [`Error::Shared`] with what the first read failed at: [`Error::LoadBalancerNotFound`], [`Error::Refused`] for an ambiguous
    /// name, [`Error::Aws`], [`Error::TooSlow`].
    pub async fn watch(&self, load_balancer: &str, kind: Option<Kind>) -> Result<Watch, Error> {
        let watch = self.watches.join(load_balancer, kind);
        self.in_time(watch.begun()).await
    }
}

impl Watches {
    pub(crate) fn new(reads: Reads, within: Duration) -> Self {
        Self { reads, within, polls: Polls::default() }
    }

    /// Lets those who follow this group see now what was changed there.
    pub(crate) fn nudge(&self, changed: &GroupId) {
        self.polls.nudge(|shown| shown.groups.contains(changed));
    }

    fn join(&self, load_balancer: &str, kind: Option<Kind>) -> Watch {
        let source = || Reader::new(self.reads.clone(), load_balancer.to_owned(), kind, self.within);
        Watch::new(self.polls.join((load_balancer.to_owned(), kind), source))
    }
}
