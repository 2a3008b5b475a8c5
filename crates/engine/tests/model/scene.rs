//! Random worlds: a load balancer of any kind, its groups, who is registered, and what callers ask.

use elbm_core::{Change, Kind, Selection};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::{Just, Strategy, any, prop_oneof};

/// A load balancer and its machines.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) kind: Kind,
    /// How many machines there are.
    pub(crate) machines: usize,
    /// One at least. Of a Gateway or Classic load balancer it is the only one, without ports of its own.
    pub(crate) groups: Vec<Group>,
}

/// A group. All of its targets are healthy at the start.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// Whether machines are registered by their addresses; those of Application and Network load balancers only.
    pub(crate) by_address: bool,
    /// Whether a default action forwards to it, not a rule; rules are Application load balancers' only.
    pub(crate) is_default: bool,
    /// The machines that are registered, by number, and the port where it is not the group's.
    pub(crate) members: Vec<(usize, Option<u16>)>,
}

const PORT: u16 = 80;
const GENEVE_PORT: u16 = 6081;
/// The port of a target that is not registered on its group's.
const OTHER_PORT: u16 = 8080;

/// What a caller asks.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) change: Change,
    pub(crate) machine: usize,
    pub(crate) selection: Selection,
    pub(crate) idempotent: bool,
}

pub(crate) fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Application), Just(Kind::Network), Just(Kind::Gateway), Just(Kind::Classic)]
}

/// A world with so many machines at most.
pub(crate) fn scene(machines: usize) -> impl Strategy<Value = Scene> {
    (kind(), 1..=machines).prop_flat_map(|(kind, machines)| {
        let member = (0..machines, of(Just(OTHER_PORT)));
        let members = vec(member, 0..=machines + 1);
        let group = (any::<bool>(), any::<bool>(), members).prop_map(|(by_address, is_default, members)| Group {
            by_address,
            is_default,
            members,
        });
        vec(group, 1..=3).prop_map(move |groups| Scene::fitting(kind, machines, groups))
    })
}

impl Scene {
    /// What is left of groups in a load balancer of this kind.
    fn fitting(kind: Kind, machines: usize, mut groups: Vec<Group>) -> Self {
        let one_only = matches!(kind, Kind::Gateway | Kind::Classic);
        groups.truncate(if one_only { 1 } else { 3 });
        for group in &mut groups {
            group.by_address &= !one_only;
            group.is_default |= kind != Kind::Application;
            for (_, port) in &mut group.members {
                *port = port.filter(|_| !one_only);
            }
            group.members.sort_unstable();
            group.members.dedup();
        }
        Self { kind, machines, groups }
    }

    /// A world in which every machine is in every group.
    pub(crate) fn full(kind: Kind, machines: usize, groups: usize) -> Self {
        let members = (0..machines).map(|machine| (machine, None)).collect();
        Self::fitting(kind, machines, vec![Group { by_address: false, is_default: true, members }; groups])
    }

    /// The name of a group; that of the load balancer where it is a Classic one.
    pub(crate) fn group_name(&self, number: usize) -> String {
        if self.kind == Kind::Classic { LOAD_BALANCER.to_owned() } else { format!("group-{number}") }
    }
}

/// The name of the load balancer.
pub(crate) const LOAD_BALANCER: &str = "web";

pub(crate) fn change() -> impl Strategy<Value = Change> {
    prop_oneof![Just(Change::Register), Just(Change::Deregister)]
}

impl Scene {
    /// What a caller may ask here, also of a machine that EC2 does not know and of a group that is not there.
    pub(crate) fn request(&self) -> impl Strategy<Value = Request> + use<> {
        let group = of((0..3_usize).prop_map(|number| format!("group-{number}")));
        // GENEVE has one port only, which AWS alone knows.
        let ports = if self.kind == Kind::Gateway { [GENEVE_PORT; 2] } else { [PORT, OTHER_PORT] };
        let port = of(prop_oneof![Just(ports[0]), Just(ports[1])]);
        (change(), 0..=self.machines, group, port, any::<bool>()).prop_map(
            |(change, machine, group, port, idempotent)| Request {
                change,
                machine,
                selection: Selection { group, port },
                idempotent,
            },
        )
    }

    /// The port of a target that is registered without one.
    pub(crate) fn port(&self) -> u16 {
        if self.kind == Kind::Gateway { GENEVE_PORT } else { PORT }
    }
}
