//! Whether AWS is there and lets the service read.

use futures_util::future::try_join3;

use super::{Action, Aws, AwsError};

/// The fewest items that a page of `DescribeInstances` may be asked to have.
const FEWEST_INSTANCES: i32 = 5;

impl Aws {
    /// One small read of each API that every operation needs: of load balancers of both generations, and of EC2.
    pub(crate) async fn probe(&self) -> Result<(), AwsError> {
        let v2 = self.call(Action::DescribeLoadBalancers, || self.elb.describe_load_balancers().page_size(1).send());
        let classic = self
            .call(Action::DescribeClassicLoadBalancers, || self.classic.describe_load_balancers().page_size(1).send());
        let ec2 =
            self.call(Action::DescribeInstances, || self.ec2.describe_instances().max_results(FEWEST_INSTANCES).send());
        // The SDK's futures are large: they are kept off the stack of whoever asks.
        try_join3(Box::pin(v2), Box::pin(classic), Box::pin(ec2)).await.map(drop)
    }
}
