//! The closed lists of what can be asked, one for each service.

use std::fmt;

use super::{AutoScaling, Ec2, Elb, Elbv2, Sts};
use crate::wire::{AwsError, Codec};

/// A service of AWS, in one version of its protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// Application, network and gateway load balancers.
    Elbv2,
    /// Classic load balancers.
    Elb,
    /// EC2.
    Ec2,
    /// Auto Scaling.
    AutoScaling,
    /// STS.
    Sts,
}

/// An action that the simulator knows, with its service: services share names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Of the application, network and gateway load balancers.
    Elbv2(Elbv2),
    /// Of the Classic load balancers.
    Elb(Elb),
    /// Of EC2.
    Ec2(Ec2),
    /// Of Auto Scaling.
    AutoScaling(AutoScaling),
    /// Of STS.
    Sts(Sts),
}

/// Declares the actions of a service.
macro_rules! actions {
    ($(#[$doc:meta])* $service:ident { $($action:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $service {
            $(#[doc = concat!("`", stringify!($action), "`.")] $action,)+
        }

        impl $service {
            /// Every action of the service that the simulator knows.
            pub const ALL: &[Self] = &[$(Self::$action,)+];

            /// The name, as the `Action` parameter has it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$action => stringify!($action),)+
                }
            }
        }

        impl From<$service> for $crate::services::Action {
            fn from(action: $service) -> Self {
                Self::$service(action)
            }
        }
    };
}
pub(super) use actions;

impl Service {
    pub(crate) const ALL: [Self; 5] = [Self::Elbv2, Self::Elb, Self::Ec2, Self::AutoScaling, Self::Sts];

    /// The service that has this version; the protocols' versions tell services apart that share a name.
    pub(crate) fn of_version(version: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.version() == version)
    }

    /// The service, in one of its versions, that signs with this name.
    pub(crate) fn of_scope(scope: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.scope() == scope)
    }

    /// The name in signatures and permissions.
    pub(crate) fn scope(self) -> &'static str {
        match self {
            Self::Elbv2 | Self::Elb => "elasticloadbalancing",
            Self::Ec2 => "ec2",
            Self::AutoScaling => "autoscaling",
            Self::Sts => "sts",
        }
    }

    pub(crate) fn codec(self) -> Codec {
        match self {
            Self::Elbv2 => Codec::Query { namespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/" },
            Self::Elb => Codec::Query { namespace: "http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/" },
            Self::Ec2 => Codec::Ec2,
            Self::AutoScaling => Codec::Query { namespace: "http://autoscaling.amazonaws.com/doc/2011-01-01/" },
            Self::Sts => Codec::Query { namespace: "https://sts.amazonaws.com/doc/2011-06-15/" },
        }
    }

    /// The error for a version that the service does not have. Rule: unknown-version.
    pub(crate) fn unknown_version(self, action: &str, version: Option<&str>) -> AwsError {
        let version = version.unwrap_or("NO_VERSION_SPECIFIED");
        match self {
            Self::Elbv2 | Self::Elb | Self::AutoScaling | Self::Sts => {
                let message = format!("Could not find operation {action} for version {version}");
                AwsError::new("InvalidAction", message)
            }
            Self::Ec2 => {
                let message = format!("The requested version ({version}) of service AmazonEC2 does not exist");
                AwsError::new("NoSuchVersion", message)
            }
        }
    }

    /// The error for an action that the service does not have. Rule: unknown-action.
    pub(crate) fn unknown_action(self, action: &str) -> AwsError {
        match self {
            Self::Elbv2 | Self::Elb | Self::AutoScaling | Self::Sts => {
                self.unknown_version(action, Some(self.version()))
            }
            Self::Ec2 => {
                AwsError::new("InvalidAction", format!("The action {action} is not valid for this web service."))
            }
        }
    }

    /// The version of the protocol, as the `Version` parameter has it.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::Elbv2 => "2015-12-01",
            Self::Elb => "2012-06-01",
            Self::Ec2 => "2016-11-15",
            Self::AutoScaling => "2011-01-01",
            Self::Sts => "2011-06-15",
        }
    }
}

impl Action {
    /// Every action that the simulator knows.
    pub fn all() -> impl Iterator<Item = Self> {
        let elbv2 = Elbv2::ALL.iter().copied().map(Self::from);
        let elb = Elb::ALL.iter().copied().map(Self::from);
        let ec2 = Ec2::ALL.iter().copied().map(Self::from);
        let auto_scaling = AutoScaling::ALL.iter().copied().map(Self::from);
        let sts = Sts::ALL.iter().copied().map(Self::from);
        elbv2.chain(elb).chain(ec2).chain(auto_scaling).chain(sts)
    }

    pub(crate) fn of(service: Service, name: &str) -> Option<Self> {
        Self::all().find(|action| action.service() == service && action.name() == name)
    }

    /// The service that has it.
    #[must_use]
    pub fn service(self) -> Service {
        match self {
            Self::Elbv2(_) => Service::Elbv2,
            Self::Elb(_) => Service::Elb,
            Self::Ec2(_) => Service::Ec2,
            Self::AutoScaling(_) => Service::AutoScaling,
            Self::Sts(_) => Service::Sts,
        }
    }

    /// The name, as the `Action` parameter has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Elbv2(action) => action.name(),
            Self::Elb(action) => action.name(),
            Self::Ec2(action) => action.name(),
            Self::AutoScaling(action) => action.name(),
            Self::Sts(action) => action.name(),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
