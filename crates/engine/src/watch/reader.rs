//! Reads the machines of a load balancer again and again: who is registered each time, what hardly changes as seldom as lists do.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use elbm_core::{GroupId, Kind, Lane, Machine, follow_pause, machines};
use tokio::time::timeout;

use super::follow::Shown;
use crate::aws::AwsErrorKind;
use crate::error::Error;
use crate::polls::{Pace, Source};
use crate::reads::{Listed, Reads, Want, Wants};

/// Reads the machines of one load balancer.
pub(super) struct Reader {
    reads: Reads,
    load_balancer: String,
    kind: Option<Kind>,
    /// How long a read may take.
    within: Duration,
    /// The groups that were read last.
    groups: Arc<BTreeSet<GroupId>>,
    /// Those who follow wait for the first read; the others keep up to date.
    lane: Lane,
    /// Whether the last read failed: that may come from a group that was deleted.
    failed: bool,
}

impl Source for Reader {
    type Shown = Shown;

    const PACE: Pace = Pace { first: Duration::ZERO, shortest: Duration::from_secs(1), after: follow_pause };

    /// The machines as AWS shows them now, in order of id; `None` where the background has to do without a read, because the
    /// budget is spent.
    async fn read(&mut self) -> Option<Shown> {
        let as_of = Utc::now();
        let within = self.within;
        let read = timeout(within, self.read_machines()).await.unwrap_or(Err(Error::TooSlow { within }));
        let failed_before = std::mem::replace(&mut self.failed, read.is_err());
        match &read {
            Err(error) if self.lane == Lane::Background && is_spent(error) => return None,
            Err(error) if !failed_before => {
                tracing::warn!(error = error as &dyn std::error::Error, "what is followed cannot be read");
            }
            Err(_) => {}
            Ok(_) => self.lane = Lane::Background,
        }
        Some(Shown { as_of, groups: Arc::clone(&self.groups), outcome: read.map(Arc::new).map_err(Arc::new) })
    }

    fn is_news(before: Option<&Shown>, now: &Shown) -> bool {
        before.is_none_or(|before| !before.is_as(now))
    }
}

impl Reader {
    pub(super) fn new(reads: Reads, load_balancer: String, kind: Option<Kind>, within: Duration) -> Self {
        Self { reads, load_balancer, kind, within, groups: Arc::default(), lane: Lane::Read, failed: false }
    }

    async fn read_machines(&mut self) -> Result<Vec<Machine>, Error> {
        let mut wants = Wants { health: Want::New, ..self.reads.kept() };
        if self.failed {
            wants.topology = Want::New;
        }
        let topology = self.reads.topology(&self.load_balancer, self.kind, wants.topology).await?;
        self.groups = Arc::new(topology.groups.iter().map(|group| group.id.clone()).collect());
        let Listed { membership, instances, .. } = self.reads.machines(&topology, self.kind, wants, self.lane).await?;
        Ok(machines(&membership, instances))
    }
}

fn is_spent(error: &Error) -> bool {
    matches!(error, Error::Aws(error) if matches!(error.kind, AwsErrorKind::BudgetSpent { .. }))
}
