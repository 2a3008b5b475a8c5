//! Many attaches and detaches as one change.

use elbm_api::{
    Action, ChangeItem, ChangeMembersResponse, ChangeSet, ChangeSets, Changes, LoadBalancerKind, LoadBalancerName,
    Reason, Wait,
};
use elbm_core::Change;
use elbm_engine::{ChangeSet as Made, ChangeSetAsk, ChangeSetHow};
use openapi_poem_runtime::Json;

use super::changing::{check_force, wait};
use super::{Api, convert};
use crate::auth::policy::{self, Access};
use crate::http::Caller;
use crate::problem::{Problem, failed, item};

impl ChangeSets for Api {
    type Caller = Caller;

    async fn change_members(
        &self,
        caller: Caller,
        elb_name: LoadBalancerName,
        kind: Option<LoadBalancerKind>,
        dry_run: bool,
        seconds: Option<Wait>,
        force: bool,
        reason: Option<Reason>,
        body: Changes,
    ) -> ChangeMembersResponse {
        let how = ChangeSetHow { dry_run, force, wait: wait(seconds) };
        let ask = ChangeSetAsk {
            load_balancer: elb_name.into(),
            kind: kind.map(convert::kind),
            items: body.items.into_iter().map(change_item).collect(),
            expected: body.expected_membership.map(Into::into),
        };
        match self.make(&caller, ask, how, reason.as_ref()).await {
            Ok(made) if made.settled || how.wait.is_zero() || dry_run => {
                ChangeMembersResponse::Ok(Json(change_set(made, dry_run)))
            }
            Ok(made) => ChangeMembersResponse::Accepted(Json(change_set(made, dry_run))),
            Err(problem) => failed(&caller, problem),
        }
    }
}

impl Api {
    async fn make(
        &self,
        caller: &Caller,
        ask: ChangeSetAsk,
        how: ChangeSetHow,
        reason: Option<&Reason>,
    ) -> Result<Made, Problem> {
        policy::permit(&caller.principal, Access::Change, &ask.load_balancer)?;
        check_force(how.force, reason)?;
        Ok(self.engine.change_set(ask, how).await?)
    }
}

fn change_item(asked: ChangeItem) -> elbm_core::ChangeItem {
    elbm_core::ChangeItem {
        change: match asked.action {
            Action::Attach => Change::Register,
            Action::Detach => Change::Deregister,
        },
        instance: convert::instance_id(&asked.instance_id),
        selection: convert::selection(asked.target_group, asked.port),
    }
}

fn change_set(made: Made, dry_run: bool) -> ChangeSet {
    ChangeSet {
        settled: made.settled,
        dry_run,
        membership_version: made.version,
        items: made.items.into_iter().map(item).collect(),
        warnings: (!made.warnings.is_empty()).then_some(made.warnings),
    }
}
