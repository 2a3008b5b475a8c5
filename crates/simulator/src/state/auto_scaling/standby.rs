//! `EnterStandby` and `ExitStandby`: the whole call is checked before anything is changed.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::lifecycle::{Goal, LifecycleState, Member, PENDING};
use super::{ScalingRefusal, TrafficSource, uuid};
use crate::fleet::InstanceState;
use crate::state::{Moment, World};

/// What a group did with an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Activity {
    pub(crate) id: String,
    pub(crate) instance: String,
    pub(crate) movement: Movement,
    pub(crate) since: DateTime<Utc>,
    /// The desired capacity before and after, where it changed.
    pub(crate) capacity: Option<(u32, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Movement {
    IntoStandby,
    OutOfStandby,
}

impl World {
    /// Puts instances on standby: they are deregistered wherever the group registered them. The desired capacity shrinks
    /// with them, or the group launches others in their place. Rule: asg-standby.
    pub(crate) fn enter_standby(
        &mut self,
        name: &str,
        ids: &BTreeSet<String>,
        shrinks: bool,
        at: Moment,
    ) -> Result<Vec<Activity>, ScalingRefusal> {
        let group = self.scaling_group(name)?;
        self.check_members(name, ids, LifecycleState::InService, at.now)?;
        let desired = group.desired;
        let capacity = shrinks.then(|| (desired, desired.saturating_sub(count(ids))));
        // Rule: asg-standby-minimum.
        if capacity.is_some_and(|(_, after)| after < group.min) {
            return Err(self.sizes(name, "place into standby", ids)?);
        }
        let sources = self.attached(name)?;
        if !shrinks {
            self.launch(name, count(ids), at)?;
        }
        let drains = sources.iter().map(|source| self.deregister_in(source, ids, at)).max();
        self.send(name, ids, Goal::Standby, drains.unwrap_or_default(), at.now, capacity)?;
        Ok(activities(name, ids, Movement::IntoStandby, capacity, at.now))
    }

    /// Brings instances back from standby: the desired capacity grows with them, and they are registered again.
    /// Rule: asg-standby.
    pub(crate) fn exit_standby(
        &mut self,
        name: &str,
        ids: &BTreeSet<String>,
        at: Moment,
    ) -> Result<Vec<Activity>, ScalingRefusal> {
        let group = self.scaling_group(name)?;
        self.check_members(name, ids, LifecycleState::Standby, at.now)?;
        let is_running = |id: &&String| {
            self.instances.get(*id).is_some_and(|instance| instance.state(at.now) == InstanceState::Running)
        };
        // Rule: asg-standby-running.
        if let Some(other) = ids.iter().find(|id| !is_running(id)) {
            return Err(ScalingRefusal::NotRunning(other.clone()));
        }
        let after = group.desired.saturating_add(count(ids));
        // Rule: asg-standby-maximum.
        if after > group.max {
            return Err(self.sizes(name, "take out of standby", ids)?);
        }
        let capacity = Some((group.desired, after));
        let sources = self.attached(name)?;
        self.register_in(&sources, ids, at)?;
        self.send(name, ids, Goal::InService, PENDING, at.now, capacity)?;
        Ok(activities(name, ids, Movement::OutOfStandby, capacity, at.now))
    }

    /// What the group registers its instances in.
    pub(super) fn attached(&self, name: &str) -> Result<Vec<TrafficSource>, ScalingRefusal> {
        let attachments = &self.scaling_group(name)?.attachments;
        let attached = attachments.iter().filter(|(_, attachment)| attachment.is_attached());
        Ok(attached.map(|(source, _)| source.clone()).collect())
    }

    /// Rule: asg-standby-members.
    fn check_members(
        &self,
        name: &str,
        ids: &BTreeSet<String>,
        wanted: LifecycleState,
        now: DateTime<Utc>,
    ) -> Result<(), ScalingRefusal> {
        let members = &self.scaling_group(name)?.members;
        for id in ids {
            let (id, name) = (id.clone(), name.to_owned());
            match members.get(&id).map(|member| member.lifecycle(now)) {
                None => return Err(ScalingRefusal::NotAMember { name, id }),
                Some(state) if state != wanted => {
                    return Err(ScalingRefusal::OtherState { id, wanted: wanted.as_str() });
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn send(
        &mut self,
        name: &str,
        ids: &BTreeSet<String>,
        goal: Goal,
        takes: Duration,
        since: DateTime<Utc>,
        capacity: Option<(u32, u32)>,
    ) -> Result<(), ScalingRefusal> {
        let group = self.scaling_group_mut(name)?;
        for id in ids {
            group.members.insert(id.clone(), Member { goal, since, takes });
        }
        if let Some((_, after)) = capacity {
            group.desired = after;
        }
        Ok(())
    }

    fn sizes(
        &self,
        name: &str,
        movement: &'static str,
        ids: &BTreeSet<String>,
    ) -> Result<ScalingRefusal, ScalingRefusal> {
        let group = self.scaling_group(name)?;
        let (min, max, desired) = (group.min, group.max, group.desired);
        Ok(ScalingRefusal::Sizes { name: name.to_owned(), min, max, desired, movement, count: ids.len() })
    }
}

fn count(ids: &BTreeSet<String>) -> u32 {
    u32::try_from(ids.len()).unwrap_or(u32::MAX)
}

fn activities(
    name: &str,
    ids: &BTreeSet<String>,
    movement: Movement,
    capacity: Option<(u32, u32)>,
    since: DateTime<Utc>,
) -> Vec<Activity> {
    let activity = |instance: &String| Activity {
        id: uuid(&format!("activity {name} {instance} {movement:?} {since}")),
        instance: instance.clone(),
        movement,
        since,
        capacity,
    };
    ids.iter().map(activity).collect()
}
