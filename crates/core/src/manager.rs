//! Who else registers and deregisters targets, as far as AWS shows it.

use std::collections::BTreeMap;
use std::fmt;

use crate::{Change, GroupId, Instance, Refusal, Step};

/// Somebody else who writes a target group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manager {
    /// What it is.
    pub kind: ManagerKind,
    /// The name of the Auto Scaling group, cluster or service; `None` where AWS does not tell it.
    pub name: Option<String>,
}

/// What writes target groups beside us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManagerKind {
    /// An EC2 Auto Scaling group.
    AutoScaling,
    /// An ECS service.
    Ecs,
    /// `CodeDeploy`, in blue/green deployments.
    CodeDeploy,
    /// A controller of a Kubernetes cluster.
    Kubernetes,
}

/// What is done about a change where somebody else writes too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Managed {
    /// It is made, and its answer has a warning.
    #[default]
    Warn,
    /// It is refused.
    Refuse,
}

/// The cluster, in tags of the AWS Load Balancer Controller: its own, and that of its first version.
const CLUSTER: [&str; 2] = ["elbv2.k8s.aws/cluster", "ingress.k8s.aws/cluster"];

/// The Kubernetes object that a group was made for, in tags of the same controller.
const STACK: [&str; 4] =
    ["ingress.k8s.aws/stack", "service.k8s.aws/stack", "gateway.k8s.aws.alb/stack", "gateway.k8s.aws.nlb/stack"];

/// The service that a group was made for, in tags of Kubernetes' own AWS provider. Its tag of the cluster alone means
/// nothing: installers put it on everything.
const SERVICE: &str = "kubernetes.io/service-name";

/// Before the name of the cluster, in the key of that provider's other tag.
const OWN_CLUSTER: &str = "kubernetes.io/cluster/";

/// On what ECS made and lets nobody else manage. Groups that were only given to an ECS service have no tag.
const ECS: &str = "AmazonECSManaged";

/// Before the name of an Auto Scaling group that `CodeDeploy` has copied for a blue/green deployment.
const CODE_DEPLOY: &str = "CodeDeploy_";

impl Manager {
    /// Who manages a target group or Classic load balancer with these tags, keys and values.
    #[must_use]
    pub fn of_tags(tags: &[(String, String)]) -> Option<Self> {
        let value = |wanted: &str| tags.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.as_str());
        let first = |keys: &[&str]| keys.iter().find_map(|key| value(key));
        let own_cluster = || tags.iter().find_map(|(key, _)| key.strip_prefix(OWN_CLUSTER));
        let kubernetes =
            first(&CLUSTER).or_else(|| first(&STACK)).or_else(|| value(SERVICE).map(|it| own_cluster().unwrap_or(it)));
        if let Some(name) = kubernetes {
            return Some(Self { kind: ManagerKind::Kubernetes, name: Some(name.to_owned()) });
        }
        let managed = value(ECS).is_some_and(|value| !value.eq_ignore_ascii_case("false"));
        managed.then_some(Self { kind: ManagerKind::Ecs, name: None })
    }

    /// The Auto Scaling group of this name.
    #[must_use]
    pub fn auto_scaling(name: &str) -> Self {
        let kind = if name.starts_with(CODE_DEPLOY) { ManagerKind::CodeDeploy } else { ManagerKind::AutoScaling };
        Self { kind, name: Some(name.to_owned()) }
    }
}

impl fmt::Display for Manager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            ManagerKind::AutoScaling => "the Auto Scaling group",
            ManagerKind::Ecs => "Amazon ECS",
            ManagerKind::CodeDeploy => "CodeDeploy's Auto Scaling group",
            ManagerKind::Kubernetes => "the Kubernetes cluster",
        })?;
        self.name.as_ref().map_or(Ok(()), |name| write!(f, " '{name}'"))
    }
}

/// What may undo these steps: the managers of their groups, and the Auto Scaling group of their machine. One sentence
/// for each, or the refusal where that is what is done about it.
///
/// # Errors
/// [`Refusal::Managed`].
pub fn consider<'a>(
    steps: &[Step],
    managers: &BTreeMap<GroupId, Manager>,
    known: impl Into<Option<&'a Instance>>,
    managed: Managed,
) -> Result<Vec<String>, Refusal> {
    let mut warnings: Vec<_> = steps
        .iter()
        .filter_map(|step| Some((step, managers.get(&step.group.id)?)))
        .map(|(step, manager)| format!("{} is managed by {manager}, which may undo the change", step.group.place()))
        .collect();
    let own = known.into().and_then(|instance| Some((instance, instance.auto_scaling_group.as_deref()?)));
    if let (Some(step), Some((instance, group))) = (steps.first(), own) {
        let may = match step.change {
            Change::Register => "may terminate it at any time",
            Change::Deregister => "may replace it; Standby takes it out for maintenance",
        };
        warnings.push(format!("{} belongs to {}, which {may}", instance.id, Manager::auto_scaling(group)));
    }
    match (managed, warnings.first()) {
        (Managed::Refuse, Some(first)) => Err(Refusal::Managed(first.clone())),
        _ => Ok(warnings),
    }
}
