//! What Classic load balancers refuse, in AWS's codes and sentences.

use crate::wire::AwsError;

/// Why an action is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ClassicRefusal {
    /// Rule: classic-not-found.
    #[error("There is no ACTIVE Load Balancer named '{0}'")]
    NotFound(String),
    /// Rule: classic-names.
    #[error("'{0}' is not a valid load balancer name: 1 to 32 letters, digits and hyphens, no hyphen at either end")]
    MalformedName(String),
    /// Rule: classic-duplicate-name.
    #[error("The specified load balancer name already exists for this account: '{0}'")]
    Duplicate(String),
    /// Rule: classic-quotas.
    #[error("The quota for the number of load balancers has been reached: {0}")]
    TooManyLoadBalancers(usize),
    /// Rule: classic-quotas.
    #[error("The quota for the number of instances that can be registered with a load balancer has been reached: {0}")]
    TooManyInstances(usize),
    /// Rule: classic-quotas.
    #[error("The quota for the number of listeners of a load balancer has been reached: {0}")]
    TooManyListeners(usize),
    /// Rule: classic-listeners.
    #[error("{0}")]
    Listener(String),
    /// Rule: classic-listeners.
    #[error("A listener already exists for the port {0}, but with another instance port, protocol or certificate")]
    DuplicateListener(u16),
    /// Rule: classic-listeners.
    #[error("Server Certificate not found for the key: {0}")]
    CertificateNotFound(String),
    /// Rule: classic-zones.
    #[error("Requested AZ {0} is not valid.")]
    Zone(String),
    /// Rule: classic-zones.
    #[error("{0}")]
    Configuration(&'static str),
    /// Rule: classic-health-check.
    #[error("{0}")]
    HealthCheck(&'static str),
    /// Rule: classic-unknown-instance.
    #[error("Could not find EC2 instance {0}.")]
    UnknownInstance(String),
    /// Rule: classic-instance-state.
    #[error("EC2 instance {0} is not in a running state.")]
    NotRunning(String),
    /// Rule: classic-instance-vpc.
    #[error("EC2 instance {0} is not in the VPC of the load balancer.")]
    OtherVpc(String),
    /// Rule: classic-attributes.
    #[error("{0}")]
    Attribute(&'static str),
    /// Rule: classic-attributes.
    #[error("The load balancer attribute '{0}' does not exist")]
    UnknownAttribute(String),
    /// Rule: classic-tags.
    #[error("The quota for the number of tags that can be assigned to a load balancer has been reached: {0}")]
    TooManyTags(usize),
    /// Rule: classic-tags.
    #[error("Tag key was specified more than once: {0}")]
    DuplicateTagKey(String),
    /// Rule: classic-tags.
    #[error("'{0}' is not a valid tag key or value")]
    Tag(String),
}

impl From<ClassicRefusal> for AwsError {
    fn from(refusal: ClassicRefusal) -> Self {
        use ClassicRefusal as R;
        let (code, status) = match refusal {
            R::NotFound(_) => ("LoadBalancerNotFound", 400),
            R::Duplicate(_) => ("DuplicateLoadBalancerName", 400),
            R::TooManyLoadBalancers(_) => ("TooManyLoadBalancers", 400),
            R::DuplicateListener(_) => ("DuplicateListener", 400),
            R::CertificateNotFound(_) => ("CertificateNotFound", 400),
            R::Configuration(_) | R::TooManyListeners(_) => ("InvalidConfigurationRequest", 409),
            R::UnknownInstance(_) | R::NotRunning(_) | R::OtherVpc(_) | R::TooManyInstances(_) => {
                ("InvalidInstance", 400)
            }
            R::UnknownAttribute(_) => ("LoadBalancerAttributeNotFound", 400),
            R::TooManyTags(_) => ("TooManyTags", 400),
            R::DuplicateTagKey(_) => ("DuplicateTagKeys", 400),
            R::MalformedName(_) | R::Listener(_) | R::Zone(_) | R::HealthCheck(_) | R::Attribute(_) | R::Tag(_) => {
                ("ValidationError", 400)
            }
        };
        Self::new(code, refusal.to_string()).with_status(status)
    }
}
