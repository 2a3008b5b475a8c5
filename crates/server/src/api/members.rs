//! One machine behind one load balancer.

use elbm_api::{
    DeleteMemberResponse, GetMemberResponse, InstanceId, LoadBalancerKind, LoadBalancerName, Members, Port,
    PutMemberResponse, Reason, TargetGroupName, Until, Wait,
};
use elbm_core::{Goal, Selection};
use elbm_engine::{Ask, How};
use openapi_poem_runtime::{Json, Location, Rejection};

use super::changing::{Asked, is_settled_or_not_waited_for, wait};
use super::{Api, convert};
use crate::auth::policy::{self, Access};
use crate::http::Caller;
use crate::problem::{Problem, failed};

impl Members for Api {
    type Caller = Caller;

    async fn get_member(
        &self,
        caller: Caller,
        elb_name: LoadBalancerName,
        instance_id: InstanceId,
        kind: Option<LoadBalancerKind>,
        until: Option<Until>,
        seconds: Option<Wait>,
    ) -> GetMemberResponse {
        let (principal, instance) = (&caller.principal, convert::instance_id(&instance_id));
        if let Err(forbidden) = policy::permit_member(principal, Access::Read, elb_name.as_str(), &instance, false) {
            return failed(&caller, forbidden);
        }
        if until.is_some() != seconds.is_some() {
            let sentence = "until and wait are given together, or not at all".to_owned();
            return failed(&caller, Problem::Rejected(Rejection::Malformed { location: Location::Query, sentence }));
        }
        let ask = Ask {
            load_balancer: elb_name.into(),
            kind: kind.map(convert::kind),
            instance,
            selection: Selection::default(),
        };
        let goal = until.map(|until| match until {
            Until::Healthy => Goal::Healthy,
            Until::Detached => Goal::Gone,
        });
        match self.engine.member(&ask, goal, wait(seconds), caller.freshness).await {
            Ok(member) if member.settled || goal.is_none() => GetMemberResponse::Ok(Json(convert::member(member))),
            Ok(member) => GetMemberResponse::Accepted(Json(convert::member(member))),
            Err(error) => failed(&caller, error),
        }
    }

    async fn put_member(
        &self,
        caller: Caller,
        elb_name: LoadBalancerName,
        instance_id: InstanceId,
        kind: Option<LoadBalancerKind>,
        target_group: Option<TargetGroupName>,
        port: Option<Port>,
        seconds: Option<Wait>,
    ) -> PutMemberResponse {
        let instance = convert::instance_id(&instance_id);
        let asked = Asked { load_balancer: elb_name, kind, instance, target_group, port };
        let how = How { idempotent: true, wait: wait(seconds), ..How::default() };
        match self.attach(&caller, asked, how).await {
            Ok(member) if !is_settled_or_not_waited_for(&member, how.wait) => {
                PutMemberResponse::Accepted(Json(convert::member(member)))
            }
            Ok(member) if member.changed => PutMemberResponse::Created(Json(convert::member(member))),
            Ok(member) => PutMemberResponse::Ok(Json(convert::member(member))),
            Err(problem) => failed(&caller, problem),
        }
    }

    async fn delete_member(
        &self,
        caller: Caller,
        elb_name: LoadBalancerName,
        instance_id: InstanceId,
        kind: Option<LoadBalancerKind>,
        target_group: Option<TargetGroupName>,
        port: Option<Port>,
        seconds: Option<Wait>,
        force: bool,
        reason: Option<Reason>,
    ) -> DeleteMemberResponse {
        let instance = convert::instance_id(&instance_id);
        let asked = Asked { load_balancer: elb_name, kind, instance, target_group, port };
        let how = How { idempotent: true, force, wait: wait(seconds) };
        match self.detach(&caller, asked, how, reason).await {
            Ok(member) if is_settled_or_not_waited_for(&member, how.wait) => {
                DeleteMemberResponse::Ok(Json(convert::member(member)))
            }
            Ok(member) => DeleteMemberResponse::Accepted(Json(convert::member(member))),
            Err(problem) => failed(&caller, problem),
        }
    }
}
