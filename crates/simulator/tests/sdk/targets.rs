//! `RegisterTargets`, `DeregisterTargets`, `DescribeTargetHealth`.

use std::time::Duration;

use elbm_simulator::{Elbv2, HealthState, InstanceSpec, TargetGroupSpec};

use crate::bench::{Bench, LOOSE, refusal, refused, target, target_on, words};

#[tokio::test]
async fn a_target_comes_and_goes_by_the_clock() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    let own = async || bench.shown(&arn).await.into_iter().find(|words| words.starts_with(LOOSE));
    let shown = bench.shown(&arn).await;
    assert!(shown.len() == 3 && shown.iter().all(|words| words.ends_with(":80 healthy")), "{shown:?}");

    bench.elb.register_targets().target_group_arn(&arn).targets(target(LOOSE)).send().await.unwrap();
    assert_eq!(own().await.unwrap(), format!("{LOOSE}:80 initial Elb.RegistrationInProgress"));
    bench.handle.advance(Duration::from_secs(30));
    assert_eq!(own().await.unwrap(), format!("{LOOSE}:80 initial Elb.InitialHealthChecking"));
    bench.handle.advance(Duration::from_mins(2));
    assert_eq!(own().await.unwrap(), format!("{LOOSE}:80 healthy"));

    bench.elb.deregister_targets().target_group_arn(&arn).targets(target(LOOSE)).send().await.unwrap();
    assert_eq!(own().await.unwrap(), format!("{LOOSE}:80 draining Target.DeregistrationInProgress"));
    bench.handle.advance(Duration::from_mins(5));
    assert_eq!(own().await, None);
    assert_eq!(bench.handle.membership("default-tg").unwrap().len(), 3);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn health_is_told_of_the_targets_that_are_named() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    let member = bench.handle.membership("default-tg").unwrap().remove(0).id;
    let answer = bench
        .elb
        .describe_target_health()
        .target_group_arn(&arn)
        .targets(target(LOOSE))
        .targets(target(&member))
        .targets(target_on(&member, 8080))
        .send()
        .await
        .unwrap();
    let mut told: Vec<_> = answer.target_health_descriptions().iter().map(words).collect();
    told.sort();
    let mut expected = [
        format!("{LOOSE}:80 unused Target.NotRegistered"),
        format!("{member}:80 healthy"),
        format!("{member}:8080 unused Target.NotRegistered"),
    ];
    expected.sort();
    assert_eq!(told, expected);

    let describe = |id: &str| bench.elb.describe_target_health().target_group_arn(&arn).targets(target(id));
    assert_eq!(refusal!(describe("web")), refused("ValidationError", "Instance ID 'web' is not valid"));
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn ports_are_exact() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    let both = [target(LOOSE), target_on(LOOSE, 8080)];
    bench.elb.register_targets().target_group_arn(&arn).set_targets(Some(both.into())).send().await.unwrap();
    let ports = || {
        let members = bench.handle.membership("default-tg").unwrap().into_iter();
        let own = members.filter(|member| member.id == LOOSE);
        own.map(|member| (member.port.unwrap(), member.health.state)).collect::<Vec<_>>()
    };
    assert_eq!(ports(), [(80, HealthState::Initial), (8080, HealthState::Initial)]);
    bench.elb.deregister_targets().target_group_arn(&arn).targets(target(LOOSE)).send().await.unwrap();
    assert_eq!(ports(), [(80, HealthState::Draining), (8080, HealthState::Initial)]);
    // Absent, or draining already: 200, and nothing changes.
    bench.elb.deregister_targets().target_group_arn(&arn).targets(target_on(LOOSE, 9)).send().await.unwrap();
    bench.elb.deregister_targets().target_group_arn(&arn).targets(target(LOOSE)).send().await.unwrap();
    assert_eq!(ports(), [(80, HealthState::Draining), (8080, HealthState::Initial)]);
    // Registered again, it is a member again.
    bench.elb.register_targets().target_group_arn(&arn).targets(target(LOOSE)).send().await.unwrap();
    assert_eq!(ports(), [(80, HealthState::Initial), (8080, HealthState::Initial)]);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn one_bad_target_rejects_the_whole_call_in_the_words_of_aws() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    let stopped = bench.handle.add_instance(InstanceSpec::default()).unwrap();
    bench.handle.stop(&stopped).unwrap();
    let foreign = InstanceSpec { vpc: "vpc-0f0f0f0f0f0f0f0f0".to_owned(), ..InstanceSpec::default() };
    let foreign = bench.handle.add_instance(foreign).unwrap();
    let with = |id: &str| {
        let register = bench.elb.register_targets().target_group_arn(&arn);
        register.targets(target(LOOSE)).targets(target(id))
    };
    let unknown = "i-0ffffffffffffffff";
    let table = [
        ("web", "ValidationError", "Instance ID 'web' is not valid".to_owned()),
        (unknown, "InvalidTarget", format!("The following instances do not exist: '{unknown}'")),
        (
            &stopped,
            "InvalidTarget",
            format!("The following targets are not in a running state and cannot be registered: '{stopped}'"),
        ),
        (
            &foreign,
            "InvalidTarget",
            format!("The following targets are not in the target group VPC 'vpc-0a1b2c3d4e5f60718': '{foreign}'"),
        ),
    ];
    for (id, code, message) in table {
        assert_eq!(refusal!(with(id)), refused(code, &message));
    }
    let error = with(unknown).send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_target_exception());
    assert_eq!(bench.handle.membership("default-tg").unwrap().len(), 3);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn what_is_missing_or_malformed_is_refused() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    let absent = format!("{}{}", &arn[..arn.len() - 16], "0".repeat(16));
    let missing = refused("TargetGroupNotFound", "One or more target groups not found");
    let malformed = refused("ValidationError", "'default-tg' is not a valid target group ARN");
    for (arn, expected) in [(absent.as_str(), missing), ("default-tg", malformed)] {
        let (register, deregister) = (bench.elb.register_targets(), bench.elb.deregister_targets());
        assert_eq!(refusal!(register.target_group_arn(arn).targets(target(LOOSE))), expected);
        assert_eq!(refusal!(deregister.target_group_arn(arn).targets(target(LOOSE))), expected);
        assert_eq!(refusal!(bench.elb.describe_target_health().target_group_arn(arn)), expected);
    }
    let register = || bench.elb.register_targets().target_group_arn(&arn);
    assert_eq!(refusal!(register()).0.as_deref(), Some("ValidationError"));
    for port in [0, 65_536, -1] {
        assert_eq!(
            refusal!(register().targets(target_on(LOOSE, port))).0.as_deref(),
            Some("ValidationError"),
            "{port}"
        );
    }
    let deregister = bench.elb.deregister_targets().target_group_arn(&arn).targets(target("web"));
    assert_eq!(refusal!(deregister), refused("ValidationError", "Instance ID 'web' is not valid"));
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_dead_instance_is_listed_and_can_be_deregistered() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    let ids: Vec<_> = bench.handle.membership("default-tg").unwrap().into_iter().map(|member| member.id).collect();
    bench.handle.stop(&ids[0]).unwrap();
    bench.handle.terminate(&ids[1]).unwrap();
    bench.handle.forget(&ids[2]).unwrap();
    let shown = bench.shown(&arn).await;
    assert!(shown.iter().all(|words| words.ends_with("unused Target.InvalidState")), "{shown:?}");
    let dead = bench.elb.deregister_targets().target_group_arn(&arn).targets(target(&ids[2]));
    dead.send().await.unwrap();
    let state = bench.handle.membership("default-tg").unwrap().remove(2).health.state;
    assert_eq!(state, HealthState::Draining);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn what_is_added_while_it_runs_is_there() {
    let bench = Bench::seeded().await;
    bench.handle.add_target_group(TargetGroupSpec { name: "spare".to_owned(), ..TargetGroupSpec::default() }).unwrap();
    bench.handle.register("spare", LOOSE, Some(81)).unwrap();
    let arn = bench.group("spare").await;
    assert_eq!(bench.shown(&arn).await, [format!("{LOOSE}:81 unused Target.NotInUse")]);
    assert!(bench.handle.membership("absent").is_err());
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn calls_are_recorded_with_their_parameters() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    bench.handle.reset_calls();
    bench.elb.register_targets().target_group_arn(&arn).targets(target_on(LOOSE, 81)).send().await.unwrap();
    bench.shown(&arn).await;
    let calls = bench.handle.calls();
    let actions: Vec<_> = calls.iter().map(|call| call.action).collect();
    assert_eq!(actions, [Elbv2::RegisterTargets.into(), Elbv2::DescribeTargetHealth.into()]);
    let parameters = &calls[0].parameters;
    assert_eq!(parameters["TargetGroupArn"], arn);
    assert_eq!(parameters["Targets.member.1.Id"], LOOSE);
    assert_eq!(parameters["Targets.member.1.Port"], "81");
    assert_eq!(bench.handle.count(Elbv2::RegisterTargets), 1);
    bench.handle.reset_calls();
    assert_eq!(bench.handle.count(Elbv2::RegisterTargets), 0);
    bench.simulator.shutdown().await;
}
