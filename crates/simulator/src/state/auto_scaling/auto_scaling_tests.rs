//! Standby, attachments and the life of groups.

use chrono::TimeDelta;

use super::*;
use crate::fleet::{
    AutoScalingGroupSpec, ClassicLoadBalancerSpec, Fleet, FleetError, InstanceSpec, InstanceState, ListenerUse,
    LoadBalancerSpec, TargetGroupSpec,
};
use crate::state::Moment;
use crate::wire::AwsError;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
}

fn moment(second: i64) -> Moment {
    Moment { now: at(second), stale: None }
}

fn one(id: &str) -> BTreeSet<String> {
    BTreeSet::from([id.to_owned()])
}

/// The group `asg` (1 to 3) of two instances, registered in the target group `web`, which drains for 300 s, and in the
/// Classic load balancer `old`, which does not drain.
fn world() -> (World, [String; 2]) {
    let mut fleet = Fleet::new("us-east-1");
    fleet.load_balancer(LoadBalancerSpec { name: "alb".to_owned(), ..LoadBalancerSpec::default() });
    fleet.target_group(TargetGroupSpec {
        name: "web".to_owned(),
        used_by: vec![ListenerUse::default_action("alb", 80)],
        ..TargetGroupSpec::default()
    });
    fleet.target_group(TargetGroupSpec { name: "spare".to_owned(), ..TargetGroupSpec::default() });
    fleet.classic_load_balancer(ClassicLoadBalancerSpec {
        name: "old".to_owned(),
        ..ClassicLoadBalancerSpec::default()
    });
    let instances = [(); 2].map(|()| fleet.instance(InstanceSpec::default()));
    fleet.auto_scaling_group(AutoScalingGroupSpec {
        name: "asg".to_owned(),
        min_size: 1,
        max_size: 3,
        instances: instances.to_vec(),
        target_groups: vec!["web".to_owned()],
        classic_load_balancers: vec!["old".to_owned()],
        ..AutoScalingGroupSpec::default()
    });
    (World::new(fleet, at(0)).unwrap(), instances)
}

/// The live targets of a group, and the instances of the Classic load balancer.
fn registered(world: &World, group: &str, second: i64) -> (Vec<String>, Vec<String>) {
    let members = world.target_groups[group].targets.members(at(second));
    let live = members.filter(|(_, found)| found.deregistered.is_none()).map(|(key, _)| key.id.clone());
    let mut live: Vec<String> = live.collect();
    live.sort();
    (live, world.classic["old"].live(at(second)).into_iter().collect())
}

fn lifecycle(world: &World, id: &str, second: i64) -> &'static str {
    world.auto_scaling["asg"].members[id].lifecycle(at(second)).as_str()
}

fn states(world: &World, second: i64) -> Vec<String> {
    let group = &world.auto_scaling["asg"];
    let name = |source: &TrafficSource| match source {
        TrafficSource::TargetGroup(arn) => arn.split('/').nth(1).unwrap().to_owned(),
        TrafficSource::Classic(name) => name.clone(),
    };
    world.attachment_states(group, at(second)).map(|(source, state)| format!("{} {state}", name(source))).collect()
}

fn group(name: &str) -> TrafficSource {
    TrafficSource::TargetGroup(ids::target_group_arn("us-east-1", name))
}

#[test]
fn an_instance_goes_on_standby_and_comes_back() {
    let (mut world, [first, second]) = world();
    let both = |mut ids: Vec<String>| {
        ids.sort();
        (ids.clone(), ids)
    };
    assert_eq!(registered(&world, "web", 0), both(vec![first.clone(), second.clone()]));
    assert_eq!(lifecycle(&world, &first, 0), "InService");

    let activities = world.enter_standby("asg", &one(&first), true, moment(100)).unwrap();
    let [activity] = &activities[..] else { panic!("one activity") };
    assert_eq!((&activity.instance, activity.capacity), (&first, Some((2, 1))));
    assert_eq!(registered(&world, "web", 100), both(vec![second.clone()]));
    for (time, expected) in [(100, "EnteringStandby"), (399, "EnteringStandby"), (400, "Standby")] {
        assert_eq!(lifecycle(&world, &first, time), expected, "after {time} s");
    }
    assert_eq!(world.auto_scaling["asg"].desired, 1);

    world.exit_standby("asg", &one(&first), moment(500)).unwrap();
    assert_eq!(registered(&world, "web", 500), both(vec![first.clone(), second]));
    for (time, expected) in [(500, "Pending"), (529, "Pending"), (530, "InService")] {
        assert_eq!(lifecycle(&world, &first, time), expected, "after {time} s");
    }
    assert_eq!(world.auto_scaling["asg"].desired, 2);
}

#[test]
fn a_group_that_does_not_shrink_launches_another_instance() {
    let (mut world, [first, second]) = world();
    let activities = world.enter_standby("asg", &one(&first), false, moment(0)).unwrap();
    assert_eq!(activities[0].capacity, None);
    let members = &world.auto_scaling["asg"].members;
    assert_eq!((members.len(), world.auto_scaling["asg"].desired), (3, 2));
    let new = members.keys().find(|id| ![&first, &second].contains(id)).unwrap().clone();
    assert_eq!((lifecycle(&world, &new, 29), lifecycle(&world, &new, 30)), ("Pending", "InService"));
    let instance = &world.instances[&new];
    // The other instance is in the zone a.
    assert_eq!((instance.availability_zone.as_str(), instance.launch_time), ("us-east-1b", at(0)));
    assert!(registered(&world, "web", 0).0.contains(&new) && registered(&world, "web", 0).1.contains(&new));
}

#[test]
fn the_whole_call_is_checked_first() {
    let (mut world, [first, second]) = world();
    let stranger = world.add_instance(InstanceSpec::default()).unwrap();
    let before = format!("{:?}", (&world.auto_scaling, &world.target_groups, &world.classic));
    let both = &one(&first) | &one(&second);
    let table = [
        (
            both,
            "AutoScalingGroup asg has min-size=1, max-size=3, and desired-size=2. To place into standby 2 instances, \
             please update the AutoScalingGroup sizes appropriately."
                .to_owned(),
        ),
        (&one(&first) | &one(&stranger), format!("The instance {stranger} is not part of Auto Scaling group asg.")),
    ];
    for (ids, sentence) in table {
        let refusal = world.enter_standby("asg", &ids, true, moment(0)).unwrap_err();
        assert_eq!(refusal.to_string(), sentence);
        assert_eq!(AwsError::from(refusal).code, "ValidationError");
    }
    let refusal = world.exit_standby("asg", &one(&first), moment(0)).unwrap_err();
    assert_eq!(refusal.to_string(), format!("The instance {first} is not in Standby."));
    assert_eq!(format!("{:?}", (&world.auto_scaling, &world.target_groups, &world.classic)), before);
    assert!(world.enter_standby("absent", &one(&first), true, moment(0)).is_err());

    world.enter_standby("asg", &one(&first), true, moment(0)).unwrap();
    let refusal = world.enter_standby("asg", &one(&first), true, moment(1)).unwrap_err();
    assert_eq!(refusal.to_string(), format!("The instance {first} is not in InService."));
    let early = world.exit_standby("asg", &one(&first), moment(299)).unwrap_err();
    assert_eq!(early.to_string(), format!("The instance {first} is not in Standby."));
}

#[test]
fn an_instance_comes_back_only_where_it_can_be_registered() {
    let (mut world, [first, _]) = world();
    world.enter_standby("asg", &one(&first), true, moment(0)).unwrap();
    world.set_instance_state(&first, InstanceState::Stopped).unwrap();
    assert_eq!(world.exit_standby("asg", &one(&first), moment(300)), Err(ScalingRefusal::NotRunning(first.clone())));
    world.set_instance_state(&first, InstanceState::Running).unwrap();
    world.delete_classic("old");
    let refusal = world.exit_standby("asg", &one(&first), moment(300)).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "There is no ACTIVE Load Balancer named 'old'. Updating load balancer configuration failed."
    );
    let live = world.target_groups["web"].targets.members(at(300)).count();
    assert_eq!((live, lifecycle(&world, &first, 300)), (1, "Standby"));
}

#[test]
fn a_group_grows_to_its_maximum_only() {
    let (mut world, [first, _]) = world();
    world.enter_standby("asg", &one(&first), false, moment(0)).unwrap();
    world.scaling_group_mut("asg").unwrap().desired = 3;
    let refusal = world.exit_standby("asg", &one(&first), moment(300)).unwrap_err();
    assert!(refusal.to_string().contains("To take out of standby 1 instance, please"), "{refusal}");
}

#[test]
fn load_balancers_are_attached_and_detached() {
    let (mut world, [first, second]) = world();
    assert_eq!(states(&world, 0), ["web InService", "old InService"]);
    world.enter_standby("asg", &one(&first), true, moment(0)).unwrap();
    world.attach("asg", vec![group("spare"), group("web")], moment(10)).unwrap();
    assert_eq!(registered(&world, "spare", 10).0, [&*second]);
    assert_eq!(states(&world, 39), ["spare Adding", "web InService", "old InService"]);
    assert_eq!(states(&world, 40), ["spare Added", "web InService", "old InService"]);

    world.detach("asg", vec![group("web"), TrafficSource::Classic("old".to_owned())], moment(100)).unwrap();
    assert_eq!(states(&world, 399), ["spare Added", "web Removing"]);
    assert_eq!(states(&world, 400), ["spare Added"]);
    assert_eq!(registered(&world, "web", 100), (vec![], vec![]));
    let again = world.detach("asg", vec![group("web")], moment(100));
    assert_eq!(again, Err(ScalingRefusal::TargetGroups));
    // What is attached again while it is removed registers the instances anew.
    world.attach("asg", vec![group("web")], moment(110)).unwrap();
    assert_eq!(registered(&world, "web", 110).0, [second]);
    let absent = world.attach("asg", vec![group("absent")], moment(0)).unwrap_err();
    let sentence = "Provided Target Groups may not be valid. Please ensure they exist and try again.";
    assert_eq!(absent.to_string(), sentence);
}

#[test]
fn with_elb_health_checks_what_is_attached_comes_into_service() {
    let (mut world, _) = world();
    world.scaling_group_mut("asg").unwrap().health_check_type = HealthCheckType::Elb;
    world.detach("asg", vec![group("web")], moment(0)).unwrap();
    world.attach("asg", vec![group("web")], moment(1000)).unwrap();
    let web = |second| states(&world, second).remove(0);
    assert_eq!([web(1029), web(1149), web(1150)], ["web Adding", "web Added", "web InService"]);
}

fn new_group(like: &str) -> NewGroup {
    NewGroup {
        name: "new".to_owned(),
        like: like.to_owned(),
        min: 1,
        max: 5,
        desired: 4,
        availability_zones: ["us-east-1a", "us-east-1b"].map(str::to_owned).into(),
        sources: vec![group("spare")],
        health_check_type: HealthCheckType::Ec2,
        grace_period: Duration::ZERO,
    }
}

#[test]
fn a_group_is_created_with_instances_like_one_and_deleted() {
    let (mut world, [first, _]) = world();
    world.create_scaling_group(new_group(&first), moment(0)).unwrap();
    let members: Vec<String> = world.auto_scaling["new"].members.keys().cloned().collect();
    let in_zone = |zone: &str| members.iter().filter(|id| world.instances[*id].availability_zone == zone).count();
    assert_eq!((in_zone("us-east-1a"), in_zone("us-east-1b")), (2, 2));
    assert_eq!(registered(&world, "spare", 0).0, members);

    assert_eq!(world.delete_scaling_group("new", false, moment(29)), Err(ScalingRefusal::ActivityInProgress));
    assert_eq!(world.delete_scaling_group("new", false, moment(30)), Err(ScalingRefusal::HasInstances));
    world.delete_scaling_group("new", true, moment(30)).unwrap();
    assert!(!world.auto_scaling.contains_key("new"));
    assert!(members.iter().all(|id| world.instances[id].state(at(0)) == InstanceState::Terminated));
    assert_eq!(registered(&world, "spare", 30).0, [""; 0]);
}

/// A change to a good group that makes it a bad one, and the code that AWS has for it.
type Break = (fn(&mut NewGroup), &'static str);

#[test]
fn a_group_that_aws_does_not_take_is_refused() {
    let table: [Break; 8] = [
        (|new| new.name = "asg".to_owned(), "AlreadyExists"),
        (|new| new.name = "a:b".to_owned(), "ValidationError"),
        (|new| new.name = "a b".to_owned(), "ValidationError"),
        (|new| new.like = "i-0ffffffffffffffff".to_owned(), "ValidationError"),
        (|new| new.min = 6, "ValidationError"),
        (|new| new.desired = 0, "ValidationError"),
        (|new| new.availability_zones = one("eu-west-1a"), "ValidationError"),
        (|new| new.sources.push(group("absent")), "ValidationError"),
    ];
    let (mut world, [first, _]) = world();
    for (index, (change, code)) in table.into_iter().enumerate() {
        let mut new = new_group(&first);
        change(&mut new);
        let refusal = world.create_scaling_group(new, moment(0)).unwrap_err();
        assert_eq!(AwsError::from(refusal).code, code, "change {index}");
    }
    assert_eq!((world.auto_scaling.len(), world.instances.len()), (1, 2));
}

#[test]
fn a_launch_that_fails_leaves_nothing() {
    let (mut world, [first, _]) = world();
    world.delete_classic("old");
    assert!(world.enter_standby("asg", &one(&first), false, moment(0)).is_err());
    assert_eq!((world.instances.len(), world.auto_scaling["asg"].members.len()), (2, 2));
    assert_eq!(lifecycle(&world, &first, 0), "InService");
}

#[test]
fn a_fleet_has_an_instance_in_one_group_only() {
    let (mut world, [first, _]) = world();
    let second = AutoScalingGroupSpec { instances: vec![first], ..AutoScalingGroupSpec::default() };
    let named = AutoScalingGroupSpec { name: "second".to_owned(), ..second.clone() };
    assert!(matches!(world.add_scaling_group(named, at(0)), Err(FleetError::AutoScalingGroupSetting { .. })));
    let same = AutoScalingGroupSpec { name: "asg".to_owned(), ..AutoScalingGroupSpec::default() };
    assert_eq!(world.add_scaling_group(same, at(0)), Err(FleetError::DuplicateAutoScalingGroup("asg".to_owned())));
    let absent = AutoScalingGroupSpec {
        name: "third".to_owned(),
        target_groups: vec!["absent".to_owned()],
        ..AutoScalingGroupSpec::default()
    };
    let unknown = FleetError::UnknownTargetGroup("absent".to_owned());
    assert_eq!(world.add_scaling_group(absent, at(0)), Err(unknown));
}

#[test]
fn ids_have_their_form() {
    let id = uuid("x");
    let lengths: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
    assert_ne!(id, uuid("y"));
}
