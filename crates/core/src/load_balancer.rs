//! Load balancers and their target groups.

/// A load balancer of the region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancer {
    /// Its Amazon resource name.
    pub arn: String,
    /// Its name, unique among the load balancers of its generation in one account and region.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Whether it has public addresses; `None` where AWS does not say (Gateway).
    pub scheme: Option<Scheme>,
    /// Its DNS name; `None` where it has none (Gateway).
    pub dns_name: Option<String>,
    /// Its state; `None` where AWS does not say.
    pub state: Option<LoadBalancerState>,
}

/// The kind of a load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Application Load Balancer.
    Application,
    /// Network Load Balancer.
    Network,
    /// Gateway Load Balancer.
    Gateway,
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

/// A target group. It belongs to one load balancer at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetGroup {
    /// Its Amazon resource name.
    pub arn: String,
    /// Its name, unique in one account and region.
    pub name: String,
    /// The protocol towards the targets; `None` for lambda functions.
    pub protocol: Option<String>,
    /// The port of a target that is registered without one; `None` for lambda functions.
    pub port: Option<u16>,
    /// What its targets are.
    pub target_type: TargetType,
    /// The Amazon resource names of the load balancers that use it: one at most, by AWS's rule.
    pub load_balancer_arns: Vec<String>,
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
