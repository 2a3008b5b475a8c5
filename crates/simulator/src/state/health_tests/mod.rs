//! The health of targets.

mod conditions;
mod machine;
mod transitions;

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use super::{CheckFailure, Moment, NamedTarget, TargetKey, World, ids};
use crate::fleet::{
    Fleet, HealthCheck, InstanceSpec, InstanceState, ListenerUse, LoadBalancerKind, LoadBalancerSpec, Protocol,
    TargetGroupSpec, TargetType,
};

/// How long targets drain, and how long they are `unhealthy.draining`, in seconds.
const DELAY: i64 = 120;
const UNHEALTHY_DRAINING: i64 = 45;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
}

fn seconds(seconds: i64) -> std::time::Duration {
    std::time::Duration::from_secs(seconds.unsigned_abs())
}

/// A load balancer of this kind whose group has a running instance, or an address, to register.
struct Bench {
    world: World,
    id: String,
    kind: LoadBalancerKind,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Register,
    Deregister,
    Fail(Option<u16>, CheckFailure),
    Pass(Option<u16>),
    Stop,
    Start,
    Unuse,
    Use,
}

impl Bench {
    fn new(kind: LoadBalancerKind, target_type: TargetType) -> Self {
        let (protocol, port) = match kind {
            LoadBalancerKind::Application => (Protocol::Http, 80),
            LoadBalancerKind::Network => (Protocol::Tcp, 80),
            LoadBalancerKind::Gateway => (Protocol::Geneve, 6081),
        };
        let is_network = kind == LoadBalancerKind::Network;
        let mut fleet = Fleet::new("us-east-1");
        fleet.load_balancer(LoadBalancerSpec { name: "lb".to_owned(), kind, ..LoadBalancerSpec::default() });
        fleet.target_group(TargetGroupSpec {
            name: "web".to_owned(),
            protocol,
            port,
            target_type,
            deregistration_delay: seconds(DELAY),
            unhealthy_draining_interval: if is_network { seconds(UNHEALTHY_DRAINING) } else { seconds(0) },
            health_check: HealthCheck { healthy_threshold: 3, ..HealthCheck::default() },
            used_by: vec![ListenerUse::default_action("lb", 80)],
            ..TargetGroupSpec::default()
        });
        let instance = fleet.instance(InstanceSpec::default());
        let id = if target_type == TargetType::Ip { "10.0.9.9".to_owned() } else { instance };
        Self { world: World::new(fleet, at(0)).unwrap(), id, kind }
    }

    /// Takes a step; one that the simulator refuses is none.
    fn take(&mut self, step: Step, second: i64) {
        let arn = ids::target_group_arn("us-east-1", "web");
        let targets = [NamedTarget { id: self.id.clone(), port: None, zone: None }];
        let moment = Moment { now: at(second), stale: None };
        let group = self.world.target_groups.get_mut("web").unwrap();
        match step {
            Step::Register => drop(self.world.register(&arn, &targets, moment)),
            Step::Deregister => self.world.deregister(&arn, &targets, moment).unwrap(),
            Step::Fail(port, failure) => self.world.note_checks(&self.id, port, Some(failure), at(second)).unwrap(),
            Step::Pass(port) => self.world.note_checks(&self.id, port, None, at(second)).unwrap(),
            Step::Stop => self.world.set_instance_state(&self.id, InstanceState::Stopped).unwrap(),
            Step::Start => drop(self.world.start_instance(&self.id, at(second))),
            Step::Unuse => group.set_load_balancer(None, at(second)),
            Step::Use => group.set_load_balancer(Some("lb".to_owned()), at(second)),
        }
    }

    fn key(&self, port: u16) -> TargetKey {
        // Only addresses are told apart by their zone.
        let zone = self.id.parse::<IpAddr>().is_ok().then(|| "us-east-1a".to_owned());
        TargetKey { id: self.id.clone(), port: Some(port), zone }
    }

    /// The state, the reason and the description.
    fn told(&self, second: i64) -> String {
        let group = &self.world.target_groups["web"];
        let key = self.key(group.port.unwrap());
        let health = self.world.health(group, &key, group.targets.shown_one(&key, at(second)), at(second));
        let words = [Some(health.state.as_str()), health.reason, health.description.as_deref()];
        words.into_iter().flatten().collect::<Vec<_>>().join(" | ")
    }

    /// The state and the reason.
    fn words(&self, second: i64) -> String {
        self.told(second).split(" | ").take(2).collect::<Vec<_>>().join(" ")
    }
}

const REGISTERING: &str = "initial Elb.RegistrationInProgress";
const CHECKING: &str = "initial Elb.InitialHealthChecking";
const HEALTHY: &str = "healthy";
const TIMEOUT: &str = "unhealthy Target.Timeout";
const FAILED: &str = "unhealthy Target.FailedHealthChecks";
const FAILED_DRAINING: &str = "unhealthy.draining Target.FailedHealthChecks";
const DRAINING: &str = "draining Target.DeregistrationInProgress";
const GONE: &str = "unused Target.NotRegistered";
const NOT_IN_USE: &str = "unused Target.NotInUse";
const STOPPED: &str = "unused Target.InvalidState";
