//! A world in the simulator, and the engine on it.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use elbm_core::{
    Addresses, Change, ChangeItem, GroupId, GroupMembership, Instance, InstanceId, InstanceState, Kind, LoadBalancer,
    Membership, Target, TargetGroup, TargetKey, TargetState, TargetType,
};
use elbm_engine::aws::{Aws, AwsSettings, BudgetSettings, Retry, simulated};
use elbm_engine::{Ask, ChangeSet, ChangeSetAsk, ChangeSetHow, Engine, Error, How, LeaseSettings, Member, Settings};
use elbm_simulator::{
    ClassicLoadBalancerSpec, Clock, Fleet, Handle, InProcess, InstanceSpec, ListenerUse, Load, LoadBalancerKind,
    LoadBalancerSpec, Protocol, TargetGroupSpec,
};

use crate::connector::Connector;
use crate::network::{Fate, Network};
use crate::scene::{Group, LOAD_BALANCER, Request, Scene};
use crate::table::Table;
use crate::witness::{Place, Witness};

/// How long one attempt of one call may take: the service's default.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// The engine on a simulator of a scene.
#[derive(Clone)]
pub(crate) struct Lab {
    pub(crate) engine: Engine,
    pub(crate) simulator: Handle,
    pub(crate) witness: Witness,
    /// One more than the scene has: EC2 does not know the last one.
    pub(crate) machines: Vec<InstanceId>,
    /// What AWS shows at the start.
    pub(crate) membership: Membership,
    /// What EC2 shows.
    pub(crate) known: BTreeMap<InstanceId, Arc<Instance>>,
    /// The groups that default actions forward to.
    pub(crate) defaults: Vec<GroupId>,
    aws: InProcess,
    table: Table,
    settings: Settings,
}

/// Runs a test in a runtime of its own on this thread, whose clock is virtual: where nothing is left to do, it goes on to
/// what is due next. What happens, and in which order, follows from the seed and from how long AWS takes. What has a clock
/// has to be made in there.
pub(crate) fn run<T>(seed: u64, test: impl Future<Output = T>) -> T {
    fastrand::seed(seed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(test)
}

fn address(machine: usize) -> Ipv4Addr {
    Ipv4Addr::new(10, 0, 7, 10 + u8::try_from(machine).expect("few machines"))
}

impl Lab {
    pub(crate) fn new(scene: &Scene, load: Load, minimum_healthy: usize) -> Self {
        let mut fleet = Fleet::new("us-east-1");
        let machines: Vec<_> = (0..scene.machines)
            .map(|machine| {
                fleet.instance(InstanceSpec { private_ip: Some(address(machine)), ..InstanceSpec::default() })
            })
            .chain(["i-00000000000000000".to_owned()])
            .collect();
        let ids: Vec<_> = machines.iter().map(|id| InstanceId::parse(id).expect("an instance id")).collect();
        let (membership, places) = build(scene, &machines, &mut fleet);

        let simulator = InProcess::new(Clock::Real, fleet, load).expect("the fleet fits together");
        let handle = simulator.handle();
        let witness = Witness::new(handle.clone(), places);
        let settings = Settings { minimum_healthy, ..Settings::default() };
        let table = Table::default();
        let connector = Connector {
            simulator: simulator.clone(),
            table: table.clone(),
            network: Network::default(),
            witness: witness.clone(),
        };
        let known = (0..scene.machines).map(|machine| (ids[machine].clone(), Arc::new(instance(&machines, machine))));
        let defaults = membership.groups.iter().zip(&scene.groups).filter(|(_, group)| group.is_default);
        Self {
            engine: engine(connector, ATTEMPT_TIMEOUT, settings),
            simulator: handle,
            witness,
            aws: simulator,
            table,
            settings,
            known: known.collect(),
            defaults: defaults.map(|(member, _)| member.group.id.clone()).collect(),
            machines: ids,
            membership,
        }
    }

    /// One of several replicas, with leases or without.
    pub(crate) fn replica(&self, fate: &Fate, with_lease: bool, seed: u64) -> Self {
        let connector = Connector {
            simulator: self.aws.clone(),
            table: self.table.clone(),
            network: Network::new(fate, seed),
            witness: self.witness.clone(),
        };
        // Who stands still does not count the time of an attempt.
        let engine = engine(connector, Duration::from_mins(10), self.settings);
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000_u64.saturating_add_signed(fate.skew));
        let leases = LeaseSettings { table: "leases".to_owned(), now };
        Self { engine: if with_lease { engine.sharing(leases) } else { engine }, ..self.clone() }
    }

    /// Makes one change.
    pub(crate) async fn send(&self, request: &Request) -> Result<Member, Error> {
        let ChangeItem { change, instance, selection } = self.item(request);
        let ask = Ask { load_balancer: LOAD_BALANCER.to_owned(), kind: None, instance, selection };
        let how = How { idempotent: request.idempotent, ..How::default() };
        match change {
            Change::Register => self.engine.attach(ask, how).await,
            Change::Deregister => self.engine.detach(ask, how).await,
        }
    }

    /// Makes changes as one.
    pub(crate) async fn send_all(&self, requests: &[Request]) -> Result<ChangeSet, Error> {
        let items = requests.iter().map(|request| self.item(request)).collect();
        let ask = ChangeSetAsk { load_balancer: LOAD_BALANCER.to_owned(), kind: None, items, expected: None };
        self.engine.change_set(ask, ChangeSetHow::default()).await
    }

    /// What a request is to `elbm-core`.
    pub(crate) fn item(&self, request: &Request) -> ChangeItem {
        let instance = self.machines[request.machine].clone();
        ChangeItem { change: request.change, instance, selection: request.selection.clone() }
    }
}

fn engine(connector: Connector, attempt_timeout: Duration, settings: Settings) -> Engine {
    let config = simulated("http://simulator", "us-east-1".to_owned(), AwsSettings { attempt_timeout });
    let config = config.into_builder().http_client(connector).build();
    Engine::new(Aws::new(&config, Retry::default(), &BudgetSettings::default()), settings)
}

fn build(scene: &Scene, machines: &[String], fleet: &mut Fleet) -> (Membership, Vec<Place>) {
    let mut membership = Membership {
        load_balancer: LoadBalancer {
            arn: (scene.kind != Kind::Classic).then(String::new),
            name: LOAD_BALANCER.to_owned(),
            kind: scene.kind,
            scheme: None,
            dns_name: None,
            state: None,
            zones: Vec::new(),
        },
        groups: Vec::new(),
        addresses: Addresses::default(),
    };
    for machine in 0..scene.machines {
        membership.addresses.learn(&instance(machines, machine));
    }
    let kind = match scene.kind {
        Kind::Application => LoadBalancerKind::Application,
        Kind::Network => LoadBalancerKind::Network,
        Kind::Gateway => LoadBalancerKind::Gateway,
        Kind::Classic => {
            let instances = scene.groups[0].members.iter().map(|(machine, _)| machines[*machine].clone()).collect();
            let name = LOAD_BALANCER.to_owned();
            fleet.classic_load_balancer(ClassicLoadBalancerSpec {
                name,
                instances,
                ..ClassicLoadBalancerSpec::default()
            });
            let id = GroupId::Classic(LOAD_BALANCER.to_owned());
            membership.groups.push(shown(scene, 0, id, None, machines));
            return (membership, vec![Place::Classic(LOAD_BALANCER.to_owned())]);
        }
    };
    fleet.load_balancer(LoadBalancerSpec { name: LOAD_BALANCER.to_owned(), kind, ..LoadBalancerSpec::default() });
    let protocol = match scene.kind {
        Kind::Network => Protocol::Tcp,
        Kind::Gateway => Protocol::Geneve,
        Kind::Application | Kind::Classic => Protocol::Http,
    };
    for (number, group) in scene.groups.iter().enumerate() {
        let arn = fleet.target_group(spec(scene, number, group, protocol));
        for (machine, own) in &group.members {
            fleet.register(&scene.group_name(number), &target_id(group, machines, *machine), *own);
        }
        membership.groups.push(shown(scene, number, GroupId::Arn(arn), Some(scene.port()), machines));
    }
    let places = (0..scene.groups.len()).map(|number| Place::Group(scene.group_name(number))).collect();
    (membership, places)
}

fn spec(scene: &Scene, number: usize, group: &Group, protocol: Protocol) -> TargetGroupSpec {
    let listener = match scene.kind {
        Kind::Gateway => scene.port(),
        _ => 80 + u16::try_from(number).expect("few groups"),
    };
    let used_by = if group.is_default {
        ListenerUse::default_action(LOAD_BALANCER, listener)
    } else {
        ListenerUse::rule(LOAD_BALANCER, 90)
    };
    TargetGroupSpec {
        name: scene.group_name(number),
        protocol,
        port: scene.port(),
        target_type: if group.by_address {
            elbm_simulator::TargetType::Ip
        } else {
            elbm_simulator::TargetType::Instance
        },
        used_by: vec![used_by],
        ..TargetGroupSpec::default()
    }
}

fn target_id(group: &Group, machines: &[String], machine: usize) -> String {
    if group.by_address { address(machine).to_string() } else { machines[machine].clone() }
}

/// A group and its targets as AWS shows them at the start.
fn shown(scene: &Scene, number: usize, id: GroupId, port: Option<u16>, machines: &[String]) -> GroupMembership {
    let group = &scene.groups[number];
    let targets = group.members.iter().map(|(machine, own)| Target {
        key: TargetKey {
            id: target_id(group, machines, *machine),
            port: port.map(|port| own.unwrap_or(port)),
            zone: None,
        },
        state: TargetState::Healthy,
        reason: None,
        description: None,
        zonal_shift: None,
        anomaly: None,
    });
    GroupMembership {
        targets: targets.collect(),
        group: TargetGroup {
            id,
            name: scene.group_name(number),
            protocol: None,
            port,
            target_type: if group.by_address { TargetType::Ip } else { TargetType::Instance },
            vpc: None,
            health_check: None,
            load_balancer_arns: vec!["arn".to_owned()],
        },
    }
}

/// A machine as EC2 shows it.
fn instance(machines: &[String], machine: usize) -> Instance {
    let address = address(machine).to_string();
    Instance {
        id: InstanceId::parse(&machines[machine]).expect("an instance id"),
        instance_type: None,
        launch_time: None,
        state: InstanceState::Running,
        availability_zone: None,
        vpc: None,
        private_ip: Some(address.clone()),
        private_ips: vec![address],
        name: None,
        auto_scaling_group: None,
    }
}
