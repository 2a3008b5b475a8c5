//! How many targets this account may have.

use aws_sdk_elasticloadbalancing::operation::describe_account_limits as classic;
use aws_sdk_elasticloadbalancingv2::operation::describe_account_limits as elb;
use elbm_core::{Kind, Limits};

use super::{Action, Aws, AwsError};

impl Aws {
    /// The limits for load balancers of a kind; AWS has none where it names none.
    pub(crate) async fn limits(&self, kind: Kind) -> Result<Limits, AwsError> {
        let all = match kind {
            Kind::Classic => self.classic_limits().await?,
            Kind::Application | Kind::Network | Kind::Gateway => self.elb_limits().await?,
        };
        let limit = |name: &str| all.iter().find(|(known, _)| known == name).map(|(_, most)| *most);
        Ok(match kind {
            Kind::Application => Limits {
                group: limit("targets-per-target-group"),
                load_balancer: limit("targets-per-application-load-balancer"),
            },
            Kind::Network => Limits {
                group: limit("targets-per-target-group"),
                load_balancer: limit("targets-per-network-load-balancer"),
            },
            Kind::Gateway => Limits { group: limit("targets-per-target-group"), load_balancer: None },
            Kind::Classic => Limits { group: None, load_balancer: limit("classic-registered-instances") },
        })
    }

    async fn elb_limits(&self) -> Result<Vec<(String, usize)>, AwsError> {
        let pages = self
            .pages(
                Action::DescribeAccountLimits,
                |marker| self.elb.describe_account_limits().set_marker(marker).send(),
                elb::DescribeAccountLimitsOutput::next_marker,
            )
            .await?;
        let limits = pages.into_iter().flat_map(|page| page.limits.unwrap_or_default());
        Ok(limits.filter_map(|limit| Some((limit.name?, limit.max?.parse().ok()?))).collect())
    }

    async fn classic_limits(&self) -> Result<Vec<(String, usize)>, AwsError> {
        let pages = self
            .pages(
                Action::DescribeClassicAccountLimits,
                |marker| self.classic.describe_account_limits().set_marker(marker).send(),
                classic::DescribeAccountLimitsOutput::next_marker,
            )
            .await?;
        let limits = pages.into_iter().flat_map(|page| page.limits.unwrap_or_default());
        Ok(limits.filter_map(|limit| Some((limit.name?, limit.max?.parse().ok()?))).collect())
    }
}
