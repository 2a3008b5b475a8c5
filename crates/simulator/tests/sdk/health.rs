//! The health of targets, as the SDK is told it.

use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::operation::describe_target_health::DescribeTargetHealthError;
use aws_sdk_elasticloadbalancingv2::types::{
    AnomalyResultEnum, DescribeTargetHealthInputIncludeEnum as Include, MitigationInEffectEnum,
    TargetAdministrativeOverrideReasonEnum, TargetAdministrativeOverrideStateEnum, TargetHealthDescription,
};
use elbm_simulator::{
    AdministrativeOverride, Anomaly, CheckFailure, Elbv2, Fault, Fleet, FleetError, InstanceSpec, ListenerUse,
    LoadBalancerKind, LoadBalancerSpec, Protocol, TargetGroupSpec, TargetType, Times,
};

use crate::bench::{Bench, LOOSE, refusal, refused, refused_with, target, target_on};

const MINUTE: Duration = Duration::from_mins(1);

impl Bench {
    /// What is told of all the targets of a group.
    async fn told(&self, arn: &str, include: Option<Include>) -> Vec<TargetHealthDescription> {
        let ask = self.elb.describe_target_health().target_group_arn(arn);
        let answer = ask.set_include(include.map(|include| vec![include])).send().await.unwrap();
        answer.target_health_descriptions.unwrap()
    }
}

#[tokio::test]
async fn a_target_fails_its_checks_and_recovers() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    let both = [target(LOOSE), target_on(LOOSE, 8080)];
    bench.elb.register_targets().target_group_arn(&arn).set_targets(Some(both.into())).send().await.unwrap();
    let own = async || {
        let shown = bench.shown(&arn).await.into_iter();
        shown.filter_map(|words| words.strip_prefix(LOOSE).map(str::to_owned)).collect::<Vec<_>>()
    };
    bench.handle.fail_checks(LOOSE, Some(8080), CheckFailure::ResponseCode(503)).unwrap();
    bench.handle.advance(MINUTE);
    let mismatch = ":8080 unhealthy Target.ResponseCodeMismatch";
    assert_eq!(own().await, [":80 initial Elb.InitialHealthChecking", mismatch]);
    let told = bench.told(&arn, None).await;
    let unhealthy = told.iter().find(|found| found.target().unwrap().port() == Some(8080)).unwrap();
    let description = unhealthy.target_health().unwrap().description();
    assert_eq!(description, Some("Health checks failed with these codes: [503]"));

    bench.handle.advance(2 * MINUTE);
    assert_eq!(own().await, [":80 healthy", mismatch]);
    bench.handle.fail_checks(LOOSE, None, CheckFailure::Timeout).unwrap();
    bench.handle.advance(MINUTE);
    assert_eq!(own().await, [":80 unhealthy Target.Timeout", ":8080 unhealthy Target.Timeout"]);
    bench.handle.pass_checks(LOOSE, None).unwrap();
    bench.handle.advance(3 * MINUTE);
    assert_eq!(own().await, [":80 healthy", ":8080 healthy"]);
    let absent = bench.handle.fail_checks("i-0ffffffffffffffff", None, CheckFailure::Timeout);
    assert_eq!(absent, Err(FleetError::UnknownTarget("i-0ffffffffffffffff".to_owned())));
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn an_instance_that_is_stopped_and_started_begins_anew() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    let id = bench.handle.membership("default-tg").unwrap().remove(0).id;
    let own = async || bench.shown(&arn).await.into_iter().find(|words| words.starts_with(&id)).unwrap();
    assert_eq!(bench.handle.start(&id), Err(FleetError::NotStopped(id.clone())));
    bench.handle.stop(&id).unwrap();
    bench.handle.advance(MINUTE);
    assert_eq!(own().await, format!("{id}:80 unused Target.InvalidState"));
    bench.handle.start(&id).unwrap();
    assert_eq!(own().await, format!("{id}:80 initial Elb.RegistrationInProgress"));
    let launched = bench.ec2.describe_instances().instance_ids(&id).send().await.unwrap();
    let launched = launched.reservations()[0].instances()[0].launch_time().unwrap();
    assert_eq!(launched.secs(), bench.handle.now().timestamp());
    bench.handle.advance(3 * MINUTE);
    assert_eq!(own().await, format!("{id}:80 healthy"));
    bench.simulator.shutdown().await;
}

/// A network load balancer whose group `net` has a target that is healthy, and an application load balancer whose group
/// `ip` has an address.
fn fleet() -> (Fleet, String) {
    let mut fleet = Fleet::new("us-east-1");
    let network = LoadBalancerKind::Network;
    fleet.load_balancer(LoadBalancerSpec { name: "nlb".to_owned(), kind: network, ..LoadBalancerSpec::default() });
    fleet.load_balancer(LoadBalancerSpec { name: "alb".to_owned(), ..LoadBalancerSpec::default() });
    fleet.target_group(TargetGroupSpec {
        name: "net".to_owned(),
        protocol: Protocol::Tcp,
        unhealthy_draining_interval: 5 * MINUTE,
        used_by: vec![ListenerUse::default_action("nlb", 80)],
        ..TargetGroupSpec::default()
    });
    fleet.target_group(TargetGroupSpec {
        name: "ip".to_owned(),
        target_type: TargetType::Ip,
        used_by: vec![ListenerUse::default_action("alb", 80)],
        ..TargetGroupSpec::default()
    });
    let id = fleet.instance(InstanceSpec::default());
    fleet.register("net", &id, None);
    fleet.register("ip", "10.0.0.9", None);
    (fleet, id)
}

#[tokio::test]
async fn a_network_load_balancer_lets_unhealthy_targets_drain() {
    let (fleet, id) = fleet();
    let bench = Bench::start(fleet).await;
    let arn = bench.group("net").await;
    assert_eq!(bench.shown(&arn).await, [format!("{id}:80 healthy")]);
    bench.handle.fail_checks(&id, None, CheckFailure::Timeout).unwrap();
    bench.handle.advance(MINUTE);
    assert_eq!(bench.shown(&arn).await, [format!("{id}:80 unhealthy.draining Target.FailedHealthChecks")]);
    bench.handle.advance(5 * MINUTE);
    assert_eq!(bench.shown(&arn).await, [format!("{id}:80 unhealthy Target.FailedHealthChecks")]);
    bench.handle.fail_checks(&id, None, CheckFailure::InternalError).unwrap();
    bench.handle.advance(MINUTE);
    assert_eq!(bench.shown(&arn).await, [format!("{id}:80 unavailable Elb.InternalError")]);

    bench.elb.deregister_targets().target_group_arn(&arn).targets(target(&id)).send().await.unwrap();
    bench.handle.advance(Duration::from_secs(479));
    assert_eq!(bench.shown(&arn).await, [format!("{id}:80 draining Target.DeregistrationInProgress")]);
    bench.handle.advance(Duration::from_secs(1));
    assert_eq!(bench.shown(&arn).await, [""; 0]);
    bench.elb.register_targets().target_group_arn(&arn).targets(target(&id)).send().await.unwrap();
    bench.handle.advance(3 * MINUTE);
    assert_eq!(bench.shown(&arn).await, [format!("{id}:80 initial Elb.RegistrationInProgress")]);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn an_address_of_a_load_balancer_is_of_no_use() {
    let (fleet, _) = fleet();
    let bench = Bench::start(fleet).await;
    let arn = bench.group("ip").await;
    assert_eq!(bench.shown(&arn).await, ["10.0.0.9:80 healthy"]);
    bench.handle.reserve_address([10, 0, 0, 9].into());
    assert_eq!(bench.shown(&arn).await, ["10.0.0.9:80 unused Target.IpUnusable"]);
    bench.handle.release_address([10, 0, 0, 9].into());
    assert_eq!(bench.shown(&arn).await, ["10.0.0.9:80 initial Elb.RegistrationInProgress"]);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn overrides_stand_beside_the_health() {
    use TargetAdministrativeOverrideReasonEnum as Reason;
    use TargetAdministrativeOverrideStateEnum as State;
    let (fleet, _) = fleet();
    let bench = Bench::start(fleet).await;
    let arn = bench.group("net").await;
    let table = [
        (AdministrativeOverride::Unknown, State::UnknownValue, Reason::InternalError),
        (AdministrativeOverride::ZonalShiftActive, State::ZonalShiftActive, Reason::ZonalShiftEngaged),
        (
            AdministrativeOverride::ZonalShiftDelegatedToDns,
            State::ZonalShiftDelegatedToDns,
            Reason::ZonalShiftDelegatedToDns,
        ),
        (AdministrativeOverride::NoOverride, State::NoOverride, Reason::NoOverrideEngaged),
    ];
    for (told, state, reason) in table {
        bench.handle.override_zone("nlb", "us-east-1a", told).unwrap();
        let found = bench.told(&arn, None).await.remove(0);
        let shown = found.administrative_override().unwrap();
        assert_eq!((shown.state(), shown.reason()), (Some(&state), Some(&reason)));
        assert!(shown.description().is_some_and(|words| !words.is_empty()));
        assert_eq!(found.target_health().unwrap().state().unwrap().as_str(), "healthy");
    }
    // What is not registered has none.
    let ask = bench.elb.describe_target_health().target_group_arn(&arn).targets(target_on(LOOSE, 81));
    let answer = ask.send().await.unwrap();
    assert!(answer.target_health_descriptions()[0].administrative_override().is_none());
    assert!(bench.handle.override_zone("nlb", "us-east-1f", AdministrativeOverride::Unknown).is_err());
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn anomalies_are_told_where_they_are_asked_for() {
    use AnomalyResultEnum::{Anomalous, Normal};
    use MitigationInEffectEnum::{No, Yes};
    let (fleet, _) = fleet();
    let bench = Bench::start(fleet).await;
    let arn = bench.group("ip").await;
    let table =
        [(Anomaly::Normal, Normal, No), (Anomaly::Anomalous, Anomalous, No), (Anomaly::Mitigated, Anomalous, Yes)];
    for (anomaly, result, mitigation) in table {
        bench.handle.set_anomaly("10.0.0.9", None, anomaly).unwrap();
        assert!(bench.told(&arn, None).await[0].anomaly_detection().is_none());
        for include in [Include::Anomaly, Include::All] {
            let told = bench.told(&arn, Some(include)).await.remove(0);
            let found = told.anomaly_detection().unwrap();
            assert_eq!((found.result(), found.mitigation_in_effect()), (Some(&result), Some(&mitigation)));
        }
    }
    let network = bench.group("net").await;
    assert!(bench.told(&network, Some(Include::All)).await[0].anomaly_detection().is_none());
    let foreign = bench.elb.describe_target_health().target_group_arn(&arn).include(Include::from("Everything"));
    let message = "1 validation error detected: Value '[Everything]' at 'include' failed to satisfy constraint: \
        Member must satisfy constraint: [Member must satisfy enum value set: [AnomalyDetection, All]]";
    assert_eq!(refusal!(foreign), refused("ValidationError", message));
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn health_can_be_unavailable() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    let ask = || bench.elb.describe_target_health().target_group_arn(&arn);
    bench.handle.inject(Elbv2::DescribeTargetHealth, Times::Next(2), Fault::health_unavailable());
    let message = "The health of the specified targets could not be retrieved due to an internal error.";
    assert_eq!(refusal!(ask()), refused_with("HealthUnavailable", message, 500));
    let error = ask().send().await.unwrap_err().into_service_error();
    assert!(matches!(error, DescribeTargetHealthError::HealthUnavailableException(_)), "{error:?}");
    ask().send().await.unwrap();
    bench.simulator.shutdown().await;
}
