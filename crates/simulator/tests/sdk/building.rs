//! A fleet is built from nothing and torn down again.

use std::time::Duration;

use aws_sdk_ec2::types::{Filter, InstanceStateName, InstanceType};
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, LoadBalancerStateEnum, ProtocolEnum, RuleCondition, Tag, TargetGroupAttribute,
};
use elbm_simulator::Fleet;

use crate::bench::{Bench, refusal, target};

const IMAGE: &str = "ami-12345678";

/// A VPC with subnets in the zones a and b, and two running instances in the first.
async fn network(bench: &Bench) -> (String, Vec<String>, Vec<String>) {
    let vpc = bench.ec2.create_vpc().cidr_block("10.9.0.0/16").send().await.unwrap();
    let vpc = vpc.vpc().unwrap().vpc_id().unwrap().to_owned();
    let mut subnets = Vec::new();
    for (number, zone) in ["us-east-1a", "us-east-1b"].into_iter().enumerate() {
        let call = bench.ec2.create_subnet().vpc_id(&vpc).cidr_block(format!("10.9.{number}.0/24"));
        let made = call.availability_zone(zone).send().await.unwrap();
        let subnet = made.subnet().unwrap();
        assert_eq!((subnet.availability_zone(), subnet.available_ip_address_count()), (Some(zone), Some(251)));
        subnets.push(subnet.subnet_id().unwrap().to_owned());
    }
    let run = bench.ec2.run_instances().image_id(IMAGE).instance_type(InstanceType::T3Small);
    let launched = run.min_count(2).max_count(2).subnet_id(&subnets[0]).send().await.unwrap();
    let ids = launched.instances().iter().map(|found| found.instance_id().unwrap().to_owned()).collect();
    assert_eq!(launched.instances()[0].state().unwrap().name(), Some(&InstanceStateName::Pending));
    (vpc, subnets, ids)
}

fn forward(group: &str) -> Action {
    Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn(group).build()
}

#[tokio::test]
async fn a_fleet_is_built_and_torn_down() {
    let bench = Bench::start(Fleet::new("us-east-1")).await;
    let (vpc, subnets, ids) = network(&bench).await;
    let (elb, ec2) = (&bench.elb, &bench.ec2);

    let call = elb.create_load_balancer().name("web").set_subnets(Some(subnets.clone()));
    let made = call.tags(Tag::builder().key("env").value("lab").build()).send().await.unwrap();
    let [balancer] = made.load_balancers() else { panic!("one load balancer") };
    assert_eq!(balancer.state().unwrap().code(), Some(&LoadBalancerStateEnum::Provisioning));
    assert_eq!((balancer.vpc_id(), balancer.security_groups().len()), (Some(vpc.as_str()), 1));
    let served: Vec<_> = balancer.availability_zones().iter().map(|zone| zone.subnet_id().unwrap()).collect();
    assert_eq!(served, subnets);
    let balancer = balancer.load_balancer_arn().unwrap();

    let call = elb.create_target_group().name("blue").protocol(ProtocolEnum::Http).port(8080).vpc_id(&vpc);
    let made = call.health_check_path("/ping").send().await.unwrap();
    assert_eq!(made.target_groups()[0].health_check_path(), Some("/ping"));
    let group = made.target_groups()[0].target_group_arn().unwrap();
    let call = elb.create_listener().load_balancer_arn(balancer).protocol(ProtocolEnum::Http).port(80);
    let made = call.default_actions(forward(group)).send().await.unwrap();
    let listener = made.listeners()[0].listener_arn().unwrap();
    let path = RuleCondition::builder().field("path-pattern").values("/x/*").build();
    let call = elb.create_rule().listener_arn(listener).priority(7).conditions(path).actions(forward(group));
    let made = call.send().await.unwrap();
    let rule = made.rules()[0].rule_arn().unwrap();
    let rules = elb.describe_rules().listener_arn(listener).send().await.unwrap();
    let priorities: Vec<_> = rules.rules().iter().map(|rule| rule.priority().unwrap()).collect();
    assert_eq!(priorities, ["7", "default"]);

    // The instances are not running yet.
    let register = || elb.register_targets().target_group_arn(group).targets(target(&ids[0])).targets(target(&ids[1]));
    assert_eq!(refusal!(register()).0.as_deref(), Some("InvalidTarget"));
    bench.handle.advance(Duration::from_mins(3));
    register().send().await.unwrap();
    bench.handle.advance(Duration::from_mins(3));
    assert!(bench.shown(group).await.iter().all(|words| words.ends_with(":8080 healthy")));
    let active = elb.describe_load_balancers().names("web").send().await.unwrap();
    assert_eq!(active.load_balancers()[0].state().unwrap().code(), Some(&LoadBalancerStateEnum::Active));

    let owner = Filter::builder().name("attachment.instance-id").values(&ids[0]).build();
    let interfaces = ec2.describe_network_interfaces().filters(owner).send().await.unwrap();
    let [interface] = interfaces.network_interfaces() else { panic!("one interface") };
    assert_eq!(interface.attachment().unwrap().instance_id(), Some(ids[0].as_str()));
    assert!(interface.private_ip_address().unwrap().starts_with("10.9.0."));

    let delay = TargetGroupAttribute::builder().key("deregistration_delay.timeout_seconds").value("5").build();
    let modify = elb.modify_target_group_attributes().target_group_arn(group).attributes(delay.clone());
    assert!(modify.send().await.unwrap().attributes().contains(&delay));
    let tags = elb.describe_tags().resource_arns(balancer).send().await.unwrap();
    assert_eq!(tags.tag_descriptions()[0].tags()[0].value(), Some("lab"));

    let error = elb.delete_target_group().target_group_arn(group).send().await.unwrap_err().into_service_error();
    assert!(error.is_resource_in_use_exception());
    elb.delete_rule().rule_arn(rule).send().await.unwrap();
    elb.delete_listener().listener_arn(listener).send().await.unwrap();
    elb.delete_target_group().target_group_arn(group).send().await.unwrap();
    elb.delete_load_balancer().load_balancer_arn(balancer).send().await.unwrap();
    assert!(elb.describe_load_balancers().send().await.unwrap().load_balancers().is_empty());
    ec2.terminate_instances().set_instance_ids(Some(ids)).send().await.unwrap();
    for subnet in &subnets {
        ec2.delete_subnet().subnet_id(subnet).send().await.unwrap();
    }
    ec2.delete_vpc().vpc_id(&vpc).send().await.unwrap();
    let left = ec2.describe_vpcs().send().await.unwrap();
    assert!(left.vpcs().len() == 1 && left.vpcs()[0].is_default() == Some(true));
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn tags_of_instances_come_and_go() {
    let bench = Bench::start(Fleet::new("us-east-1")).await;
    let (_, _, ids) = network(&bench).await;
    let tag = aws_sdk_ec2::types::Tag::builder().key("elbm.drain.0").value("x").build();
    bench.ec2.create_tags().resources(&ids[0]).tags(tag.clone()).send().await.unwrap();
    let drained =
        || bench.ec2.describe_instances().filters(Filter::builder().name("tag-key").values("elbm.drain.0").build());
    let found = drained().send().await.unwrap();
    let [reservation] = found.reservations() else { panic!("one reservation") };
    let [instance] = reservation.instances() else { panic!("one instance") };
    assert_eq!((instance.instance_id(), instance.tags()), (Some(ids[0].as_str()), &[tag.clone()][..]));
    bench.ec2.delete_tags().resources(&ids[0]).tags(tag).send().await.unwrap();
    assert!(drained().send().await.unwrap().reservations().is_empty());
    bench.simulator.shutdown().await;
}
