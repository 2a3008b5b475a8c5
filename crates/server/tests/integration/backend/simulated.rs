//! Worlds in the simulator.

use elbm_simulator::{
    ClassicLoadBalancerSpec, Clock, Config, Fleet, Handle, InstanceSpec, ListenerUse, Load, LoadBalancerKind,
    LoadBalancerSpec, Protocol, Simulator, TargetGroupSpec,
};

use super::{Kind, LoadBalancer, World};
use crate::identities::Identity;

pub(crate) struct Simulated {
    simulator: Simulator,
    endpoint: String,
    handle: Handle,
}

impl Simulated {
    /// Builds the world on a clock that only the test moves; also answers the ids of the machines.
    pub(super) async fn build(world: &World) -> (Self, Vec<String>) {
        let mut fleet = Fleet::new("us-east-1");
        let machines: Vec<_> = (0..world.machines).map(|_| fleet.instance(InstanceSpec::default())).collect();
        Identity::add_all(&mut fleet, &machines);
        for balancer in &world.load_balancers {
            add(&mut fleet, balancer, &machines);
        }
        let config = Config { listen: ([127, 0, 0, 1], 0).into(), clock: Clock::Stepped, fleet, load: Load::default() };
        let simulator = Simulator::start(config).await.expect("the simulator starts");
        let (endpoint, handle) = (simulator.endpoint(), simulator.handle());
        (Self { simulator, endpoint, handle }, machines)
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }

    pub(super) async fn stop(self) {
        self.simulator.shutdown().await;
    }
}

fn add(fleet: &mut Fleet, balancer: &LoadBalancer, machines: &[String]) {
    let (kind, protocol) = match balancer.kind {
        Kind::Application => (LoadBalancerKind::Application, Protocol::Http),
        Kind::Network => (LoadBalancerKind::Network, Protocol::Tcp),
        Kind::Gateway => (LoadBalancerKind::Gateway, Protocol::Geneve),
        Kind::Classic => {
            let members = balancer.groups.iter().flat_map(|group| &group.members);
            fleet.classic_load_balancer(ClassicLoadBalancerSpec {
                name: balancer.name.clone(),
                instances: members.map(|(number, _)| machines[*number].clone()).collect(),
                // As target groups have it by default.
                connection_draining: Some(TargetGroupSpec::default().deregistration_delay),
                ..ClassicLoadBalancerSpec::default()
            });
            return;
        }
    };
    fleet.load_balancer(LoadBalancerSpec { name: balancer.name.clone(), kind, ..LoadBalancerSpec::default() });
    let mut port = if balancer.kind == Kind::Gateway { 6080 } else { 80 };
    for group in &balancer.groups {
        let used_by = if group.default {
            port += 1;
            ListenerUse::default_action(&balancer.name, port)
        } else {
            ListenerUse::rule(&balancer.name, 80)
        };
        fleet.target_group(TargetGroupSpec {
            name: group.name.clone(),
            protocol,
            port: group.port,
            used_by: vec![used_by],
            ..TargetGroupSpec::default()
        });
        for (number, port) in &group.members {
            fleet.register(&group.name, &machines[*number], *port);
        }
    }
}
