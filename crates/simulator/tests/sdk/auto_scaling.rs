//! Auto Scaling groups.

use std::time::Duration;

use aws_sdk_autoscaling::types::{AutoScalingGroup, LifecycleState, ScalingActivityStatusCode};
use aws_sdk_ec2::types::Filter;
use elbm_simulator::{AutoScalingGroupSpec, ClassicLoadBalancerSpec, Fleet, HealthCheckType};

use crate::bench::{Bench, LOOSE, refusal, refused};

/// The seeded fleet, the Classic load balancer `old`, and the group `asg` (0 to 2) of the loose instance, in `default-tg`
/// and `old`.
async fn bench() -> Bench {
    let mut fleet = Fleet::seeded();
    fleet.classic_load_balancer(ClassicLoadBalancerSpec { name: "old".to_owned(), ..Default::default() });
    fleet.auto_scaling_group(AutoScalingGroupSpec {
        name: "asg".to_owned(),
        max_size: 2,
        instances: vec![LOOSE.to_owned()],
        target_groups: vec!["default-tg".to_owned()],
        classic_load_balancers: vec!["old".to_owned()],
        health_check_type: HealthCheckType::Elb,
        ..AutoScalingGroupSpec::default()
    });
    Bench::start(fleet).await
}

async fn group(bench: &Bench) -> AutoScalingGroup {
    let found = bench.scaling.describe_auto_scaling_groups().auto_scaling_group_names("asg").send().await.unwrap();
    let [group] = found.auto_scaling_groups() else { panic!("one group") };
    group.clone()
}

async fn lifecycle(bench: &Bench) -> LifecycleState {
    group(bench).await.instances()[0].lifecycle_state().unwrap().clone()
}

/// Whether the loose instance is registered in `default-tg`, draining not counted, and in `old`.
async fn registered(bench: &Bench) -> (bool, bool) {
    let arn = bench.group("default-tg").await;
    let shown = bench.shown(&arn).await;
    let in_group = shown.iter().any(|words| words.starts_with(LOOSE) && !words.contains("draining"));
    let old = bench.classic.describe_load_balancers().load_balancer_names("old").send().await.unwrap();
    (in_group, !old.load_balancer_descriptions()[0].instances().is_empty())
}

#[tokio::test]
async fn a_group_and_its_instances_are_described() {
    let bench = bench().await;
    let found = group(&bench).await;
    assert_eq!((found.min_size(), found.max_size(), found.desired_capacity()), (Some(0), Some(2), Some(1)));
    assert_eq!(found.load_balancer_names(), ["old"]);
    assert_eq!(found.target_group_arns(), [bench.group("default-tg").await]);
    assert_eq!(found.health_check_type(), Some("ELB"));
    assert!(found.auto_scaling_group_arn().unwrap().ends_with(":autoScalingGroupName/asg"));
    assert!(found.created_time().is_some());
    let told = bench.scaling.describe_auto_scaling_instances();
    let told = told.instance_ids(LOOSE).instance_ids("i-0ffffffffffffffff").send().await.unwrap();
    let [loose] = told.auto_scaling_instances() else { panic!("one instance") };
    assert_eq!((loose.auto_scaling_group_name(), loose.lifecycle_state()), (Some("asg"), Some("InService")));
    assert_eq!((loose.health_status(), loose.instance_type()), (Some("HEALTHY"), Some("t3.micro")));
    let marked = Filter::builder().name("key").values("aws:autoscaling:groupName").build();
    let tags = bench.ec2.describe_tags().filters(marked).send().await.unwrap();
    let told: Vec<_> = tags.tags().iter().map(|tag| (tag.resource_id().unwrap(), tag.value().unwrap())).collect();
    assert_eq!(told, [(LOOSE, "asg")]);
    let absent = bench.scaling.describe_auto_scaling_groups().auto_scaling_group_names("absent").send().await.unwrap();
    assert!(absent.auto_scaling_groups().is_empty());
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn an_instance_goes_on_standby_and_comes_back() {
    let bench = bench().await;
    assert_eq!(registered(&bench).await, (true, true));
    let enter = || bench.scaling.enter_standby().auto_scaling_group_name("asg").instance_ids(LOOSE);
    let answer = enter().should_decrement_desired_capacity(true).send().await.unwrap();
    let [activity] = answer.activities() else { panic!("one activity") };
    assert_eq!(activity.status_code(), Some(&ScalingActivityStatusCode::InProgress));
    assert_eq!(activity.description(), Some(&*format!("Moving EC2 instance to Standby: {LOOSE}")));
    let cause = activity.cause().unwrap();
    assert!(cause.ends_with("in response to a user request, shrinking the capacity from 1 to 0."), "{cause}");
    assert_eq!(registered(&bench).await, (false, false));
    assert_eq!(lifecycle(&bench).await, LifecycleState::EnteringStandby);
    let again = refused("ValidationError", &format!("The instance {LOOSE} is not in InService."));
    assert_eq!(refusal!(enter().should_decrement_desired_capacity(true)), again);
    bench.handle.advance(Duration::from_mins(5));
    assert_eq!(lifecycle(&bench).await, LifecycleState::Standby);
    assert_eq!(group(&bench).await.desired_capacity(), Some(0));

    let exit = bench.scaling.exit_standby().auto_scaling_group_name("asg").instance_ids(LOOSE);
    let answer = exit.send().await.unwrap();
    assert_eq!(answer.activities()[0].status_code(), Some(&ScalingActivityStatusCode::PreInService));
    assert_eq!(registered(&bench).await, (true, true));
    assert_eq!(lifecycle(&bench).await, LifecycleState::Pending);
    bench.handle.advance(Duration::from_secs(30));
    assert_eq!(lifecycle(&bench).await, LifecycleState::InService);
    assert_eq!(group(&bench).await.desired_capacity(), Some(1));
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_group_is_created_attached_and_deleted() {
    let bench = Bench::seeded().await;
    let create = || {
        let create = bench.scaling.create_auto_scaling_group().auto_scaling_group_name("new").instance_id(LOOSE);
        create.min_size(1).max_size(3).desired_capacity(2).availability_zones("us-east-1a")
    };
    create().send().await.unwrap();
    let error = create().send().await.unwrap_err().into_service_error();
    assert!(error.is_already_exists_fault());
    let arn = bench.group("default-tg").await;
    let attach = bench.scaling.attach_load_balancer_target_groups().auto_scaling_group_name("new");
    attach.target_group_arns(&arn).send().await.unwrap();
    let state = async || {
        let describe = bench.scaling.describe_load_balancer_target_groups().auto_scaling_group_name("new");
        let told = describe.send().await.unwrap();
        told.load_balancer_target_groups().first().and_then(|found| found.state().map(str::to_owned))
    };
    assert_eq!((state().await.as_deref(), bench.shown(&arn).await.len()), (Some("Adding"), 5));
    bench.handle.advance(Duration::from_secs(30));
    assert_eq!(state().await.as_deref(), Some("Added"));
    let detach = bench.scaling.detach_load_balancer_target_groups().auto_scaling_group_name("new");
    detach.target_group_arns(&arn).send().await.unwrap();
    assert_eq!(state().await.as_deref(), Some("Removing"));
    bench.handle.advance(Duration::from_mins(5));
    assert_eq!(state().await, None);

    let delete = || bench.scaling.delete_auto_scaling_group().auto_scaling_group_name("new");
    let error = delete().send().await.unwrap_err().into_service_error();
    assert!(error.is_resource_in_use_fault());
    delete().force_delete(true).send().await.unwrap();
    let missing = "AutoScalingGroup name not found - AutoScalingGroup new not found";
    assert_eq!(refusal!(delete()), refused("ValidationError", missing));
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn pages_have_all_groups() {
    let mut fleet = Fleet::new("us-east-1");
    for number in 0..5 {
        fleet.auto_scaling_group(AutoScalingGroupSpec { name: format!("asg-{number}"), ..Default::default() });
    }
    let bench = Bench::start(fleet).await;
    let mut pages = bench.scaling.describe_auto_scaling_groups().max_records(2).into_paginator().send();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.unwrap().auto_scaling_groups().len());
    }
    assert_eq!(sizes, [2, 2, 1]);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn the_caller_is_known_by_its_access_key() {
    let bench = Bench::seeded().await;
    let caller = bench.sts.get_caller_identity().send().await.unwrap();
    assert_eq!(caller.account(), Some("123456789012"));
    assert_eq!(caller.arn(), Some("arn:aws:iam::123456789012:user/ANOTREAL"));
    assert_eq!(caller.user_id().map(str::len), Some(21));
    bench.simulator.shutdown().await;
}
