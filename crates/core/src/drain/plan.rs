//! What a drain and a restore do.

use super::{DrainMemory, InvalidMemory, RememberedGroup};
use crate::{
    Change, Everywhere, GroupId, Instance, InstanceId, Place, Refusal, Step, TargetKey, TargetState, TargetType,
};

/// Plans to drain a machine: every live registration everywhere, one step for each group, in order of id. What is draining
/// already leaves by itself.
#[must_use]
pub fn plan_drain(everywhere: &Everywhere, instance: &InstanceId) -> Vec<Step> {
    let mut steps: Vec<_> = everywhere
        .places
        .iter()
        .map(|place| {
            let live = everywhere.targets_of(place, instance).filter(|target| target.is_live());
            let mut keys: Vec<_> = live.map(|target| target.key.clone()).collect();
            keys.sort();
            Step { change: Change::Deregister, group: place.member.group.clone(), instance: instance.clone(), keys }
        })
        .filter(|step| !step.keys.is_empty())
        .collect();
    steps.sort_by(|a, b| a.group.id.cmp(&b.group.id));
    steps
}

/// What a restore has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestorePlan {
    /// Every remembered registration, one step for each group that is there, in order of id.
    pub steps: Vec<Step>,
    /// The groups that are not there any more.
    pub gone: Vec<RememberedGroup>,
}

impl RestorePlan {
    /// Whether a registration in this group is remembered.
    #[must_use]
    pub fn is_about(&self, group: &GroupId) -> bool {
        self.steps.iter().any(|step| step.group.id == *group)
    }

    /// Whether everything can be registered again now.
    ///
    /// # Errors
    /// [`Refusal::AddressDraining`]: AWS takes an address again only once it has drained ("Register targets with your target
    /// group", user guide of Application Load Balancers); an instance it takes while it drains.
    pub fn check_addresses(&self, everywhere: &Everywhere) -> Result<(), Refusal> {
        for step in self.steps.iter().filter(|step| step.group.target_type == TargetType::Ip) {
            let targets = everywhere.place(&step.group.id).map_or(&[][..], |place| &place.member.targets);
            let mut leaving = targets.iter().filter(|target| target.state == TargetState::Draining);
            if let Some(target) = leaving.find(|target| step.keys.contains(&target.key)) {
                let (address, group) = (target.key.id.clone(), step.group.name.clone());
                return Err(Refusal::AddressDraining { instance: step.instance.clone(), address, group });
            }
        }
        Ok(())
    }

    /// The steps without the registrations that are live.
    #[must_use]
    pub fn missing(&self, everywhere: &Everywhere) -> Vec<Step> {
        let is_live = |step: &Step, key: &TargetKey| {
            let place = everywhere.place(&step.group.id);
            place.is_some_and(|place| place.member.targets.iter().any(|target| target.key == *key && target.is_live()))
        };
        let left = self.steps.iter().map(|step| {
            let keys = step.keys.iter().filter(|key| !is_live(step, key)).cloned().collect();
            Step { keys, ..step.clone() }
        });
        left.filter(|step| !step.keys.is_empty()).collect()
    }
}

/// Plans to restore a machine to what is remembered; `places` are all of the region, whatever their targets.
///
/// # Errors
/// [`Refusal::TerminatedInstance`] where the machine is gone for good, [`Refusal::StoppedInstance`] where it does not run and
/// target groups are remembered, which do not take it so, [`Refusal::DrainMemoryInvalid`] where an address is
/// remembered that the machine does not have: to register it would be to attach another one.
pub fn plan_restore(memory: &DrainMemory, places: &[Place], known: &Instance) -> Result<RestorePlan, Refusal> {
    if known.state.is_terminal() {
        return Err(Refusal::TerminatedInstance { instance: known.id.clone(), state: known.state });
    }
    let other = memory.registrations.iter().map(|one| &one.key.id);
    if let Some(other) = other.filter(|id| *id != known.id.as_str()).find(|id| !known.private_ips.contains(id)) {
        let why = InvalidMemory::OtherAddress(other.clone());
        return Err(Refusal::DrainMemoryInvalid { instance: known.id.clone(), why });
    }
    let mut plan = RestorePlan { steps: Vec::new(), gone: Vec::new() };
    let mut last: Option<&RememberedGroup> = None;
    for one in &memory.registrations {
        let is_new = last.replace(&one.group) != Some(&one.group);
        let place = places.iter().find(|place| RememberedGroup::from(&place.member.group.id) == one.group);
        match (place, plan.steps.last_mut()) {
            (None, _) if is_new => plan.gone.push(one.group.clone()),
            (None, _) => {}
            (Some(_), Some(step)) if !is_new => step.keys.push(one.key.clone()),
            (Some(place), _) => {
                let (group, instance) = (place.member.group.clone(), known.id.clone());
                plan.steps.push(Step { change: Change::Register, group, instance, keys: vec![one.key.clone()] });
            }
        }
    }
    let wants_running = |step: &Step| step.group.target_type == TargetType::Instance && !step.group.is_classic();
    if known.state.is_stopped() && plan.steps.iter().any(wants_running) {
        return Err(Refusal::StoppedInstance(known.id.clone()));
    }
    plan.steps.sort_by(|a, b| a.group.id.cmp(&b.group.id));
    Ok(plan)
}
