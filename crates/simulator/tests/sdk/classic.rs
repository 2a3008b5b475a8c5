//! Classic load balancers.

use std::time::Duration;

use aws_sdk_elasticloadbalancing as classic;
use classic::error::ProvideErrorMetadata as _;
use classic::types::{
    ConnectionDraining, ConnectionSettings, CrossZoneLoadBalancing, HealthCheck, Instance, Listener,
    LoadBalancerAttributes, Tag, TagKeyOnly,
};
use elbm_simulator::{CheckFailure, ClassicLoadBalancerSpec, Elb, Elbv2, Fault, Fleet, InstanceSpec, Times};

use crate::bench::{Bench, LOOSE, refusal, refused, refused_with};

/// The seeded fleet, and the Classic load balancer `default-alb`, which drains for 300 s, without instances.
async fn bench() -> Bench {
    let mut fleet = Fleet::seeded();
    fleet.classic_load_balancer(ClassicLoadBalancerSpec {
        name: "default-alb".to_owned(),
        connection_draining: Some(Duration::from_mins(5)),
        ..ClassicLoadBalancerSpec::default()
    });
    Bench::start(fleet).await
}

fn instance(id: &str) -> Instance {
    Instance::builder().instance_id(id).build()
}

fn ids(instances: &[Instance]) -> Vec<&str> {
    instances.iter().filter_map(Instance::instance_id).collect()
}

/// `state reason description` of each instance.
async fn health(bench: &Bench) -> Vec<String> {
    let told = bench.classic.describe_instance_health().load_balancer_name("default-alb").send().await.unwrap();
    let words = |found: &classic::types::InstanceState| {
        let [id, state, reason, description] =
            [found.instance_id(), found.state(), found.reason_code(), found.description()].map(Option::unwrap);
        assert_eq!(id, LOOSE);
        format!("{state} {reason} {description}")
    };
    told.instance_states().iter().map(words).collect()
}

#[tokio::test]
async fn an_instance_comes_and_goes_by_the_clock() {
    let bench = bench().await;
    let register = bench.classic.register_instances_with_load_balancer().load_balancer_name("default-alb");
    let answer = register.instances(instance(LOOSE)).send().await.unwrap();
    assert_eq!(ids(answer.instances()), [LOOSE]);
    assert_eq!(health(&bench).await, ["OutOfService ELB Instance registration is still in progress."]);
    bench.handle.advance(Duration::from_mins(5));
    assert_eq!(health(&bench).await, ["InService N/A N/A"]);

    bench.handle.fail_checks(LOOSE, None, CheckFailure::Timeout).unwrap();
    bench.handle.advance(Duration::from_mins(1));
    assert!(health(&bench).await[0].starts_with("OutOfService Instance Instance has failed"));
    bench.handle.fail_checks(LOOSE, Some(80), CheckFailure::InternalError).unwrap();
    bench.handle.advance(Duration::from_mins(1));
    assert!(health(&bench).await[0].starts_with("Unknown ELB A transient error"));

    let deregister = bench.classic.deregister_instances_from_load_balancer().load_balancer_name("default-alb");
    let answer = deregister.instances(instance(LOOSE)).send().await.unwrap();
    assert_eq!(ids(answer.instances()), [""; 0]);
    assert_eq!(health(&bench).await, ["InService N/A Instance deregistration currently in progress."]);
    bench.handle.advance(Duration::from_mins(5));
    assert_eq!(health(&bench).await, [""; 0]);
    let named = bench.classic.describe_instance_health().load_balancer_name("default-alb").instances(instance(LOOSE));
    let named = named.send().await.unwrap();
    let gone = "Instance is not currently registered with the LoadBalancer.";
    assert_eq!(named.instance_states()[0].description(), Some(gone));
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn errors_are_those_of_aws() {
    let bench = bench().await;
    let unknown = "i-0ffffffffffffffff";
    let register = |name: &str, id: &str| {
        let register = bench.classic.register_instances_with_load_balancer().load_balancer_name(name);
        register.instances(instance(LOOSE)).instances(instance(id))
    };
    let sentence = format!("Could not find EC2 instance {unknown}.");
    assert_eq!(refusal!(register("default-alb", unknown)), refused("InvalidInstance", &sentence));
    let error = register("default-alb", unknown).send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_end_point_exception());
    assert_eq!(bench.handle.classic_membership("default-alb").unwrap(), [""; 0]);

    let missing = refused("LoadBalancerNotFound", "There is no ACTIVE Load Balancer named 'absent'");
    assert_eq!(refusal!(register("absent", LOOSE)), missing);
    let describe = bench.classic.describe_load_balancers();
    let error = describe.load_balancer_names("default-alb").load_balancer_names("absent").send().await;
    let error = error.unwrap_err().into_service_error();
    assert!(error.is_access_point_not_found_exception());
    assert_eq!(error.code(), Some("LoadBalancerNotFound"));
    let disable = bench.classic.disable_availability_zones_for_load_balancer().load_balancer_name("default-alb");
    let disable = disable.availability_zones("us-east-1a").availability_zones("us-east-1b");
    let sentence = "A load balancer has at least one Availability Zone";
    assert_eq!(refusal!(disable), refused_with("InvalidConfigurationRequest", sentence, 409));
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_load_balancer_is_created_described_and_deleted() {
    let bench = Bench::seeded().await;
    let listener = Listener::builder().protocol("TCP").load_balancer_port(443).instance_port(8443).build();
    let create = || {
        let create = bench.classic.create_load_balancer().load_balancer_name("old").availability_zones("us-east-1a");
        create.listeners(listener.as_ref().unwrap().clone()).scheme("internal")
    };
    let tag = Tag::builder().key("team").value("web").build().unwrap();
    let dns_name = create().tags(tag).send().await.unwrap().dns_name().unwrap().to_owned();
    assert!(dns_name.starts_with("internal-old-") && dns_name.ends_with(".us-east-1.elb.amazonaws.com"), "{dns_name}");
    let error = create().send().await.unwrap_err().into_service_error();
    assert!(error.is_duplicate_access_point_name_exception());

    let described = bench.classic.describe_load_balancers().send().await.unwrap();
    let [old] = described.load_balancer_descriptions() else { panic!("one load balancer") };
    assert_eq!((old.load_balancer_name(), old.dns_name()), (Some("old"), Some(&*dns_name)));
    assert_eq!((old.scheme(), old.availability_zones()), (Some("internal"), &["us-east-1a".to_owned()][..]));
    let found = old.listener_descriptions()[0].listener().unwrap();
    assert_eq!((found.protocol(), found.load_balancer_port()), ("TCP", 443));
    assert_eq!((found.instance_protocol(), found.instance_port()), (Some("TCP"), 8443));
    let check = old.health_check().unwrap();
    assert_eq!((check.target(), check.interval(), check.healthy_threshold()), ("TCP:8443", 30, 10));
    assert!(old.vpc_id().is_some() && old.created_time().is_some() && old.instances().is_empty());
    assert_eq!(old.subnets().len(), old.availability_zones().len());
    assert_eq!(old.security_groups().len(), 1);
    assert_eq!(old.source_security_group().and_then(|group| group.group_name()), Some("default"));

    bench.classic.delete_load_balancer().load_balancer_name("old").send().await.unwrap();
    bench.classic.delete_load_balancer().load_balancer_name("old").send().await.unwrap();
    let described = bench.classic.describe_load_balancers().send().await.unwrap();
    assert!(described.load_balancer_descriptions().is_empty());
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_name_is_taken_by_version() {
    let bench = bench().await;
    let classic = bench.classic.describe_load_balancers().load_balancer_names("default-alb").send().await.unwrap();
    let newer = bench.elb.describe_load_balancers().names("default-alb").send().await.unwrap();
    let classic = classic.load_balancer_descriptions()[0].dns_name().unwrap();
    assert_ne!(classic, newer.load_balancers()[0].dns_name().unwrap());
    assert_eq!(bench.handle.count(Elb::DescribeLoadBalancers), 1);
    assert_eq!(bench.handle.count(Elbv2::DescribeLoadBalancers), 1);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn pages_have_all_load_balancers() {
    let mut fleet = Fleet::new("us-east-1");
    for number in 0..5 {
        let name = format!("old-{number}");
        fleet.classic_load_balancer(ClassicLoadBalancerSpec { name, ..ClassicLoadBalancerSpec::default() });
    }
    let bench = Bench::start(fleet).await;
    let mut pages = bench.classic.describe_load_balancers().page_size(2).into_paginator().send();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.unwrap().load_balancer_descriptions().len());
    }
    assert_eq!(sizes, [2, 2, 1]);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn settings_are_changed_and_read() {
    let bench = bench().await;
    let check = HealthCheck::builder().target("HTTP:80/").interval(10).timeout(5);
    let check = check.healthy_threshold(2).unhealthy_threshold(3).build().unwrap();
    let configure =
        bench.classic.configure_health_check().load_balancer_name("default-alb").health_check(check.clone());
    assert_eq!(configure.send().await.unwrap().health_check(), Some(&check));
    let described = bench.classic.describe_load_balancers().send().await.unwrap();
    assert_eq!(described.load_balancer_descriptions()[0].health_check(), Some(&check));

    let attributes = LoadBalancerAttributes::builder()
        .connection_draining(ConnectionDraining::builder().enabled(true).timeout(60).build())
        .connection_settings(ConnectionSettings::builder().idle_timeout(30).build().unwrap())
        .cross_zone_load_balancing(CrossZoneLoadBalancing::builder().enabled(true).build())
        .build();
    let modify = bench.classic.modify_load_balancer_attributes().load_balancer_name("default-alb");
    modify.load_balancer_attributes(attributes).send().await.unwrap();
    let read =
        bench.classic.describe_load_balancer_attributes().load_balancer_name("default-alb").send().await.unwrap();
    let read = read.load_balancer_attributes().unwrap();
    let draining = read.connection_draining().unwrap();
    assert_eq!((draining.enabled(), draining.timeout()), (true, Some(60)));
    assert_eq!(read.connection_settings().unwrap().idle_timeout(), 30);
    assert!(read.cross_zone_load_balancing().unwrap().enabled() && !read.access_log().unwrap().enabled());
    assert_eq!(read.additional_attributes()[0].value(), Some("defensive"));

    let tag = Tag::builder().key("team").value("web").build().unwrap();
    bench.classic.add_tags().load_balancer_names("default-alb").tags(tag.clone()).send().await.unwrap();
    let tags = async || {
        let told = bench.classic.describe_tags().load_balancer_names("default-alb").send().await.unwrap();
        told.tag_descriptions()[0].tags().to_vec()
    };
    assert_eq!(tags().await, [tag]);
    let key = TagKeyOnly::builder().key("team").build();
    bench.classic.remove_tags().load_balancer_names("default-alb").tags(key).send().await.unwrap();
    assert_eq!(tags().await, []);

    let enable = bench.classic.enable_availability_zones_for_load_balancer().load_balancer_name("default-alb");
    let zones = enable.availability_zones("us-east-1c").send().await.unwrap();
    assert_eq!(zones.availability_zones(), ["us-east-1a", "us-east-1b", "us-east-1c"]);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn faults_befall_the_actions_of_one_version_only() {
    let bench = bench().await;
    bench.handle.inject(Elb::DescribeLoadBalancers, Times::All, Fault::Throttled);
    assert_eq!(refusal!(bench.classic.describe_load_balancers()), refused("Throttling", "Rate exceeded"));
    bench.elb.describe_load_balancers().send().await.unwrap();

    bench.handle.inject(Elb::RegisterInstancesWithLoadBalancer, Times::All, Fault::EffectLost);
    let register = bench.classic.register_instances_with_load_balancer().load_balancer_name("default-alb");
    let answer = register.instances(instance(LOOSE)).send().await.unwrap();
    assert_eq!(ids(answer.instances()), [LOOSE]);
    assert_eq!(health(&bench).await, [""; 0]);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn what_is_added_while_it_runs_is_there() {
    let bench = Bench::seeded().await;
    let id = bench.handle.add_instance(InstanceSpec::default()).unwrap();
    let spec = ClassicLoadBalancerSpec { name: "old".to_owned(), instances: vec![id.clone()], ..Default::default() };
    bench.handle.add_classic_load_balancer(spec.clone()).unwrap();
    assert_eq!(bench.handle.classic_membership("old").unwrap(), [&*id]);
    assert!(bench.handle.add_classic_load_balancer(spec).is_err());
    let told = bench.classic.describe_instance_health().load_balancer_name("old").send().await.unwrap();
    assert_eq!(told.instance_states()[0].state(), Some("InService"));
    bench.handle.terminate(&id).unwrap();
    let told = bench.classic.describe_instance_health().load_balancer_name("old").send().await.unwrap();
    assert!(told.instance_states().is_empty());
    bench.simulator.shutdown().await;
}
