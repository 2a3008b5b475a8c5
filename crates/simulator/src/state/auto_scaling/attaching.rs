//! Target groups and Classic load balancers are attached and detached, and the states that they pass through.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::lifecycle::{AttachmentState, Goal};
use super::{Attachment, AutoScalingGroup, ScalingRefusal, TrafficSource};
use crate::fleet::HealthCheckType;
use crate::state::{Moment, World};

impl World {
    /// Attaches them, and registers the instances that are not on standby. One that is attached stays as it is.
    /// Rule: asg-attach.
    pub(crate) fn attach(&mut self, name: &str, sources: Vec<TrafficSource>, at: Moment) -> Result<(), ScalingRefusal> {
        let group = self.scaling_group(name)?;
        sources.iter().try_for_each(|source| self.check_source(source, &group.template.vpc))?;
        let is_new = |source: &TrafficSource| !group.attachments.get(source).is_some_and(Attachment::is_attached);
        let new: Vec<TrafficSource> = sources.into_iter().filter(is_new).collect();
        let ids = group.serving();
        self.register_in(&new, &ids, at)?;
        let attached = new.into_iter().map(|source| (source, Attachment::Attached { since: at.now }));
        self.scaling_group_mut(name)?.attachments.extend(attached);
        Ok(())
    }

    /// Detaches them, and deregisters the instances. Rule: asg-detach.
    pub(crate) fn detach(&mut self, name: &str, sources: Vec<TrafficSource>, at: Moment) -> Result<(), ScalingRefusal> {
        let group = self.scaling_group(name)?;
        for source in &sources {
            if !group.attachments.get(source).is_some_and(Attachment::is_attached) {
                return Err(match source {
                    TrafficSource::TargetGroup(_) => ScalingRefusal::TargetGroups,
                    TrafficSource::Classic(_) => ScalingRefusal::LoadBalancers,
                });
            }
        }
        let ids = group.serving();
        for source in sources {
            let drains = self.deregister_in(&source, &ids, at);
            let detached = Attachment::Detached { since: at.now, drains };
            self.scaling_group_mut(name)?.attachments.insert(source, detached);
        }
        Ok(())
    }

    /// What the group has attached, with the state of each. Rule: asg-attachment-states.
    pub(crate) fn attachment_states<'a>(
        &'a self,
        group: &'a AutoScalingGroup,
        now: DateTime<Utc>,
    ) -> impl Iterator<Item = (&'a TrafficSource, AttachmentState)> {
        group.attachments.iter().filter_map(move |(source, attachment)| {
            let serves = group.health_check_type == HealthCheckType::Elb && self.serves(group, source, now);
            Some((source, attachment.state(serves, now)?))
        })
    }
}

impl AutoScalingGroup {
    /// The instances that are not on standby, nor on their way to it.
    pub(super) fn serving(&self) -> BTreeSet<String> {
        let serving = self.members.iter().filter(|(_, member)| member.goal == Goal::InService);
        serving.map(|(id, _)| id.clone()).collect()
    }
}
