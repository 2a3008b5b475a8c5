//! Before anything is taken out: the leases of its groups, what they show now, the guard, and a note of it, in this order.

use std::collections::BTreeSet;

use elbm_core::{Change, GroupId, Lane, Refusal, Step};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::departures::Reservation;
use crate::engine::Engine;
use crate::error::Error;
use crate::leases::{Lease, LeaseName};
use crate::reads::{self, Groups, Seen, Want};

impl Engine {
    /// Reserves what the steps deregister, in all groups or in none. `minimum` is the fewest healthy targets of a group; the
    /// guard is not asked where it is not given. The leases are held as long as the reservation.
    ///
    /// # Errors
    /// [`Error::Refused`] by the guard; [`Error::LeaseHeld`], [`Error::NoLeaseTable`] and [`Error::Aws`] where there is no lease.
    pub(crate) async fn reserve<G: Groups>(
        &self,
        steps: &[Step],
        seen: &mut Seen<G>,
        minimum: Option<usize>,
    ) -> Result<Reservation, Error> {
        let (reservation, refused) = self.reserve_each(&[steps], seen, minimum).await?;
        refused.into_iter().flatten().next().map_or(Ok(reservation), |refusal| Err(refusal.into()))
    }

    /// Reserves what the steps of each item deregister: of each item in all groups or in none, in order, and each judged
    /// as if those before were done. `seen` holds every group of the steps.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve), but for the guard's refusals.
    pub(crate) async fn reserve_each<G: Groups>(
        &self,
        items: &[&[Step]],
        seen: &mut Seen<G>,
        minimum: Option<usize>,
    ) -> Result<(Reservation, Vec<Option<Refusal>>), Error> {
        let leaving = items.iter().flat_map(|steps| steps.iter()).filter(|step| step.change == Change::Deregister);
        let groups: BTreeSet<_> = leaving.map(|step| step.group.id.clone()).collect();
        let lease = self.lease_of(&groups).await?;
        if lease.is_shared() {
            self.look_again(&groups, seen).await?;
        }
        let (reservation, refused) = self.departures.reserve_each(items, seen, minimum, lease);
        if let Err(error) = reservation.note().await {
            reservation.release();
            return Err(error);
        }
        Ok((reservation, refused))
    }

    async fn lease_of(&self, groups: &BTreeSet<GroupId>) -> Result<Lease, Error> {
        if groups.is_empty() {
            return Ok(Lease::default());
        }
        self.leases.take(groups.iter().cloned().map(LeaseName::Group).collect()).await
    }

    /// Another replica may have changed these groups until the lease was taken.
    async fn look_again<G: Groups>(&self, groups: &BTreeSet<GroupId>, seen: &mut Seen<G>) -> Result<(), Error> {
        let ids: Vec<_> = groups.iter().cloned().collect();
        let reads: Vec<_> = stream::iter(ids)
            .map(|group| async move {
                let read = self.reads.targets(&group, Want::New, Lane::Read).await?;
                Ok::<_, Error>((group, read))
            })
            .buffered(reads::SIDE_BY_SIDE)
            .try_collect()
            .await?;
        for (group, read) in reads {
            seen.membership.show(&group, &read.value);
        }
        Ok(())
    }
}
