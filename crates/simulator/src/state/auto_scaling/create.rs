//! Groups come and go, and launch instances.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::lifecycle::{Goal, Member, PENDING};
use super::{Attachment, AutoScalingGroup, ScalingRefusal, Template, TrafficSource};
use crate::fleet::{AutoScalingGroupSpec, FleetError, HealthCheckType, InstanceSpec, InstanceState};
use crate::state::{Instance, Moment, World};

/// A group that is to be created.
#[derive(Debug, Clone)]
pub(crate) struct NewGroup {
    pub(crate) name: String,
    /// The instance that those of the group are like.
    pub(crate) like: String,
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) desired: u32,
    pub(crate) availability_zones: BTreeSet<String>,
    pub(crate) sources: Vec<TrafficSource>,
    pub(crate) health_check_type: HealthCheckType,
    pub(crate) grace_period: Duration,
}

impl World {
    /// Creates a group and launches its instances. Rule: asg-from-instance. Rule: asg-launches.
    pub(crate) fn create_scaling_group(&mut self, new: NewGroup, at: Moment) -> Result<(), ScalingRefusal> {
        if self.auto_scaling.contains_key(&new.name) {
            return Err(ScalingRefusal::Duplicate(new.name));
        }
        check_name(&new.name)?;
        check_sizes(new.min, new.max, new.desired)?;
        let like = self.instances.get(&new.like).ok_or(ScalingRefusal::UnknownInstance(new.like))?;
        let template = Template::of(like);
        if let Some(zone) = new.availability_zones.iter().find(|zone| !zone.starts_with(&self.region)) {
            return Err(ScalingRefusal::Zone(zone.clone()));
        }
        new.sources.iter().try_for_each(|source| self.check_source(source, &template.vpc))?;
        let group = AutoScalingGroup {
            arn: super::arn(&self.region, &new.name),
            name: new.name.clone(),
            min: new.min,
            max: new.max,
            desired: new.desired,
            availability_zones: new.availability_zones,
            created: at.now,
            health_check_type: new.health_check_type,
            grace_period: new.grace_period,
            members: BTreeMap::new(),
            attachments: new.sources.into_iter().map(|source| (source, Attachment::WithGroup)).collect(),
            template,
        };
        self.auto_scaling.insert(new.name.clone(), group);
        let launched = self.launch(&new.name, new.desired, at);
        if launched.is_err() {
            self.auto_scaling.remove(&new.name);
        }
        launched
    }

    /// Deletes a group; by force with its instances. Rule: asg-delete.
    pub(crate) fn delete_scaling_group(&mut self, name: &str, force: bool, at: Moment) -> Result<(), ScalingRefusal> {
        let group = self.scaling_group(name)?;
        if !force && group.members.values().any(|member| member.moves(at.now)) {
            return Err(ScalingRefusal::ActivityInProgress);
        }
        if !force && !group.members.is_empty() {
            return Err(ScalingRefusal::HasInstances);
        }
        let ids: BTreeSet<String> = group.members.keys().cloned().collect();
        for source in self.attached(name)? {
            self.deregister_in(&source, &ids, at);
        }
        for id in &ids {
            // An instance that EC2 has forgotten meanwhile is gone already.
            let _ = self.set_instance_state(id, InstanceState::Terminated);
        }
        self.auto_scaling.remove(name);
        Ok(())
    }

    /// Adds a group of instances that are in service, and registers them for long enough to be healthy.
    pub(crate) fn add_scaling_group(
        &mut self,
        spec: AutoScalingGroupSpec,
        now: DateTime<Utc>,
    ) -> Result<(), FleetError> {
        let name = spec.name;
        if self.auto_scaling.contains_key(&name) {
            return Err(FleetError::DuplicateAutoScalingGroup(name));
        }
        let setting = |reason: String| FleetError::AutoScalingGroupSetting { name: name.clone(), reason };
        let desired = u32::try_from(spec.instances.len()).unwrap_or(u32::MAX);
        check_name(&name)
            .and_then(|()| check_sizes(spec.min_size, spec.max_size, desired))
            .map_err(|refusal| setting(refusal.to_string()))?;
        let unknown = |id: &String| FleetError::UnknownInstance(id.clone());
        let instances: Vec<&Instance> = spec
            .instances
            .iter()
            .map(|id| self.instances.get(id).ok_or_else(|| unknown(id)))
            .collect::<Result<_, _>>()?;
        if let Some(id) = spec.instances.iter().find(|id| self.scaling_group_of(id).is_some()) {
            return Err(setting(format!("'{id}' belongs to another group")));
        }
        let template = instances.first().map_or_else(Template::default, |first| Template::of(first));
        let mut sources = Vec::new();
        for group in &spec.target_groups {
            let found = self.target_groups.get(group).ok_or_else(|| FleetError::UnknownTargetGroup(group.clone()))?;
            sources.push(TrafficSource::TargetGroup(found.arn.clone()));
        }
        sources.extend(spec.classic_load_balancers.into_iter().map(TrafficSource::Classic));
        for source in &sources {
            self.check_source(source, &template.vpc).map_err(|refusal| setting(refusal.to_string()))?;
        }
        let mut availability_zones: BTreeSet<String> = spec.availability_zones.into_iter().collect();
        if availability_zones.is_empty() {
            availability_zones = ["a", "b"].map(|letter| format!("{}{letter}", self.region)).into();
        }
        for source in &sources {
            spec.instances.iter().try_for_each(|id| self.add_in(source, id, now))?;
        }
        let in_service = Member { goal: Goal::InService, since: now, takes: Duration::ZERO };
        let group = AutoScalingGroup {
            arn: super::arn(&self.region, &name),
            name: name.clone(),
            min: spec.min_size,
            max: spec.max_size,
            desired,
            availability_zones,
            created: now,
            health_check_type: spec.health_check_type,
            grace_period: spec.health_check_grace_period,
            members: spec.instances.into_iter().map(|id| (id, in_service)).collect(),
            attachments: sources.into_iter().map(|source| (source, Attachment::WithGroup)).collect(),
            template,
        };
        for id in group.members.keys() {
            self.mark(id, &name);
        }
        self.auto_scaling.insert(name, group);
        Ok(())
    }

    /// Tags an instance with the name of its group. Rule: asg-tag.
    fn mark(&mut self, id: &str, name: &str) {
        if let Some(instance) = self.instances.get_mut(id) {
            instance.tags.set(&[("aws:autoscaling:groupName".to_owned(), name.to_owned())]);
        }
    }

    /// The group that the instance belongs to.
    pub(crate) fn scaling_group_of(&self, id: &str) -> Option<&AutoScalingGroup> {
        self.auto_scaling.values().find(|group| group.members.contains_key(id))
    }

    /// Launches instances, each in the zone that has fewest, and registers them. Rule: asg-launches.
    pub(super) fn launch(&mut self, name: &str, count: u32, at: Moment) -> Result<(), ScalingRefusal> {
        let mut launched = BTreeSet::new();
        let result = self.launch_each(name, count, at, &mut launched);
        if result.is_err() {
            for id in &launched {
                self.scaling_group_mut(name)?.members.remove(id);
                self.forget_instance(id).map_err(|error| ScalingRefusal::Launch(error.to_string()))?;
            }
        }
        result
    }

    fn launch_each(
        &mut self,
        name: &str,
        count: u32,
        at: Moment,
        launched: &mut BTreeSet<String>,
    ) -> Result<(), ScalingRefusal> {
        let sources = self.attached(name)?;
        for _ in 0..count {
            let group = self.scaling_group(name)?;
            let spec = InstanceSpec {
                instance_type: group.template.instance_type.clone(),
                vpc: group.template.vpc.clone(),
                launch_time: at.now,
                availability_zone: self.emptiest_zone(group),
                ..InstanceSpec::default()
            };
            let id = self.add_instance(spec).map_err(|error| ScalingRefusal::Launch(error.to_string()))?;
            let pending = Member { goal: Goal::InService, since: at.now, takes: PENDING };
            self.scaling_group_mut(name)?.members.insert(id.clone(), pending);
            self.mark(&id, name);
            launched.insert(id);
        }
        self.register_in(&sources, launched, at)
    }

    fn emptiest_zone(&self, group: &AutoScalingGroup) -> Option<String> {
        let zone_of = |id: &String| self.instances.get(id).map(|instance| instance.availability_zone.as_str());
        let serving = group.serving();
        let in_zone = |zone: &String| serving.iter().filter(|id| zone_of(id) == Some(zone)).count();
        group.availability_zones.iter().min_by_key(|zone| in_zone(zone)).cloned()
    }
}

impl Template {
    fn of(instance: &Instance) -> Self {
        Self { instance_type: instance.kind.clone(), vpc: instance.vpc.clone() }
    }
}

impl Default for Template {
    fn default() -> Self {
        let InstanceSpec { instance_type, vpc, .. } = InstanceSpec::default();
        Self { instance_type, vpc }
    }
}

/// Rule: asg-names.
fn check_name(name: &str) -> Result<(), ScalingRefusal> {
    let is_good = (1..=255).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
    if is_good { Ok(()) } else { Err(ScalingRefusal::MalformedName(name.to_owned())) }
}

/// Rule: asg-sizes.
fn check_sizes(min: u32, max: u32, desired: u32) -> Result<(), ScalingRefusal> {
    if min > max {
        return Err(ScalingRefusal::Bounds { min, max });
    }
    if !(min..=max).contains(&desired) {
        return Err(ScalingRefusal::Desired { desired, min, max });
    }
    Ok(())
}
