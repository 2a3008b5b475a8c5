//! The operations.

use std::time::Duration;

use elbm_core::{
    Instance, InstanceId, Knowledge, LoadBalancer, Machine, Membership, Selection, Step, TargetGroup, choose_group,
    machine, machines, plan_attach, plan_detach,
};
use tokio::time::timeout;

use crate::aws::Aws;
use crate::change::{self, Verification};
use crate::error::Error;
use crate::read;

/// How the engine treats AWS.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long AWS is asked for the effect of a write before the answer is [`Error::EffectUnverified`].
    pub verify_timeout: Duration,
    /// The pause between two such reads.
    pub verify_interval: Duration,
    /// How long an operation may take as a whole, all its AWS calls and retries. A change goes on after that, but nobody
    /// waits for it.
    pub operation_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            verify_timeout: Duration::from_secs(10),
            verify_interval: Duration::from_millis(250),
            operation_timeout: Duration::from_secs(50),
        }
    }
}

/// The service's hands: every operation on load balancers and machines. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine {
    aws: Aws,
    verification: Verification,
    operation_timeout: Duration,
}

impl Engine {
    /// An engine on this account and region; nothing is called.
    #[must_use]
    pub fn new(aws: Aws, settings: Settings) -> Self {
        let verification = Verification { deadline: settings.verify_timeout, interval: settings.verify_interval };
        Self { aws, verification, operation_timeout: settings.operation_timeout }
    }

    /// Every load balancer of the region with its target groups, in order of name.
    ///
    /// # Errors
    /// [`Error::Aws`], [`Error::TooSlow`].
    pub async fn load_balancers(&self) -> Result<Vec<(LoadBalancer, Vec<TargetGroup>)>, Error> {
        self.in_time(Box::pin(self.read_load_balancers())).await
    }

    async fn read_load_balancers(&self) -> Result<Vec<(LoadBalancer, Vec<TargetGroup>)>, Error> {
        let (mut balancers, groups) = tokio::try_join!(self.aws.load_balancers(), self.aws.target_groups(None))?;
        balancers.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(balancers
            .into_iter()
            .map(|balancer| {
                let mut own: Vec<_> =
                    groups.iter().filter(|group| group.load_balancer_arns.contains(&balancer.arn)).cloned().collect();
                own.sort_by(|a, b| a.name.cmp(&b.name));
                (balancer, own)
            })
            .collect())
    }

    /// The machines of a load balancer, in order of id.
    ///
    /// # Errors
    /// [`Error::LoadBalancerNotFound`], [`Error::Aws`], [`Error::TooSlow`].
    pub async fn machines(&self, load_balancer: &str) -> Result<Vec<Machine>, Error> {
        self.in_time(self.read_machines(load_balancer)).await
    }

    async fn read_machines(&self, load_balancer: &str) -> Result<Vec<Machine>, Error> {
        let topology = read::topology(&self.aws, load_balancer).await?;
        let membership = read::membership(&self.aws, &topology).await?;
        let known = self.aws.instances(&read::instance_ids(&membership)).await?;
        Ok(machines(&membership, known))
    }

    /// Attaches a machine to a load balancer. AWS has shown it where this answers. A caller that goes away does not
    /// end the change.
    ///
    /// # Errors
    /// Any [`Error`] but [`Error::PartialFailure`].
    pub async fn attach(
        &self,
        load_balancer: String,
        instance: InstanceId,
        selection: Selection,
    ) -> Result<Machine, Error> {
        let engine = self.clone();
        carried_out(self.operation_timeout, async move {
            let topology = read::topology(&engine.aws, &load_balancer).await?;
            let (membership, defaults, known) = tokio::try_join!(
                read::membership(&engine.aws, &topology),
                engine.default_groups(&topology, &selection),
                engine.known(&instance)
            )?;
            let chosen = choose_group(&membership, selection.group.as_deref(), &defaults)?;
            let step = plan_attach(chosen, &instance, known.as_ref(), selection.port)?;
            engine.change(vec![step], membership, instance, known.into()).await
        })
        .await
    }

    /// Detaches a machine from a load balancer: every live registration that the selection covers. AWS has shown each
    /// of them draining or gone where this answers. A caller that goes away does not end the change.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn detach(
        &self,
        load_balancer: String,
        instance: InstanceId,
        selection: Selection,
    ) -> Result<Machine, Error> {
        let engine = self.clone();
        carried_out(self.operation_timeout, async move {
            let topology = read::topology(&engine.aws, &load_balancer).await?;
            let (membership, known) = tokio::join!(read::membership(&engine.aws, &topology), engine.known(&instance));
            let membership = membership?;
            let steps = plan_detach(&membership, &instance, &selection)?;
            // EC2 only adorns the answer: that it fails must not keep a machine behind the load balancer.
            let known = known.map_or_else(
                |error| {
                    tracing::warn!(error = &error as &dyn std::error::Error, "detaching without what EC2 says");
                    Knowledge::Unavailable
                },
                Knowledge::from,
            );
            engine.change(steps, membership, instance, known).await
        })
        .await
    }

    async fn in_time<T>(&self, read: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let within = self.operation_timeout;
        timeout(within, read).await.unwrap_or(Err(Error::TooSlow { within }))
    }

    async fn change(
        &self,
        steps: Vec<Step>,
        mut membership: Membership,
        instance: InstanceId,
        known: Knowledge,
    ) -> Result<Machine, Error> {
        change::execute(&self.aws, self.verification, &steps, &mut membership).await?;
        Ok(machine(&membership, instance, known))
    }

    async fn known(&self, instance: &InstanceId) -> Result<Option<Instance>, Error> {
        Ok(self.aws.instances(std::slice::from_ref(instance)).await?.pop())
    }

    /// The listeners are asked only where they decide.
    async fn default_groups(&self, topology: &read::Topology, selection: &Selection) -> Result<Vec<String>, Error> {
        if selection.group.is_some() || topology.groups.len() < 2 {
            return Ok(Vec::new());
        }
        Ok(self.aws.default_groups(&topology.load_balancer.arn).await?)
    }
}

/// Runs a change in a task of its own, so that neither a caller that goes away nor one that has waited long enough cuts it
/// off between write and verification.
async fn carried_out<T: Send + 'static>(
    within: Duration,
    change: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    match timeout(within, tokio::spawn(change)).await {
        Ok(ended) => ended.unwrap_or_else(|error| Err(Error::Died(error))),
        Err(_) => Err(Error::Unfinished { within }),
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_change_goes_on_when_its_caller_leaves() {
        let (go, gone) = oneshot::channel::<()>();
        let (done, finished) = oneshot::channel();
        let mut change = Box::pin(carried_out(Duration::from_mins(1), async move {
            let left = gone.await.is_ok();
            Ok(done.send(left))
        }));
        assert!(timeout(Duration::ZERO, &mut change).await.is_err(), "it waits");
        drop(change);
        go.send(()).expect("the change goes on");
        assert_eq!(finished.await, Ok(true));
    }
}
