//! Into Standby and out of it: in Standby the Auto Scaling group neither replaces the machine nor checks its health.

use std::sync::Arc;

use elbm_core::{InstanceId, Refusal};
use tokio::time::{Instant, sleep, timeout_at};

use super::memory::{answered, sentence};
use crate::aws::{AwsError, ScalingMember};
use crate::engine::Engine;
use crate::error::Error;

const IN_SERVICE: &str = "InService";
const ENTERING: &str = "EnteringStandby";
const STANDBY: &str = "Standby";

/// Whether the group leaves the machine alone.
fn is_out(state: &str) -> bool {
    matches!(state, ENTERING | STANDBY)
}

impl Engine {
    /// The Auto Scaling group that has to put the machine into Standby; `None` where it is there, or belongs to none.
    pub(super) async fn to_leave(&self, instance: &InstanceId) -> Result<Option<String>, Error> {
        match self.aws.scaling_member(instance).await? {
            Some(member) if member.state == IN_SERVICE => Ok(Some(member.group)),
            Some(member) if !is_out(&member.state) => Err(other(instance, member, IN_SERVICE)),
            _ => Ok(None),
        }
    }

    /// The Auto Scaling group that has to bring the machine back from Standby; `None` where it did, or there is none.
    pub(super) async fn to_come_back(&self, instance: &InstanceId) -> Result<Option<String>, Error> {
        match self.aws.scaling_member(instance).await? {
            Some(member) if member.state == STANDBY => Ok(Some(member.group)),
            Some(member) if member.state == ENTERING => Err(other(instance, member, STANDBY)),
            _ => Ok(None),
        }
    }

    /// Puts the machine into Standby; AWS has shown it where this answers.
    pub(super) async fn enter_standby(&self, group: &str, instance: &InstanceId) -> Result<(), Error> {
        let lost = answered(self.aws.enter_standby(group, instance).await).map_err(refused)?;
        self.lifecycle_is(instance, is_out, lost).await
    }

    /// Brings the machine back from Standby; AWS has shown it where this answers.
    pub(super) async fn exit_standby(&self, group: &str, instance: &InstanceId) -> Result<(), Error> {
        let lost = answered(self.aws.exit_standby(group, instance).await).map_err(refused)?;
        self.lifecycle_is(instance, |state| !is_out(state), lost).await
    }

    async fn lifecycle_is(
        &self,
        instance: &InstanceId,
        wanted: impl Fn(&str) -> bool,
        mut last: Option<AwsError>,
    ) -> Result<(), Error> {
        let within = self.settings.verify_timeout;
        let deadline = Instant::now() + within;
        loop {
            match timeout_at(deadline, self.aws.scaling_member(instance)).await {
                Ok(Ok(Some(member))) if wanted(&member.state) => return Ok(()),
                Ok(Ok(_)) | Err(_) => {}
                Ok(Err(error)) => last = Some(error),
            }
            if Instant::now() + self.settings.verify_interval > deadline {
                return Err(Error::EffectUnverified { within, items: Vec::new(), source: last.map(Arc::new) });
            }
            sleep(self.settings.verify_interval).await;
        }
    }
}

fn other(instance: &InstanceId, member: ScalingMember, wanted: &'static str) -> Error {
    let ScalingMember { group, state } = member;
    Refusal::OtherLifecycle { instance: instance.clone(), group, state, wanted }.into()
}

/// Auto Scaling says why in words: the desired capacity would go below the minimum, or above the maximum.
fn refused(error: AwsError) -> Error {
    match sentence(&error) {
        Some(sentence) => Error::StandbyRefused(sentence.to_owned()),
        None => error.into(),
    }
}
