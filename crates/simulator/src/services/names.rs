//! How people and programs name an action: services share names, so that the service stands before it.

use std::str::FromStr;

use super::{Action, Service};

/// A name that no action has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no action '{0}'; an action is named by its service and its name, e.g. elbv2:RegisterTargets")]
pub struct UnknownAction(pub String);

impl Service {
    /// The name in the command lines of AWS: `elbv2`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Elbv2 => "elbv2",
            Self::Elb => "elb",
            Self::Ec2 => "ec2",
            Self::AutoScaling => "autoscaling",
            Self::Sts => "sts",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }
}

impl Action {
    /// The name with the service before it: `elbv2:RegisterTargets`.
    #[must_use]
    pub fn full_name(self) -> String {
        format!("{}:{}", self.service().name(), self.name())
    }
}

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(text: &str) -> Result<Self, UnknownAction> {
        text.split_once(':')
            .and_then(|(service, name)| Self::of(Service::named(service)?, name))
            .ok_or_else(|| UnknownAction(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_found_by_its_name() {
        for action in Action::all() {
            assert_eq!(action.full_name().parse(), Ok(action));
        }
        for text in ["", "RegisterTargets", "ec2:RegisterTargets", "elbv2:", "elbv2:registertargets", "s3:ListBuckets"]
        {
            assert_eq!(text.parse::<Action>(), Err(UnknownAction(text.to_owned())));
        }
    }
}
