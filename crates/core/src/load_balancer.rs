//! Load balancers and their target groups.

/// A load balancer of the region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancer {
    /// Its Amazon resource name; a Classic load balancer is known by its name alone.
    pub arn: Option<String>,
    /// Its name, unique among the load balancers of its generation, Classic or not, in one account and region.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Whether it has public addresses; `None` where AWS does not say (Gateway).
    pub scheme: Option<Scheme>,
    /// Its DNS name; `None` where it has none (Gateway).
    pub dns_name: Option<String>,
    /// Its state; `None` where AWS does not say.
    pub state: Option<LoadBalancerState>,
    /// The availability zones that are enabled on it; empty where AWS does not say. Targets in others get no traffic.
    pub zones: Vec<String>,
}

/// The kind of a load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Application Load Balancer.
    Application,
    /// Network Load Balancer.
    Network,
    /// Gateway Load Balancer.
    Gateway,
    /// Classic Load Balancer, of the first generation.
    Classic,
}

/// Whether a load balancer has public addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// It has public addresses.
    InternetFacing,
    /// It has private addresses only.
    Internal,
}

/// The state of a load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadBalancerState {
    /// It takes traffic.
    Active,
    /// It is being set up.
    Provisioning,
    /// It takes traffic, but lacks the resources to scale.
    ActiveImpaired,
    /// It could not be set up.
    Failed,
}

/// A target group. It belongs to one load balancer at most. A Classic load balancer is its own one group, of instances
/// without ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetGroup {
    /// What it is known by.
    pub id: GroupId,
    /// Its name, unique in one account and region; that of the load balancer where it is a Classic one.
    pub name: String,
    /// The protocol towards the targets; `None` for lambda functions and Classic load balancers.
    pub protocol: Option<String>,
    /// The port of a target that is registered without one; `None` for lambda functions and Classic load balancers.
    pub port: Option<u16>,
    /// What its targets are.
    pub target_type: TargetType,
    /// The VPC of its targets; `None` for lambda functions, and where AWS does not say.
    pub vpc: Option<String>,
    /// How the health of its targets is checked; `None` where AWS does not say.
    pub health_check: Option<HealthCheck>,
    /// The Amazon resource names of the load balancers that use it: one at most, by AWS's rule.
    pub load_balancer_arns: Vec<String>,
}

/// What a target group is known by. The order is that in which groups are changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupId {
    /// The Amazon resource name of a target group.
    Arn(String),
    /// The name of a Classic load balancer.
    Classic(String),
}

impl GroupId {
    /// The Amazon resource name, where it is a target group's.
    #[must_use]
    pub fn arn(&self) -> Option<&str> {
        match self {
            Self::Arn(arn) => Some(arn),
            Self::Classic(_) => None,
        }
    }

    /// The name, where it is a Classic load balancer's.
    #[must_use]
    pub fn classic(&self) -> Option<&str> {
        match self {
            Self::Arn(_) => None,
            Self::Classic(name) => Some(name),
        }
    }
}

impl TargetGroup {
    /// Whether it is a Classic load balancer.
    #[must_use]
    pub fn is_classic(&self) -> bool {
        matches!(self.id, GroupId::Classic(_))
    }

    /// What and which it is, in words.
    #[must_use]
    pub fn place(&self) -> String {
        let kind = if self.is_classic() { "load balancer" } else { "target group" };
        format!("{kind} '{}'", self.name)
    }

    /// Whether machines can be registered in it, by their ids or by their addresses.
    #[must_use]
    pub fn takes_machines(&self) -> bool {
        matches!(self.target_type, TargetType::Instance | TargetType::Ip)
    }
}

/// How the health of targets is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthCheck {
    /// Whether it is checked at all.
    pub enabled: bool,
    /// The time between two checks, in seconds.
    pub interval: u32,
    /// How long a check waits for an answer, in seconds.
    pub timeout: u32,
    /// How many passed checks make a target healthy.
    pub healthy_threshold: u32,
    /// How many failed checks make a target unhealthy.
    pub unhealthy_threshold: u32,
}

/// What the targets of a target group are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetType {
    /// EC2 instances, by id.
    Instance,
    /// IP addresses.
    Ip,
    /// A lambda function.
    Lambda,
    /// An Application Load Balancer.
    Alb,
}

impl TargetType {
    /// AWS's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Ip => "ip",
            Self::Lambda => "lambda",
            Self::Alb => "alb",
        }
    }
}
