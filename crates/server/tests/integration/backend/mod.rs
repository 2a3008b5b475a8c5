//! The AWS under the service: the simulator, or moto. Both get the same worlds.

mod moto;
mod simulated;

use elbm_simulator::Handle;
use uuid::Uuid;

use crate::audited;

/// What there is in AWS at the start of a test.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    /// How many machines there are, all running.
    pub(crate) machines: usize,
    /// The load balancers.
    pub(crate) load_balancers: Vec<LoadBalancer>,
}

/// A load balancer.
#[derive(Debug, Clone, Default)]
pub(crate) struct LoadBalancer {
    /// Its name in the test; see [`Backend::name`].
    pub(crate) name: String,
    /// Its kind; Application by default.
    pub(crate) kind: Kind,
    /// Its target groups, each used by a listener. The one of a Classic load balancer has nothing but members.
    pub(crate) groups: Vec<Group>,
}

/// The kind of a load balancer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Application,
    Network,
    Gateway,
    Classic,
}

impl Kind {
    /// The contract's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Network => "network",
            Self::Gateway => "gateway",
            Self::Classic => "classic",
        }
    }
}

/// A target group of instances.
#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    /// Its name in the test; see [`Backend::name`].
    pub(crate) name: String,
    /// The port of a target that is registered without one.
    pub(crate) port: u16,
    /// Whether the default action of a listener forwards to it; a rule does otherwise.
    pub(crate) default: bool,
    /// The machines that are registered, by number, each with a port of its own where it has one.
    pub(crate) members: Vec<(usize, Option<u16>)>,
}

impl World {
    /// A load balancer `web` with one group `web-tg` on port 80 that holds all machines but the last.
    pub(crate) fn simple(machines: usize) -> Self {
        Self::partly(machines, machines - 1)
    }

    /// The same, with so many of the machines in the group, from the first on.
    pub(crate) fn partly(machines: usize, members: usize) -> Self {
        let members = (0..members).map(|number| (number, None)).collect();
        let group = Group { name: "web-tg".to_owned(), port: 80, default: true, members };
        let balancer = LoadBalancer { name: "web".to_owned(), groups: vec![group], ..LoadBalancer::default() };
        Self { machines, load_balancers: vec![balancer] }
    }

    /// A load balancer of each kind, with one group (`alb-tg`, `nlb-tg`, `gwlb-tg`) but for the Classic one, each of which
    /// holds all machines but the last. [`KINDS`] has the names.
    pub(crate) fn four_kinds(machines: usize) -> Self {
        let members: Vec<_> = (0..machines - 1).map(|number| (number, None)).collect();
        let load_balancers = KINDS.map(|(name, kind, port)| LoadBalancer {
            name: name.to_owned(),
            kind,
            groups: vec![Group { name: format!("{name}-tg"), port, default: true, members: members.clone() }],
        });
        Self { machines, load_balancers: load_balancers.to_vec() }
    }
}

/// The load balancers of [`World::four_kinds`]: name, kind, and the port of the targets.
pub(crate) const KINDS: [(&str, Kind, u16); 4] = [
    ("alb", Kind::Application, 80),
    ("nlb", Kind::Network, 443),
    ("gwlb", Kind::Gateway, 6081),
    ("clb", Kind::Classic, 80),
];

/// A group of this name on port 80, by a rule, empty.
pub(crate) fn group(name: &str) -> Group {
    Group { name: name.to_owned(), port: 80, ..Group::default() }
}

/// A running AWS with a world in it.
pub(crate) struct Backend {
    machines: Vec<String>,
    suffix: String,
    running: Running,
}

enum Running {
    Simulated(simulated::Simulated),
    Moto(moto::Moto),
}

impl Backend {
    /// The simulator, or moto where the environment names one.
    pub(crate) async fn start(world: World) -> Self {
        if let Ok(endpoint) = std::env::var("ELBM_TEST_MOTO") {
            // moto is shared by all tests of a run: names must not meet.
            let suffix = format!("-{}", &Uuid::new_v4().simple().to_string()[..8]);
            let (moto, machines) = moto::Moto::build(&endpoint, &world, &suffix).await;
            Self { machines, suffix, running: Running::Moto(moto) }
        } else {
            let (simulated, machines) = simulated::Simulated::build(&world).await;
            Self { machines, suffix: String::new(), running: Running::Simulated(simulated) }
        }
    }

    /// Holds the calls that write against the record of changes, where they are noted.
    pub(crate) fn hold_calls(&self) {
        if let Running::Simulated(simulated) = &self.running {
            audited::hold_calls(&simulated.handle().calls());
        }
    }

    pub(crate) async fn stop(self) {
        if let Running::Simulated(simulated) = self.running {
            simulated.stop().await;
        }
    }

    pub(crate) fn endpoint(&self) -> &str {
        match &self.running {
            Running::Simulated(simulated) => simulated.endpoint(),
            Running::Moto(moto) => moto.endpoint(),
        }
    }

    /// The id of a machine.
    pub(crate) fn machine(&self, number: usize) -> &str {
        &self.machines[number]
    }

    /// The name in AWS of what the test calls so.
    pub(crate) fn name(&self, name: &str) -> String {
        format!("{name}{}", self.suffix)
    }

    /// Forgets the calls so far, where they are counted.
    pub(crate) fn forget_calls(&self) {
        if let Running::Simulated(simulated) = &self.running {
            simulated.handle().reset_calls();
        }
    }

    /// The simulator's handle, for tests that moto cannot show.
    pub(crate) fn simulator(&self) -> &Handle {
        match &self.running {
            Running::Simulated(simulated) => simulated.handle(),
            Running::Moto(_) => panic!("this test needs the simulator"),
        }
    }
}
