//! One who follows, and what it is told. It keeps what it was told last, and nothing of what came in between: whoever reads
//! slowly holds no memory, and misses steps, never the newest state.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use elbm_core::{Difference, GroupId, Machine, difference};

use crate::error::Error;
use crate::polls::Follower;

/// What is told of the machines of a load balancer.
#[derive(Debug, Clone)]
pub enum Event {
    /// Every machine, in order of id: the first event, and again after a failure.
    Snapshot {
        /// When AWS was asked.
        as_of: DateTime<Utc>,
        /// The machines.
        machines: Arc<Vec<Machine>>,
    },
    /// What has changed since the last event.
    Change {
        /// When AWS was asked.
        as_of: DateTime<Utc>,
        /// What has changed.
        difference: Difference,
    },
    /// AWS failed. A snapshot follows once it is back.
    Failure {
        /// When AWS was asked.
        as_of: DateTime<Utc>,
        /// Why the machines cannot be read.
        error: Arc<Error>,
    },
}

/// What a read has shown.
pub(super) type Outcome = Result<Arc<Vec<Machine>>, Arc<Error>>;

/// What a read has shown, and when it began.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) as_of: DateTime<Utc>,
    /// The groups that were read, as far as they are known.
    pub(super) groups: Arc<BTreeSet<GroupId>>,
    pub(super) outcome: Outcome,
}

impl Shown {
    /// Whether it tells nothing new.
    pub(super) fn is_as(&self, other: &Self) -> bool {
        match (&self.outcome, &other.outcome) {
            (Ok(one), Ok(other)) => one == other,
            (Err(_), Err(_)) => true,
            (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
        }
    }
}

/// Follows the machines of a load balancer, as long as it is held.
#[derive(Debug)]
pub struct Watch {
    reads: Follower<Shown>,
    told: Told,
}

impl Watch {
    pub(super) fn new(reads: Follower<Shown>) -> Self {
        Self { reads, told: Told::Nothing }
    }

    /// Waits for a read that succeeds or fails, unless there is a good one already. One that failed before counts for nothing.
    pub(super) async fn begun(mut self) -> Result<Self, Error> {
        let shown = match self.reads.latest() {
            Some(shown @ Shown { outcome: Ok(_), .. }) => shown,
            Some(_) => {
                self.reads.hurry();
                self.reads.next().await
            }
            None => self.reads.next().await,
        };
        shown.outcome.map_err(Error::Shared)?;
        // It is to be told.
        self.reads.look_again();
        Ok(self)
    }

    /// The next event, as soon as there is one.
    pub async fn next(&mut self) -> Event {
        loop {
            let shown = self.reads.next().await;
            if let Some(event) = self.told.tell(shown) {
                return event;
            }
        }
    }
}

/// What one who follows was told last.
#[derive(Debug)]
enum Told {
    /// Nothing yet.
    Nothing,
    /// These machines.
    Machines(Arc<Vec<Machine>>),
    /// That they cannot be read.
    Failure,
}

impl Told {
    /// What there is to tell of a read, if anything.
    fn tell(&mut self, Shown { as_of, outcome, .. }: Shown) -> Option<Event> {
        match outcome {
            Ok(machines) => match std::mem::replace(self, Self::Machines(Arc::clone(&machines))) {
                Self::Machines(before) => {
                    let difference = difference(&before, &machines);
                    (!difference.is_empty()).then_some(Event::Change { as_of, difference })
                }
                Self::Nothing | Self::Failure => Some(Event::Snapshot { as_of, machines }),
            },
            Err(error) => match std::mem::replace(self, Self::Failure) {
                Self::Failure => None,
                Self::Nothing | Self::Machines(_) => Some(Event::Failure { as_of, error }),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use elbm_core::{InstanceId, Knowledge};

    use super::*;

    fn shown(outcome: Outcome) -> Shown {
        Shown { as_of: Utc::now(), groups: Arc::default(), outcome }
    }

    fn read(ids: &[&str]) -> Shown {
        let machine = |id: &&str| Machine {
            id: InstanceId::parse(id).expect("an id"),
            instance: Knowledge::Unknown,
            registrations: Vec::new(),
        };
        shown(Ok(Arc::new(ids.iter().map(machine).collect())))
    }

    fn failed() -> Shown {
        let error = Error::LoadBalancerNotFound("web".to_owned());
        shown(Err(Arc::new(error)))
    }

    fn told(event: Option<Event>) -> String {
        match event {
            None => "nothing".to_owned(),
            Some(Event::Snapshot { machines, .. }) => format!("snapshot of {}", machines.len()),
            Some(Event::Change { difference, .. }) => {
                format!("{} changed, {} gone", difference.changed.len(), difference.gone.len())
            }
            Some(Event::Failure { error, .. }) => format!("failure: {error}"),
        }
    }

    #[test]
    fn a_snapshot_comes_first_and_after_each_failure_and_nothing_twice() {
        let mut follower = Told::Nothing;
        let no = "failure: there is no load balancer 'web' in this region";
        for (shown, expected) in [
            (read(&["i-0a1b2c30"]), "snapshot of 1"),
            (read(&["i-0a1b2c30"]), "nothing"),
            (read(&["i-0a1b2c30", "i-0a1b2c31"]), "1 changed, 0 gone"),
            (read(&["i-0a1b2c31"]), "0 changed, 1 gone"),
            (failed(), no),
            (failed(), "nothing"),
            (read(&["i-0a1b2c31"]), "snapshot of 1"),
            (read(&[]), "0 changed, 1 gone"),
            (failed(), no),
            (read(&[]), "snapshot of 0"),
        ] {
            assert_eq!(told(follower.tell(shown)), expected);
        }
    }

    #[test]
    fn a_poll_is_quiet_while_it_tells_nothing_new() {
        let (one, two) = (read(&["i-0a1b2c30"]), read(&["i-0a1b2c31"]));
        assert!(one.is_as(&one) && failed().is_as(&failed()));
        assert!(!one.is_as(&two) && !one.is_as(&failed()) && !failed().is_as(&one));
    }
}
