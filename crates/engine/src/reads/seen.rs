//! What reads have shown.

use elbm_core::{Everywhere, GroupId, GroupMembership, Kind, Membership, Place, Target};
use tokio::time::Instant;

/// Who is registered where, in one load balancer or everywhere, and since when that is known.
#[derive(Debug, Clone)]
pub(crate) struct Seen<G = Membership> {
    /// When the first of the calls began that it was read by.
    pub(crate) begun: Instant,
    pub(crate) membership: G,
}

/// Target groups with their targets: those of one load balancer, or all that may have a machine.
pub(crate) trait Groups {
    /// The group that is known by this.
    fn member(&self, id: &GroupId) -> Option<&GroupMembership>;

    /// Takes over what a later read of a group has shown.
    fn show(&mut self, id: &GroupId, targets: &[Target]);

    /// The kind of the load balancer that uses the group; `None` where none does.
    fn kind(&self, id: &GroupId) -> Option<Kind>;
}

impl Groups for Membership {
    fn member(&self, id: &GroupId) -> Option<&GroupMembership> {
        self.member(id)
    }

    fn show(&mut self, id: &GroupId, targets: &[Target]) {
        self.show(id, targets);
    }

    fn kind(&self, _: &GroupId) -> Option<Kind> {
        Some(self.load_balancer.kind)
    }
}

impl Groups for Everywhere {
    fn member(&self, id: &GroupId) -> Option<&GroupMembership> {
        self.place(id).map(|place| &place.member)
    }

    fn show(&mut self, id: &GroupId, targets: &[Target]) {
        self.show(id, targets);
    }

    fn kind(&self, id: &GroupId) -> Option<Kind> {
        self.place(id).and_then(Place::kind)
    }
}
