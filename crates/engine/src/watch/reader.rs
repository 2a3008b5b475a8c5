//! Reads the machines of a load balancer again and again: who is registered each time, what hardly changes as seldom as lists do.

use std::collections::BTreeSet;

use elbm_core::{GroupId, Kind, Lane, Machine, machines};

use crate::aws::AwsErrorKind;
use crate::error::Error;
use crate::reads::{Listed, Reads, Want, Wants};

/// Reads the machines of one load balancer.
pub(super) struct Reader {
    reads: Reads,
    load_balancer: String,
    kind: Option<Kind>,
    /// The groups that were read last.
    groups: BTreeSet<GroupId>,
    /// Those who follow wait for the first read; the others keep up to date.
    lane: Lane,
    /// Whether the last read failed: that may come from a group that was deleted.
    failed: bool,
}

impl Reader {
    pub(super) fn new(reads: Reads, load_balancer: String, kind: Option<Kind>) -> Self {
        Self { reads, load_balancer, kind, groups: BTreeSet::new(), lane: Lane::Read, failed: false }
    }

    /// The groups that were read last.
    pub(super) fn groups(&self) -> &BTreeSet<GroupId> {
        &self.groups
    }

    /// The machines as AWS shows them now, in order of id; `None` where the background has to do without a read, because the
    /// budget is spent.
    pub(super) async fn read(&mut self) -> Result<Option<Vec<Machine>>, Error> {
        let read = self.read_machines().await;
        self.failed = read.is_err();
        match read {
            Err(error) if self.lane == Lane::Background && is_spent(&error) => Ok(None),
            Err(error) => Err(error),
            Ok(machines) => {
                self.lane = Lane::Background;
                Ok(Some(machines))
            }
        }
    }

    async fn read_machines(&mut self) -> Result<Vec<Machine>, Error> {
        let mut wants = Wants { health: Want::New, ..self.reads.kept() };
        if self.failed {
            wants.topology = Want::New;
        }
        let topology = self.reads.topology(&self.load_balancer, self.kind, wants.topology).await?;
        self.groups = topology.groups.iter().map(|group| group.id.clone()).collect();
        let Listed { membership, instances, .. } = self.reads.machines(&topology, self.kind, wants, self.lane).await?;
        Ok(machines(&membership, instances))
    }
}

fn is_spent(error: &Error) -> bool {
    matches!(error, Error::Aws(error) if matches!(error.kind, AwsErrorKind::BudgetSpent { .. }))
}
