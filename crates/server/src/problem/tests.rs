//! The one table of status and code, and that every operation can answer what it may have to.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use elbm_api::Outcome;
use elbm_api::{
    AttachInstanceResponse, ChangeMembersResponse, DeleteMemberResponse, DetachInstanceResponse, DrainInstanceResponse,
    GetInstanceResponse, GetMemberResponse, ListInstancesResponse, ListLoadBalancersResponse, ListMachinesElbResponse,
    ListTargetsResponse, PutMemberResponse, ReadyzResponse, RestoreInstanceResponse, WatchMachinesResponse,
};
use elbm_core::{Change, InstanceId, InstanceState, InvalidMemory, Refusal};
use elbm_engine::aws::{Action, AwsError, AwsErrorKind};
use elbm_engine::{Failure as NotWritten, Item, ItemOutcome};
use openapi_poem_runtime::Location;

use super::*;

fn instance() -> InstanceId {
    InstanceId::parse("i-06060a1e235609999").expect("an instance id")
}

fn call(kind: AwsErrorKind) -> AwsError {
    AwsError { action: Action::RegisterTargets, kind, may_have_happened: false, source: None }
}

fn aws(kind: AwsErrorKind) -> EngineError {
    call(kind).into()
}

fn denied() -> NotWritten {
    NotWritten::Aws(Arc::new(call(AwsErrorKind::AccessDenied)))
}

fn invalid() -> NotWritten {
    NotWritten::InvalidTarget("AWS's sentence".to_owned())
}

fn items() -> Vec<Item> {
    let item = |outcome| {
        let (change, group) = (Change::Register, Some("tg".to_owned()));
        Item { change, instance: instance(), group, port: Some(80), state: None, outcome }
    };
    let outcomes = [
        ItemOutcome::Done,
        ItemOutcome::Unchanged,
        ItemOutcome::Planned,
        ItemOutcome::Refused(Refusal::UnknownInstance(instance())),
        ItemOutcome::Failed(denied()),
        ItemOutcome::Unverified(None),
        ItemOutcome::NotAttempted(invalid()),
    ];
    outcomes.map(item).to_vec()
}

/// What reading can end with.
fn of_reads() -> Vec<(Problem, u16, &'static str)> {
    let shared = EngineError::Shared(Arc::new(aws(AwsErrorKind::Unreachable)));
    let rejected = AwsErrorKind::Rejected { code: "Surprise".to_owned(), message: "AWS's words".to_owned() };
    vec![
        (aws(AwsErrorKind::AccessDenied).into(), 500, "AwsAccessDenied"),
        (aws(AwsErrorKind::Credentials).into(), 500, "AwsCredentials"),
        (aws(AwsErrorKind::Throttled).into(), 503, "AwsThrottled"),
        (aws(AwsErrorKind::BudgetSpent { until: Duration::from_millis(2500) }).into(), 503, "AwsBudgetSpent"),
        (aws(AwsErrorKind::Unreachable).into(), 502, "AwsUnreachable"),
        (aws(AwsErrorKind::Timeout).into(), 504, "AwsTimeout"),
        (aws(AwsErrorKind::Failed).into(), 502, "AwsError"),
        (aws(rejected).into(), 502, "AwsError"),
        (Problem::Rejected(Rejection::Unauthenticated), 401, "Unauthorized"),
        (
            Problem::Rejected(Rejection::Malformed { location: Location::Query, sentence: "…".to_owned() }),
            400,
            "ValidationError",
        ),
        (EngineError::TooSlow { within: Duration::from_secs(50) }.into(), 504, "AwsTimeout"),
        (shared.into(), 502, "AwsUnreachable"),
        (Problem::TooOften(TooOften::Passwords { wait: Duration::ZERO }), 429, "TooManyRequests"),
        (Problem::Unreadable, 400, "ValidationError"),
        (Problem::LargeHead { headers: 100, bytes: 1000 }, 431, "RequestHeaderFieldsTooLarge"),
        (Problem::Panicked, 500, "InternalError"),
    ]
}

/// What asking whether the service is ready can end with.
fn of_readiness() -> Vec<(Problem, u16, &'static str)> {
    let not_ready = |source| Problem::from(EngineError::NotReady { source });
    let denied = Arc::new(EngineError::from(call(AwsErrorKind::AccessDenied)));
    vec![
        (not_ready(None), 503, "NotReady"),
        (not_ready(Some(denied)), 503, "NotReady"),
        (Problem::Ending, 503, "NotReady"),
    ]
}

/// What following a load balancer can end with beyond what reading it can, before it begins.
fn of_streams() -> Vec<(Problem, u16, &'static str)> {
    vec![(Problem::TooOften(TooOften::Streams { principal: "ci".to_owned(), most: 100 }), 429, "TooManyRequests")]
}

fn of_one_load_balancer() -> Vec<(Problem, u16, &'static str)> {
    let missing = EngineError::LoadBalancerNotFound("default-alb".to_owned());
    let forbidden = Forbidden::LoadBalancer { principal: "ci".to_owned(), load_balancer: "web".to_owned() };
    let ambiguous = EngineError::from(Refusal::AmbiguousLoadBalancer("default-alb".to_owned()));
    let member = EngineError::MemberNotFound { instance: instance(), load_balancer: "default-alb".to_owned() };
    vec![
        (member.into(), 404, "NotAttached"),
        (missing.into(), 404, "LoadBalancerNotFound"),
        (forbidden.into(), 403, "Forbidden"),
        (ambiguous.into(), 400, "AmbiguousLoadBalancer"),
    ]
}

/// What a change can end with beyond that.
fn of_changes() -> Vec<(Problem, u16, &'static str)> {
    let refused = |refusal: Refusal| Problem::from(EngineError::from(refusal));
    let wrote = |failure: NotWritten| Problem::from(EngineError::from(failure));
    let (group, place, load_balancer) = ("tg".to_owned(), "…".to_owned(), "default-alb".to_owned());
    let choices = vec!["a".to_owned(), "b".to_owned()];
    let unverified = || EngineError::EffectUnverified { within: Duration::from_secs(10), items: items(), source: None };
    vec![
        (refused(Refusal::Managed("…".to_owned())), 409, "ManagedByController"),
        (EngineError::LeaseHeld { name: "…".to_owned(), within: Duration::from_secs(30) }.into(), 503, "LeaseHeld"),
        (EngineError::NoLeaseTable("leases".to_owned()).into(), 500, "LeaseTableNotFound"),
        (aws(AwsErrorKind::LeaseLost).into(), 503, "LeaseLost"),
        (refused(Refusal::AlreadyAttached { instance: instance(), place: place.clone() }), 409, "AlreadyAttached"),
        (refused(Refusal::NotAttached { instance: instance(), place: place.clone() }), 409, "NotAttached"),
        (refused(Refusal::Draining { instance: instance(), place: place.clone() }), 409, "Draining"),
        (
            refused(Refusal::WouldBreachMinimumHealthy {
                instance: instance(),
                place: place.clone(),
                left: 0,
                minimum: 1,
            }),
            409,
            "WouldBreachMinimumHealthy",
        ),
        (refused(Refusal::LastTarget { instance: instance(), place }), 409, "WouldBreachMinimumHealthy"),
        (
            refused(Refusal::OtherVpc { instance: instance(), own: "vpc-a".to_owned(), group: group.clone() }),
            400,
            "InvalidTarget",
        ),
        (refused(Refusal::NoAddress(instance())), 400, "InvalidTarget"),
        (refused(Refusal::ClassicHasNoGroups(load_balancer.clone())), 400, "ValidationError"),
        (refused(Refusal::ClassicHasNoPorts(load_balancer.clone())), 400, "ValidationError"),
        (refused(Refusal::UnknownInstance(instance())), 400, "InvalidTarget"),
        (
            refused(Refusal::TerminatedInstance { instance: instance(), state: InstanceState::Terminated }),
            400,
            "InvalidTarget",
        ),
        (
            refused(Refusal::TargetGroupNotFound {
                load_balancer: load_balancer.clone(),
                group: group.clone(),
                choices: choices.clone(),
            }),
            404,
            "TargetGroupNotFound",
        ),
        (
            refused(Refusal::AmbiguousTargetGroup { load_balancer: load_balancer.clone(), choices }),
            400,
            "AmbiguousTargetGroup",
        ),
        (refused(Refusal::NoTargetGroup(load_balancer)), 400, "NoTargetGroup"),
        (
            refused(Refusal::UnsupportedTargetGroup { group: group.clone(), target_type: "ip" }),
            400,
            "UnsupportedTargetGroup",
        ),
        (refused(Refusal::StoppedInstance(instance())), 400, "InvalidTarget"),
        (
            refused(Refusal::ZoneNotEnabled {
                instance: instance(),
                zone: "us-east-1c".to_owned(),
                load_balancer: group.clone(),
                zones: vec!["us-east-1a".to_owned()],
            }),
            400,
            "InvalidTarget",
        ),
        (refused(Refusal::OverQuota { place: group.clone(), wanted: 1001, limit: 1000 }), 400, "TooManyTargets"),
        (wrote(invalid()), 400, "InvalidTarget"),
        (wrote(NotWritten::TooManyTargets("AWS's sentence".to_owned())), 400, "TooManyTargets"),
        (wrote(NotWritten::TargetGroupGone(group.clone())), 404, "TargetGroupNotFound"),
        (wrote(NotWritten::LoadBalancerGone(group)), 404, "LoadBalancerNotFound"),
        (wrote(denied()), 500, "AwsAccessDenied"),
        (unverified().into(), 504, "EffectUnverified"),
        (EngineError::Unfinished { within: Duration::from_secs(50) }.into(), 504, "EffectUnverified"),
        (EngineError::PartialFailure { items: items(), source: denied() }.into(), 502, "PartialFailure"),
        (Problem::ForeignOrigin { origin: "https://example.com".to_owned() }, 403, "ForeignOrigin"),
        (Problem::Rejected(Rejection::PayloadTooLarge { limit: 65536 }), 413, "PayloadTooLarge"),
        (Problem::Rejected(Rejection::BodyTimeout { within: Duration::from_secs(10) }), 408, "RequestTimeout"),
        (Problem::Rejected(Rejection::UnsupportedMediaType { sentence: "…".to_owned() }), 415, "UnsupportedMediaType"),
    ]
}

/// What a change set can end with beyond that.
fn of_change_sets() -> Vec<(Problem, u16, &'static str)> {
    let refused = |refusal: Refusal| Problem::from(EngineError::from(refusal));
    let (load_balancer, place) = ("default-alb".to_owned(), "…".to_owned());
    let (now, expected) = ("6c1f0e9d2b7a4853".to_owned(), "0d8e1a2b3c4f5967".to_owned());
    vec![
        (EngineError::ItemsRefused { items: items() }.into(), 409, "ItemsRefused"),
        (refused(Refusal::MembershipChanged { load_balancer, now, expected }), 412, "MembershipChanged"),
        (refused(Refusal::RepeatedTarget { first: 0, second: 1, instance: instance(), place }), 400, "ValidationError"),
    ]
}

/// What a drain or a restore can end with beyond a change.
fn of_maintenance() -> Vec<(Problem, u16, &'static str)> {
    let refused = |refusal: Refusal| Problem::from(EngineError::from(refusal));
    let (group, address) = ("web".to_owned(), "10.0.0.1".to_owned());
    vec![
        (EngineError::InstanceNotFound(instance()).into(), 404, "InstanceNotFound"),
        (EngineError::NotPermitted(instance()).into(), 403, "Forbidden"),
        (Forbidden::Unused { principal: "ci".to_owned() }.into(), 403, "Forbidden"),
        (EngineError::StandbyRefused("AWS's sentence".to_owned()).into(), 409, "ManagedByAutoScaling"),
        (
            refused(Refusal::ManagedByAutoScaling { instance: instance(), group: group.clone() }),
            409,
            "ManagedByAutoScaling",
        ),
        (
            refused(Refusal::OtherLifecycle {
                instance: instance(),
                group: group.clone(),
                state: "Pending".to_owned(),
                wanted: "InService",
            }),
            409,
            "ManagedByAutoScaling",
        ),
        (refused(Refusal::NotDrained(instance())), 409, "NotDrained"),
        (
            refused(Refusal::DrainMemoryInvalid { instance: instance(), why: InvalidMemory::Checksum }),
            409,
            "DrainMemoryInvalid",
        ),
        (refused(Refusal::TagQuota { instance: instance(), needed: 2, free: 1 }), 409, "TagQuota"),
        (refused(Refusal::AddressDraining { instance: instance(), address, group: group.clone() }), 409, "Draining"),
        (
            refused(Refusal::RememberedGroupsGone { instance: instance(), groups: vec![group] }),
            409,
            "TargetGroupNotFound",
        ),
    ]
}

/// What never reaches an operation.
fn of_no_operation() -> Vec<(Problem, u16, &'static str)> {
    vec![
        (Problem::NoRoute, 404, "NotFound"),
        (Problem::NoMethod { allow: "GET".to_owned() }, 405, "MethodNotAllowed"),
        (Problem::Framework(poem::Error::from_status(StatusCode::IM_A_TEAPOT)), 400, "ValidationError"),
        (Problem::Framework(poem::Error::from_status(StatusCode::BAD_GATEWAY)), 500, "InternalError"),
    ]
}

fn all() -> impl Iterator<Item = (Problem, u16, &'static str)> {
    let all = [
        of_reads(),
        of_readiness(),
        of_streams(),
        of_one_load_balancer(),
        of_changes(),
        of_change_sets(),
        of_maintenance(),
        of_no_operation(),
    ];
    all.into_iter().flatten()
}

fn word(code: ErrorCode) -> String {
    serde_json::to_value(code).expect("a word").as_str().expect("a word").to_owned()
}

#[test]
fn each_problem_has_its_status_and_code() {
    for (problem, status, code) in all() {
        let told = format!("{problem:?}");
        let (seen, seen_code) = problem.verdict();
        assert_eq!((seen, word(seen_code).as_str()), (status, code), "{told}");
        assert_eq!(problem.status().as_u16(), status, "{told}");
    }
}

#[test]
fn every_code_of_the_contract_is_used() {
    let contract: serde_json::Value = serde_norway::from_str(crate::api::CONTRACT).expect("YAML");
    let listed = contract.pointer("/components/schemas/ErrorCode/enum").and_then(|codes| codes.as_array());
    let listed: BTreeSet<_> = listed.expect("a list").iter().filter_map(|code| code.as_str()).collect();
    let used: BTreeSet<_> = all().map(|(_, _, code)| code).collect();
    assert_eq!(used, listed);
}

#[test]
fn sentences_are_for_people_and_keep_awss_words_of_a_5xx() {
    for (problem, status, _) in all() {
        let sentence = problem.sentence();
        let told = format!("{problem:?} → {sentence}");
        assert!(!sentence.is_empty() && !sentence.ends_with('.'), "{told}");
        assert!(status < 500 || !sentence.contains("AWS's words"), "{told}");
    }
}

#[test]
fn a_spent_budget_says_when_there_will_be_more() {
    let after = |kind| {
        let failure = Problem::from(aws(kind)).failure(RequestId::new());
        failure.headers.into_iter().find(|(name, _)| *name == "Retry-After").map(|(_, seconds)| seconds)
    };
    assert_eq!(after(AwsErrorKind::BudgetSpent { until: Duration::from_millis(2500) }).as_deref(), Some("3"));
    assert_eq!(after(AwsErrorKind::Throttled).as_deref(), Some("2"));
    assert_eq!(after(AwsErrorKind::Unreachable), None);
}

#[test]
fn items_tell_what_became_of_each_part() {
    let problem = Problem::from(EngineError::PartialFailure { items: items(), source: denied() });
    let items = problem.items().expect("items");
    let seen: Vec<_> = items.iter().map(|item| (item.outcome, item.error, item.message.as_deref())).collect();
    let unknown =
        "EC2 does not know i-06060a1e235609999 in this region; a new instance may be unknown for some seconds";
    let denied = "AWS does not let this service call elasticloadbalancing:RegisterTargets";
    let together = "refused together with others; AWS refused the target: AWS's sentence";
    let expected = [
        (Outcome::Done, None, None),
        (Outcome::Unchanged, None, None),
        (Outcome::Planned, None, None),
        (Outcome::Refused, Some(ErrorCode::InvalidTarget), Some(unknown)),
        (Outcome::Failed, Some(ErrorCode::AwsAccessDenied), Some(denied)),
        (Outcome::Unverified, Some(ErrorCode::EffectUnverified), None),
        (Outcome::NotAttempted, Some(ErrorCode::InvalidTarget), Some(together)),
    ];
    assert_eq!(seen, expected);
}

fn answers<R: FromFailure<Body>>(problems: Vec<(Problem, u16, &'static str)>) {
    for (problem, status, code) in problems {
        let failure = problem.failure(RequestId::new());
        assert!(R::from_failure(failure).is_ok(), "the contract lacks {status} {code} for {:?}", R::STATUSES);
    }
}

#[test]
fn every_operation_can_answer_what_it_may_have_to() {
    answers::<ReadyzResponse>(of_readiness());
    answers::<ListLoadBalancersResponse>(of_reads());
    answers::<ListInstancesResponse>(of_reads());
    for problems in [of_reads, of_one_load_balancer, of_streams] {
        answers::<WatchMachinesResponse>(problems());
    }
    answers::<GetInstanceResponse>(of_reads());
    for problems in [of_reads, of_changes_without_a_body, of_maintenance] {
        answers::<DrainInstanceResponse>(problems());
        answers::<RestoreInstanceResponse>(problems());
    }
    for problems in [of_reads, of_one_load_balancer] {
        answers::<ListMachinesElbResponse>(problems());
        answers::<ListTargetsResponse>(problems());
        answers::<GetMemberResponse>(problems());
    }
    for problems in [of_reads, of_one_load_balancer, of_changes, of_change_sets] {
        answers::<ChangeMembersResponse>(problems());
    }
    for problems in [of_reads, of_one_load_balancer, of_changes] {
        answers::<AttachInstanceResponse>(problems());
        answers::<DetachInstanceResponse>(problems());
    }
    for problems in [of_reads, of_one_load_balancer, of_changes_without_a_body] {
        answers::<DeleteMemberResponse>(problems());
        // What is attached already is no conflict, and the guard is about detaches.
        answers::<PutMemberResponse>(problems().into_iter().filter(|(_, status, _)| *status != 409).collect());
    }
}

/// What a change can end with whose request has no body.
fn of_changes_without_a_body() -> Vec<(Problem, u16, &'static str)> {
    of_changes().into_iter().filter(|(_, status, _)| ![408, 413, 415].contains(status)).collect()
}
