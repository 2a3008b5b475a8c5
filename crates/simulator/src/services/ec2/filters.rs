//! The filters of `DescribeInstances`.

use crate::state::Instance;
use crate::wire::{AwsError, Params};

/// The most values of a filter. Rule: ec2-filter-values.
const VALUES: usize = 200;

/// One filter: an instance passes with any of the values.
#[derive(Debug)]
pub(super) struct Filter {
    by: By,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
enum By {
    InstanceId,
    Vpc,
    State,
}

impl Filter {
    /// The filters of a call; an instance must pass all. Rule: ec2-filters.
    pub(super) fn read(params: &mut Params) -> Result<Vec<Self>, AwsError> {
        params.structures("Filter")?.into_iter().map(Self::read_one).collect()
    }

    fn read_one(mut params: Params) -> Result<Self, AwsError> {
        let missing = |what: &str| {
            AwsError::new("MissingParameter", format!("The request must contain the parameter Filter.{what}"))
        };
        let name = params.text("Name").ok_or_else(|| missing("Name"))?;
        let values = params.texts("Value")?;
        params.finish()?;
        let by = match name.as_str() {
            "instance-id" => By::InstanceId,
            "vpc-id" => By::Vpc,
            "instance-state-name" => By::State,
            _ => return Err(AwsError::new("InvalidParameterValue", format!("The filter '{name}' is invalid"))),
        };
        if values.is_empty() {
            return Err(missing("Value"));
        }
        if values.len() > VALUES {
            let message = format!("The maximum number of filter values specified on a single call is {VALUES}");
            return Err(AwsError::new("FilterLimitExceeded", message));
        }
        // Rule: ec2-no-wildcards.
        if let Some(wildcard) = values.iter().find(|value| value.contains(['*', '?', '\\'])) {
            let message = format!("The value '{wildcard}' is invalid for the filter '{name}'");
            return Err(AwsError::new("InvalidParameterValue", message));
        }
        Ok(Self { by, values })
    }

    pub(super) fn passes(&self, instance: &Instance) -> bool {
        let own = match self.by {
            By::InstanceId => Some(instance.id.as_str()),
            By::Vpc => instance.network().map(|(vpc, _)| vpc),
            By::State => Some(instance.state.as_str()),
        };
        own.is_some_and(|own| self.values.iter().any(|value| value == own))
    }
}
