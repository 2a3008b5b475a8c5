//! Large fleets, from a few numbers.

use std::str::FromStr;

use serde::Deserialize;

use super::{Fleet, InstanceSpec, ListenerUse, LoadBalancerSpec, TargetGroupSpec};
use crate::state::ids;

/// The most registrations that are generated: two zones have addresses for somewhat more instances.
const MOST: u64 = 100_000;

/// A large fleet: application load balancers, alike but for their names. The first target group of each is the default
/// action of its listener on port 80, each other one has a rule there. Names and ids follow from the numbers: the third
/// group of the second load balancer is `target-group-2-3`.
///
/// As a text `50x10x100`: load balancers, target groups of each, targets of each group. `50x10x100:shared` is the same where
/// [all groups share their machines](Machines::Shared).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Numbers")]
pub struct Generate {
    numbers: Numbers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Numbers {
    load_balancers: u32,
    target_groups: u32,
    targets: u32,
    #[serde(default)]
    machines: Machines,
}

/// Whose the machines of a generated fleet are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Machines {
    /// Each is in one target group.
    #[default]
    Own,
    /// Each is in all target groups.
    Shared,
}

/// Why no fleet can be generated so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError {
    /// The text has another form.
    #[error(
        "'{0}' is not LOAD_BALANCERSxTARGET_GROUPSxTARGETS, such as 50x10x100, or 50x10x100:shared for machines that all \
         groups share"
    )]
    Form(String),
    /// There are none, or more than 100,000 registrations.
    #[error("a generated fleet has at least one of each, and at most {MOST} registrations")]
    Size,
}

impl Generate {
    /// A fleet with so many load balancers, target groups of each, and targets of each group.
    ///
    /// # Errors
    /// One of them is 0, or their product, the number of registrations, is more than 100,000.
    pub fn new(
        load_balancers: u32,
        target_groups: u32,
        targets: u32,
        machines: Machines,
    ) -> Result<Self, GenerateError> {
        Numbers { load_balancers, target_groups, targets, machines }.try_into()
    }
}

impl TryFrom<Numbers> for Generate {
    type Error = GenerateError;

    fn try_from(numbers: Numbers) -> Result<Self, GenerateError> {
        let factors = [numbers.load_balancers, numbers.target_groups, numbers.targets];
        let product = factors.into_iter().try_fold(1_u64, |product, factor| product.checked_mul(factor.into()));
        match product {
            Some(1..=MOST) => Ok(Self { numbers }),
            _ => Err(GenerateError::Size),
        }
    }
}

impl FromStr for Generate {
    type Err = GenerateError;

    fn from_str(text: &str) -> Result<Self, GenerateError> {
        let malformed = || GenerateError::Form(text.to_owned());
        let (size, machines) = match text.strip_suffix(":shared") {
            Some(size) => (size, Machines::Shared),
            None => (text, Machines::Own),
        };
        let numbers: Vec<u32> = size.split('x').map(str::parse).collect::<Result<_, _>>().map_err(|_| malformed())?;
        match numbers[..] {
            [load_balancers, target_groups, targets] => Self::new(load_balancers, target_groups, targets, machines),
            _ => Err(malformed()),
        }
    }
}

impl Fleet {
    /// A large fleet in `us-east-1`.
    #[must_use]
    pub fn generated(generate: Generate) -> Self {
        let mut fleet = Self::new("us-east-1");
        fleet.generate(generate);
        fleet
    }

    /// Adds what is to be generated.
    pub fn generate(&mut self, Generate { numbers }: Generate) {
        let shared: Vec<String> = match numbers.machines {
            Machines::Own => Vec::new(),
            Machines::Shared => (1..=numbers.targets).map(|target| self.machine(&target.to_string(), target)).collect(),
        };
        for balancer in 1..=numbers.load_balancers {
            let owner = format!("load-balancer-{balancer}");
            self.load_balancer(LoadBalancerSpec { name: owner.clone(), ..LoadBalancerSpec::default() });
            for group in 1..=numbers.target_groups {
                let name = format!("target-group-{balancer}-{group}");
                let usage =
                    if group == 1 { ListenerUse::default_action(&owner, 80) } else { ListenerUse::rule(&owner, 80) };
                self.target_group(TargetGroupSpec { name: name.clone(), used_by: vec![usage], ..Default::default() });
                match numbers.machines {
                    Machines::Shared => shared.iter().for_each(|id| self.register(&name, id, None)),
                    Machines::Own => {
                        for target in 1..=numbers.targets {
                            let id = self.machine(&format!("{balancer}-{group}-{target}"), target);
                            self.register(&name, &id, None);
                        }
                    }
                }
            }
        }
    }

    /// Adds a machine of this mark, in one of two zones by turns, and returns its id, which follows from the mark.
    fn machine(&mut self, mark: &str, number: u32) -> String {
        let name = format!("machine-{mark}");
        let zone = if number % 2 == 1 { "a" } else { "b" };
        self.instance(InstanceSpec {
            id: Some(ids::resource("i", &name)),
            name: Some(name),
            availability_zone: Some(format!("{}{zone}", self.region)),
            ..InstanceSpec::default()
        })
    }
}

#[cfg(test)]
#[path = "generate_tests.rs"]
mod tests;
