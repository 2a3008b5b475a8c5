//! Attaching and detaching, as both forms of it do.

use std::time::Duration;

use elbm_api::{LoadBalancerKind, LoadBalancerName, Port, Reason, TargetGroupName, Wait};
use elbm_core::InstanceId;
use elbm_engine::{Ask, How, Member};
use openapi_poem_runtime::{Location, Rejection};

use super::{Api, convert};
use crate::auth::policy::{self, Access};
use crate::http::Caller;
use crate::problem::Problem;

/// What a caller asks to change.
pub(super) struct Asked {
    pub(super) load_balancer: LoadBalancerName,
    pub(super) kind: Option<LoadBalancerKind>,
    pub(super) instance: InstanceId,
    pub(super) target_group: Option<TargetGroupName>,
    pub(super) port: Option<Port>,
}

impl From<Asked> for Ask {
    fn from(asked: Asked) -> Self {
        Self {
            load_balancer: asked.load_balancer.into(),
            kind: asked.kind.map(convert::kind),
            instance: asked.instance,
            selection: convert::selection(asked.target_group, asked.port),
        }
    }
}

impl Api {
    pub(super) async fn attach(&self, caller: &Caller, asked: Asked, how: How) -> Result<Member, Problem> {
        let load_balancer = asked.load_balancer.as_str();
        policy::permit_member(&caller.principal, Access::Change, load_balancer, &asked.instance, false)?;
        Ok(self.engine.attach(asked.into(), how).await?)
    }

    /// `reason` is what the caller says for the log; who forces must say it.
    pub(super) async fn detach(
        &self,
        caller: &Caller,
        asked: Asked,
        how: How,
        reason: Option<Reason>,
    ) -> Result<Member, Problem> {
        let load_balancer = asked.load_balancer.as_str();
        policy::permit_member(&caller.principal, Access::Change, load_balancer, &asked.instance, how.force)?;
        check_force(how.force, reason.as_ref())?;
        Ok(self.engine.detach(asked.into(), how).await?)
    }
}

/// Who forces says why.
pub(super) fn check_force(force: bool, reason: Option<&Reason>) -> Result<(), Problem> {
    if force && reason.is_none() {
        let sentence = "force=true needs the X-Reason header, which says why".to_owned();
        return Err(Problem::Rejected(Rejection::Malformed { location: Location::Header, sentence }));
    }
    Ok(())
}

/// How long the caller wants to wait.
pub(super) fn wait(seconds: Option<Wait>) -> Duration {
    seconds.map_or(Duration::ZERO, |seconds| Duration::from_secs(seconds.get().unsigned_abs().into()))
}

/// Whether a member is what the caller waited for; one who does not wait does not mind.
pub(super) fn is_settled_or_not_waited_for(member: &Member, wait: Duration) -> bool {
    member.settled || wait.is_zero()
}
