//! What there is at the start: instances, load balancers, target groups, registrations.

mod access_key;
mod auto_scaling;
mod classic;
mod error;
mod file;
mod generate;
mod kinds;
mod part;
mod seeded;
mod spec;

pub use access_key::AccessKeySpec;
pub use auto_scaling::{AutoScalingGroupSpec, HealthCheckType};
pub use classic::{ClassicHealthCheck, ClassicListener, ClassicLoadBalancerSpec, ClassicProtocol};
pub use error::FleetError;
pub use file::{FleetFileError, FleetTextError};
pub use generate::{Generate, GenerateError, Machines};
pub use kinds::{InstanceState, LoadBalancerKind, LoadBalancerState, Protocol, Scheme, TargetType};
pub(crate) use part::{Misfit, Part};
pub(crate) use spec::DEFAULT_VPC;
pub use spec::{
    HealthCheck, InstanceSpec, ListenerUse, LoadBalancerSpec, SubnetSpec, TargetGroupSpec, UsedBy, VpcSpec,
};

use std::collections::HashSet;

use serde::Deserialize;

use crate::state::{CheckFailure, ids};

/// A list of what the simulator holds at its start. Ids and ARNs follow from the names and the order alone, so that the
/// same fleet has the same ones in each run. What does not fit together is refused when the simulator starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Fleet {
    pub(crate) region: String,
    pub(crate) vpcs: Vec<VpcSpec>,
    pub(crate) instances: Vec<InstanceSpec>,
    instance_ids: HashSet<String>,
    pub(crate) load_balancers: Vec<LoadBalancerSpec>,
    pub(crate) target_groups: Vec<TargetGroupSpec>,
    pub(crate) registrations: Vec<Registered>,
    pub(crate) classic_load_balancers: Vec<ClassicLoadBalancerSpec>,
    pub(crate) auto_scaling_groups: Vec<AutoScalingGroupSpec>,
    pub(crate) access_keys: Vec<AccessKeySpec>,
}

/// A target that is registered at the start.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Registered {
    pub(crate) target_group: String,
    pub(crate) id: String,
    pub(crate) port: Option<u16>,
    /// Why its health checks fail on its port, from before the start on; `None` where they pass.
    pub(crate) failing: Option<CheckFailure>,
}

impl Fleet {
    /// A region, such as `us-east-1`, with nothing in it but the default VPC and its subnets in the zones `a`, `b`, `c`.
    #[must_use]
    pub fn new(region: &str) -> Self {
        Self {
            region: region.to_owned(),
            vpcs: Vec::new(),
            instances: Vec::new(),
            instance_ids: HashSet::new(),
            load_balancers: Vec::new(),
            target_groups: Vec::new(),
            registrations: Vec::new(),
            classic_load_balancers: Vec::new(),
            auto_scaling_groups: Vec::new(),
            access_keys: Vec::new(),
        }
    }

    /// Adds a VPC and returns its id.
    pub fn vpc(&mut self, mut spec: VpcSpec) -> String {
        let id = spec.id.take().unwrap_or_else(|| ids::resource("vpc", &self.vpcs.len().to_string()));
        self.vpcs.push(VpcSpec { id: Some(id.clone()), ..spec });
        id
    }

    /// Adds an instance and returns its id.
    pub fn instance(&mut self, mut spec: InstanceSpec) -> String {
        let taken = |id: &str| self.instance_ids.contains(id);
        let id = spec.id.take().unwrap_or_else(|| ids::free_instance_id(self.instances.len(), taken));
        self.instance_ids.insert(id.clone());
        self.instances.push(InstanceSpec { id: Some(id.clone()), ..spec });
        id
    }

    /// Adds a load balancer and returns its ARN.
    pub fn load_balancer(&mut self, spec: LoadBalancerSpec) -> String {
        let arn = ids::load_balancer_arn(&self.region, spec.kind, &spec.name);
        self.load_balancers.push(spec);
        arn
    }

    /// Adds a target group and returns its ARN.
    pub fn target_group(&mut self, spec: TargetGroupSpec) -> String {
        let arn = ids::target_group_arn(&self.region, &spec.name);
        self.target_groups.push(spec);
        arn
    }

    /// Adds a Classic load balancer.
    pub fn classic_load_balancer(&mut self, spec: ClassicLoadBalancerSpec) {
        self.classic_load_balancers.push(spec);
    }

    /// Adds an Auto Scaling group.
    pub fn auto_scaling_group(&mut self, spec: AutoScalingGroupSpec) {
        self.auto_scaling_groups.push(spec);
    }

    /// Adds an access key.
    pub fn access_key(&mut self, spec: AccessKeySpec) {
        self.access_keys.push(spec);
    }

    /// Registers a target in the target group of this name: the id of an instance, or what the target type wants
    /// (an address, an ARN). Without a port it takes the group's. It is healthy from the start on, where its group and
    /// its instance let it be.
    pub fn register(&mut self, target_group: &str, id: &str, port: Option<u16>) {
        let (target_group, id) = (target_group.to_owned(), id.to_owned());
        self.registrations.push(Registered { target_group, id, port, failing: None });
    }

    /// Registers a target as [`register`](Self::register) does, whose health checks fail from before the start on: it is
    /// unhealthy, in every group that it is in on this port.
    pub fn register_failing(&mut self, target_group: &str, id: &str, port: Option<u16>, failing: CheckFailure) {
        let (target_group, id) = (target_group.to_owned(), id.to_owned());
        self.registrations.push(Registered { target_group, id, port, failing: Some(failing) });
    }
}
