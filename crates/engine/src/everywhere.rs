//! One machine everywhere: every place of the region that may have it is read.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use elbm_core::{
    DrainMemory, Everywhere, GroupMembership, InstanceId, InvalidMemory, Kind, Knowledge, Lane, Place,
    PlacedRegistration, Remembered, RememberedGroup, TargetGroup, may_have,
};
use futures_util::stream::{self, StreamExt as _};
use tokio::time::Instant;

use crate::aws::{AwsError, Tagged};
use crate::engine::{Engine, Freshness};
use crate::error::Error;
use crate::reads::{SIDE_BY_SIDE, Seen, Want, Wants};

/// Whether a caller may do what it asks for to the load balancer of this name; `None` stands for target groups that no load
/// balancer uses.
pub type Permits = Arc<dyn Fn(Option<&str>) -> bool + Send + Sync>;

/// Where a machine is, and where it is to come back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// The machine.
    pub instance: InstanceId,
    /// What EC2 says of it.
    pub known: Knowledge,
    /// The name of its Auto Scaling group.
    pub auto_scaling_group: Option<String>,
    /// Its registrations, as far as the caller may read them, in order of load balancer, target group and port.
    pub registrations: Vec<PlacedRegistration>,
    /// Whether every place that may have it was looked at, and may be read by the caller.
    pub complete: bool,
    /// When the first read began.
    pub as_of: DateTime<Utc>,
    /// What is remembered of it, where it was drained.
    pub drained: Option<Drained>,
    /// What the caller should know beside.
    pub warnings: Vec<String>,
    /// What became of a change.
    pub outcome: Option<Moved>,
}

/// What became of a drain or a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Whether any registration was changed.
    pub changed: bool,
    /// Whether every registration is what was asked for, gone or healthy.
    pub settled: bool,
    /// Whether all are gone, but connections may go on.
    pub connections_may_remain: bool,
}

/// What is remembered of a drained machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drained {
    /// Who drained it.
    pub by: String,
    /// When.
    pub since: DateTime<Utc>,
    /// Why.
    pub reason: Option<String>,
    /// Whether it was put into Standby.
    pub standby: bool,
    /// What it was drained from, as far as the caller may read it.
    pub from: Vec<DrainedFrom>,
}

/// A registration that a restore makes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrainedFrom {
    /// The name of the load balancer; `None` where none uses the target group, or the group is not there any more.
    pub load_balancer: Option<String>,
    /// The kind of the load balancer.
    pub kind: Option<Kind>,
    /// The registration.
    pub remembered: Remembered,
}

/// What was read of all places.
#[derive(Debug)]
pub(crate) struct Scan {
    as_of: DateTime<Utc>,
    pub(crate) instance: InstanceId,
    pub(crate) known: Option<Tagged>,
    /// The places that may have the machine.
    pub(crate) seen: Seen<Everywhere>,
    /// Every target group and Classic load balancer of the region, without targets.
    directory: Vec<Place>,
    /// The places that could not be read.
    pub(crate) failed: Vec<(Place, Arc<AwsError>)>,
}

impl Engine {
    /// Every registration of a machine that the caller may read. Places that cannot be read are told in the warnings.
    ///
    /// # Errors
    /// [`Error::InstanceNotFound`] where EC2 does not know the machine and it is registered nowhere; [`Error::Aws`] where
    /// no place could be read; [`Error::TooSlow`].
    pub async fn whereabouts(
        &self,
        instance: &InstanceId,
        permits: &Permits,
        freshness: Freshness,
    ) -> Result<Whereabouts, Error> {
        let mut scan = self.in_time(self.scan(instance, permits, self.wants(freshness))).await?;
        if scan.everywhere().places.is_empty() && !scan.failed.is_empty() {
            return Err(scan.failed.swap_remove(0).1.into());
        }
        let found = scan.whereabouts(permits, None);
        if scan.known.is_none() && found.registrations.is_empty() {
            return Err(Error::InstanceNotFound(instance.clone()));
        }
        Ok(found)
    }

    /// Reads every place that may have the machine and that the caller may touch.
    pub(crate) async fn scan(&self, instance: &InstanceId, permits: &Permits, wants: Wants) -> Result<Scan, Error> {
        let known = Box::pin(async { Ok(self.aws.tagged_instance(instance).await?) });
        let ((mut begun, directory), known) = tokio::try_join!(self.directory(wants.topology), known)?;
        let own = known.as_ref().map(|tagged| &tagged.instance);
        let candidates = directory.iter().filter(|place| may_have(&place.member.group, own));
        let wanted: Vec<_> = candidates.filter(|place| permits(place.load_balancer_name())).cloned().collect();
        let read: Vec<_> =
            stream::iter(wanted)
                .map(|place| async move {
                    (self.reads.targets(&place.member.group.id, wants.health, Lane::Read).await, place)
                })
                .buffered(SIDE_BY_SIDE)
                .collect()
                .await;
        let (mut everywhere, mut failed) = (Everywhere::default(), Vec::new());
        if let Some(own) = own {
            everywhere.addresses.learn(own);
        }
        for (read, place) in read {
            match read {
                Ok(read) => {
                    begun = begun.min(read.begun);
                    let member = GroupMembership { targets: read.value.to_vec(), ..place.member };
                    everywhere.places.push(Place { member, ..place });
                }
                Err(error) => failed.push((place, error)),
            }
        }
        let as_of = Utc::now() - begun.elapsed();
        let seen = Seen { begun, membership: everywhere };
        Ok(Scan { as_of, instance: instance.clone(), known, seen, directory, failed })
    }

    /// Every target group and Classic load balancer of the region with the load balancer that uses it, in order of id,
    /// without targets; and when they were read.
    pub(crate) async fn directory(&self, want: Want) -> Result<(Instant, Vec<Place>), Error> {
        let region = self.reads.region(want).await?;
        let v2 = region.value.groups.iter().map(|group| {
            let uses =
                |arn: &String| region.value.load_balancers.iter().find(|balancer| balancer.arn.as_ref() == Some(arn));
            (group.load_balancer_arns.iter().find_map(uses), group)
        });
        let classic = region.value.classic.iter().map(|(balancer, group)| (Some(balancer), group));
        let places = v2.chain(classic).map(|(load_balancer, group)| {
            let member = GroupMembership { group: group.clone(), targets: Vec::new() };
            Place { load_balancer: load_balancer.cloned(), member }
        });
        let mut places: Vec<_> = places.collect();
        places.sort_by(|a, b| a.member.group.id.cmp(&b.member.group.id));
        Ok((region.begun, places))
    }
}

impl Scan {
    /// The places that may have the machine.
    pub(crate) fn everywhere(&self) -> &Everywhere {
        &self.seen.membership
    }

    /// What is remembered of the machine.
    pub(crate) fn memory(&self) -> Result<Option<DrainMemory>, InvalidMemory> {
        self.known.as_ref().map_or(Ok(None), |known| DrainMemory::read(&self.instance, &known.tags))
    }

    /// The place of a group, without its targets, whether it may have the machine or not.
    pub(crate) fn directory(&self) -> &[Place] {
        &self.directory
    }

    /// What of it the caller may read.
    pub(crate) fn whereabouts(&self, permits: &Permits, outcome: Option<Moved>) -> Whereabouts {
        let own = self.known.as_ref().map(|tagged| &tagged.instance);
        let may_read = |name: &Option<String>| permits(name.as_deref());
        let candidates = self.directory.iter().filter(|place| may_have(&place.member.group, own));
        let hidden = candidates.filter(|place| !permits(place.load_balancer_name())).count() > 0;
        let mut registrations = self.everywhere().registrations(&self.instance);
        registrations.retain(|placed| may_read(&placed.load_balancer));
        let failed = self.failed.iter().filter(|(place, _)| permits(place.load_balancer_name()));
        let mut warnings: Vec<_> = failed.map(|(place, error)| unread(&place.member.group, error)).collect();
        if hidden {
            warnings.push("places that these credentials are not for were not looked at".to_owned());
        }
        let drained = self.memory().unwrap_or_else(|why| {
            warnings.push(format!("what its tags elbm.drain.* remember cannot be trusted: {why}"));
            None
        });
        Whereabouts {
            instance: self.instance.clone(),
            known: own.cloned().map(Arc::new).into(),
            auto_scaling_group: self.known.as_ref().and_then(Tagged::auto_scaling_group).map(str::to_owned),
            registrations,
            complete: self.failed.is_empty() && !hidden,
            as_of: self.as_of,
            drained: drained.map(|memory| drained_from(memory, &self.directory, permits)),
            warnings,
            outcome,
        }
    }
}

fn unread(group: &TargetGroup, error: &AwsError) -> String {
    let kind = if group.is_classic() { "load balancer" } else { "target group" };
    format!("{kind} '{}' could not be read: {}", group.name, error.kind)
}

/// What is remembered, as far as the caller may read it.
pub(crate) fn drained_from(memory: DrainMemory, directory: &[Place], permits: &Permits) -> Drained {
    let DrainMemory { by, since, reason, standby, registrations, .. } = memory;
    let from = registrations.into_iter().map(|remembered| {
        let is_its = |place: &&Place| RememberedGroup::from(&place.member.group.id) == remembered.group;
        let place = directory.iter().find(is_its);
        let load_balancer = place.and_then(Place::load_balancer_name).map(str::to_owned);
        DrainedFrom { load_balancer, kind: place.and_then(Place::kind), remembered }
    });
    let from = from.filter(|from| permits(from.load_balancer.as_deref())).collect();
    Drained { by, since, reason, standby, from }
}
