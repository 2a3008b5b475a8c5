//! What tests hold in their hands while the simulator runs.

mod health;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::faults::{Fault, Times};
use crate::fleet::{
    AutoScalingGroupSpec, ClassicLoadBalancerSpec, FleetError, InstanceSpec, InstanceState, LoadBalancerSpec,
    TargetGroupSpec,
};
use crate::journal::{Call, Counts, Journal};
use crate::load::{Calls, ErrorRates, Latency, Throttling};
use crate::server::Shared;
use crate::services::Action;
use crate::state::classic::ClassicLoadBalancer;
use crate::state::{Health, World};

/// Reads and turns a running simulator from within the process. Cheap to clone; works on after a shutdown.
#[derive(Debug, Clone)]
pub struct Handle {
    shared: Arc<Shared>,
}

/// A target that a group truly has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The id of the instance, or what the target type of the group has in its place.
    pub id: String,
    /// The port; `None` for a lambda target only.
    pub port: Option<u16>,
    /// The health; a target that drains is still here.
    pub health: Health,
}

impl Handle {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Goes back to the start: the fleet, the load and its seed; faults, calls and counts are forgotten, and AWS is back.
    /// Time goes on.
    pub fn reset(&self) {
        self.shared.lock().reset();
    }

    /// The last 10,000 calls, the oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared.lock().journal.calls()
    }

    /// How many calls of this action there were.
    #[must_use]
    pub fn count(&self, action: impl Into<Action>) -> usize {
        self.shared.lock().journal.count(action.into())
    }

    /// How often the calls of each action ended how, past the last 10,000 too.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.shared.lock().journal.counts().clone()
    }

    /// Forgets the calls and counts so far.
    pub fn reset_calls(&self) {
        self.shared.lock().journal = Journal::default();
    }

    /// Lets a fault befall calls of this action. Faults of one action come one after the other in the order of their
    /// injection, one for a call.
    pub fn inject(&self, action: impl Into<Action>, times: Times, fault: Fault) {
        self.shared.lock().faults.push(action.into(), times, fault);
    }

    /// Takes back the faults that did not come to pass. Reads that a write made stale stay so.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Throttles calls by these buckets, which are full at first.
    pub fn set_throttling(&self, throttling: Throttling) {
        self.shared.lock().load.set_throttling(throttling);
    }

    /// Lets answers take their time. A call acts at once, and its answer waits; `None` takes the setting back.
    pub fn set_latency(&self, calls: Calls, latency: Option<Latency>) {
        self.shared.lock().load.settings.latency.set(calls, latency);
    }

    /// Lets faults befall a share of the calls that no injected fault befalls; `None` takes the setting back.
    pub fn set_error_rates(&self, calls: Calls, rates: Option<ErrorRates>) {
        self.shared.lock().load.settings.error_rates.set(calls, rates);
    }

    /// Lets AWS be away: new connections are reset and requests on open ones get no answer, for this simulated time, or
    /// until [`come_back`](Self::come_back).
    pub fn go_away(&self, lasting: Option<Duration>) {
        let mut inner = self.shared.lock();
        let now = inner.clock.now();
        inner.load.go_away(now, lasting);
    }

    /// Lets AWS be back.
    pub fn come_back(&self) {
        self.shared.lock().load.come_back();
    }

    /// The simulator's time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.shared.lock().clock.now()
    }

    /// Moves the simulator's time ahead, whatever its clock is; nothing else moves a stepped one.
    pub fn advance(&self, by: Duration) {
        self.shared.lock().clock.advance(by);
    }

    /// Stops an instance.
    ///
    /// # Errors
    /// There is no such instance, or it is terminated.
    pub fn stop(&self, instance: &str) -> Result<(), FleetError> {
        let mut inner = self.shared.lock();
        let now = inner.clock.now();
        inner.world.stop_instance(instance, now)
    }

    /// Starts a stopped instance; its launch time is now.
    ///
    /// # Errors
    /// There is no such instance, or it is not stopped.
    pub fn start(&self, instance: &str) -> Result<(), FleetError> {
        let mut inner = self.shared.lock();
        let now = inner.clock.now();
        inner.world.start_instance(instance, now)
    }

    /// Terminates an instance; EC2 still knows it.
    ///
    /// # Errors
    /// There is no such instance.
    pub fn terminate(&self, instance: &str) -> Result<(), FleetError> {
        self.shared.lock().world.set_instance_state(instance, InstanceState::Terminated)
    }

    /// Lets EC2 forget an instance.
    ///
    /// # Errors
    /// There is no such instance.
    pub fn forget(&self, instance: &str) -> Result<(), FleetError> {
        self.shared.lock().world.forget_instance(instance)
    }

    /// Adds an instance and returns its id.
    ///
    /// # Errors
    /// The instance does not fit into the fleet, e.g. its id is taken.
    pub fn add_instance(&self, spec: InstanceSpec) -> Result<String, FleetError> {
        self.shared.lock().world.add_instance(spec)
    }

    /// Adds a load balancer and returns its ARN.
    ///
    /// # Errors
    /// The load balancer does not fit into the fleet, e.g. its name is taken.
    pub fn add_load_balancer(&self, spec: LoadBalancerSpec) -> Result<String, FleetError> {
        let mut inner = self.shared.lock();
        let now = inner.clock.now();
        inner.world.add_load_balancer(spec, now)
    }

    /// Adds a target group, with the listeners that use it, and returns its ARN.
    ///
    /// # Errors
    /// The target group does not fit into the fleet, e.g. its name is taken.
    pub fn add_target_group(&self, spec: TargetGroupSpec) -> Result<String, FleetError> {
        self.shared.lock().world.add_target_group(spec)
    }

    /// Registers a target as [`Fleet::register`](crate::Fleet::register) does: it has been there for long enough to be
    /// healthy. Reads show it at once.
    ///
    /// # Errors
    /// There is no such group or instance, or the target does not fit the group.
    pub fn register(&self, target_group: &str, id: &str, port: Option<u16>) -> Result<(), FleetError> {
        let mut inner = self.shared.lock();
        let now = inner.clock.now();
        inner.world.add_target(target_group, id, port, now)
    }

    /// Adds a Classic load balancer, with its instances.
    ///
    /// # Errors
    /// The load balancer does not fit into the fleet, e.g. its name is taken.
    pub fn add_classic_load_balancer(&self, spec: ClassicLoadBalancerSpec) -> Result<(), FleetError> {
        let mut inner = self.shared.lock();
        let now = inner.clock.now();
        inner.world.add_classic(spec, now)
    }

    /// Adds an Auto Scaling group, and registers its instances.
    ///
    /// # Errors
    /// The group does not fit into the fleet, e.g. its name is taken.
    pub fn add_auto_scaling_group(&self, spec: AutoScalingGroupSpec) -> Result<(), FleetError> {
        let mut inner = self.shared.lock();
        let now = inner.clock.now();
        inner.world.add_scaling_group(spec, now)
    }

    /// The instances that a Classic load balancer truly has, in the order of their ids, but for those that drain.
    ///
    /// # Errors
    /// There is no such load balancer.
    pub fn classic_membership(&self, load_balancer: &str) -> Result<Vec<String>, FleetError> {
        self.of_classic(load_balancer, |_, owner, now| owner.live(now).into_iter().collect())
    }

    /// Those of them that pass their checks, past all faults and stale reads.
    ///
    /// # Errors
    /// There is no such load balancer.
    pub fn classic_passing(&self, load_balancer: &str) -> Result<Vec<String>, FleetError> {
        self.of_classic(load_balancer, World::classic_passing)
    }

    fn of_classic<T>(
        &self,
        name: &str,
        look: impl FnOnce(&World, &ClassicLoadBalancer, DateTime<Utc>) -> T,
    ) -> Result<T, FleetError> {
        let inner = self.shared.lock();
        let owner = inner.world.classic.get(name).ok_or_else(|| FleetError::UnknownLoadBalancer(name.to_owned()))?;
        Ok(look(&inner.world, owner, inner.clock.now()))
    }

    /// The true members of the target group of this name, in order of id and port, past all faults and stale reads.
    ///
    /// # Errors
    /// There is no such target group.
    pub fn membership(&self, target_group: &str) -> Result<Vec<Member>, FleetError> {
        let inner = self.shared.lock();
        let now = inner.clock.now();
        let group = inner
            .world
            .target_groups
            .get(target_group)
            .ok_or_else(|| FleetError::UnknownTargetGroup(target_group.to_owned()))?;
        let members = group.targets.members(now);
        Ok(members
            .map(|(key, registration)| Member {
                id: key.id.clone(),
                port: key.port,
                health: inner.world.health(group, key, Some(registration), now),
            })
            .collect())
    }
}
