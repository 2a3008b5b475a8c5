//! `DescribeInstances`.

use aws_sdk_ec2::types::{Filter, Instance, InstanceStateName, Reservation};
use elbm_simulator::{Fleet, InstanceSpec};

use crate::bench::{Bench, LOOSE, refusal, refused};

fn filter(name: &str, values: &[&str]) -> Filter {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    Filter::builder().name(name).set_values(Some(values)).build()
}

fn instances(answer: &aws_sdk_ec2::operation::describe_instances::DescribeInstancesOutput) -> Vec<&Instance> {
    answer.reservations().iter().flat_map(Reservation::instances).collect()
}

#[tokio::test]
async fn an_instance_is_described() {
    let bench = Bench::seeded().await;
    let answer = bench.ec2.describe_instances().instance_ids(LOOSE).send().await.unwrap();
    let [loose] = instances(&answer)[..] else { panic!("one instance") };
    assert_eq!(loose.instance_id(), Some(LOOSE));
    assert_eq!(loose.instance_type().unwrap().as_str(), "t3.micro");
    assert_eq!(loose.launch_time().unwrap().to_string(), "2016-08-29T09:12:33.001Z");
    assert_eq!(loose.state().unwrap().name(), Some(&InstanceStateName::Running));
    assert_eq!(loose.state().unwrap().code(), Some(16));
    assert_eq!(loose.placement().unwrap().availability_zone(), Some("us-east-1a"));
    assert!(loose.private_ip_address().is_some() && loose.vpc_id().is_some());
    assert!(loose.tags().is_empty());

    let member = bench.handle.membership("default-tg").unwrap().remove(0).id;
    let answer = bench.ec2.describe_instances().instance_ids(member).send().await.unwrap();
    let [tag] = instances(&answer)[0].tags() else { panic!("one tag") };
    assert_eq!(tag.key(), Some("Name"));
    assert!(tag.value().unwrap().starts_with("web-"));
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn one_bad_id_fails_the_whole_call() {
    let bench = Bench::seeded().await;
    let with = |id: &str| bench.ec2.describe_instances().instance_ids(LOOSE).instance_ids(id);
    let unknown = "i-0ffffffffffffffff";
    let message = format!("The instance ID '{unknown}' does not exist");
    assert_eq!(refusal!(with(unknown)), refused("InvalidInstanceID.NotFound", &message));
    assert_eq!(refusal!(with("web")), refused("InvalidInstanceID.Malformed", "Invalid id: \"web\""));
    bench.handle.forget(LOOSE).unwrap();
    let gone = bench.ec2.describe_instances().instance_ids(LOOSE);
    assert_eq!(refusal!(gone).0.as_deref(), Some("InvalidInstanceID.NotFound"));
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn filters_choose() {
    let bench = Bench::seeded().await;
    let member = bench.handle.membership("default-tg").unwrap().remove(0).id;
    bench.handle.stop(LOOSE).unwrap();
    let foreign = InstanceSpec { vpc: "vpc-0f0f0f0f0f0f0f0f0".to_owned(), ..InstanceSpec::default() };
    let foreign = bench.handle.add_instance(foreign).unwrap();
    let ids = async |filters: Vec<Filter>| {
        let answer = bench.ec2.describe_instances().set_filters(Some(filters)).send().await.unwrap();
        instances(&answer).iter().map(|found| found.instance_id().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(vec![]).await.len(), 5);
    // An unknown id is no error in a filter.
    let by_id = filter("instance-id", &[LOOSE, "i-0ffffffffffffffff"]);
    assert_eq!(ids(vec![by_id.clone()]).await, [LOOSE]);
    assert_eq!(ids(vec![filter("vpc-id", &["vpc-0f0f0f0f0f0f0f0f0"])]).await, [foreign.as_str()]);
    assert_eq!(ids(vec![filter("instance-state-name", &["stopped", "terminated"])]).await, [LOOSE]);
    assert_eq!(ids(vec![by_id, filter("instance-state-name", &["running"])]).await, [""; 0]);

    bench.handle.terminate(&foreign).unwrap();
    let answer = bench.ec2.describe_instances().instance_ids(&foreign).send().await.unwrap();
    let found = instances(&answer)[0];
    assert_eq!((found.vpc_id(), found.private_ip_address()), (None, None));

    let refused_filter = |filter: Filter| bench.ec2.describe_instances().filters(filter);
    let many: Vec<&str> = std::iter::repeat_n(member.as_str(), 201).collect();
    let (at_the_limit, too_many) = (filter("instance-id", &many[1..]), filter("instance-id", &many));
    assert_eq!(ids(vec![at_the_limit]).await, [member.as_str()]);
    assert_eq!(refusal!(refused_filter(too_many)).0.as_deref(), Some("FilterLimitExceeded"));
    for (name, value) in [("colour", "red"), ("instance-id", "i-*")] {
        let call = refused_filter(filter(name, &[value]));
        assert_eq!(refusal!(call).0.as_deref(), Some("InvalidParameterValue"), "{name}");
    }
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn pages_make_the_whole() {
    let mut fleet = Fleet::new("us-east-1");
    let mut expected: Vec<_> = (0..12).map(|_| fleet.instance(InstanceSpec::default())).collect();
    expected.sort();
    let bench = Bench::start(fleet).await;
    let pages: Vec<_> = bench.ec2.describe_instances().max_results(5).into_paginator().send().collect().await;
    let pages: Vec<_> = pages.into_iter().map(Result::unwrap).collect();
    assert_eq!(pages.iter().map(|page| instances(page).len()).collect::<Vec<_>>(), [5, 5, 2]);
    let found: Vec<_> = pages.iter().flat_map(instances).map(|found| found.instance_id().unwrap()).collect();
    assert_eq!(found, expected);

    let token = pages[0].next_token().unwrap();
    let foreign = bench.ec2.describe_instances().filters(filter("vpc-id", &["vpc-1"])).next_token(token);
    assert_eq!(refusal!(foreign), refused("InvalidParameterValue", "Unable to parse pagination token"));
    for size in [4, 1001] {
        let call = bench.ec2.describe_instances().max_results(size);
        assert_eq!(refusal!(call).0.as_deref(), Some("InvalidParameterValue"), "{size}");
    }
    let both = bench.ec2.describe_instances().max_results(5).instance_ids(&expected[0]);
    assert_eq!(refusal!(both).0.as_deref(), Some("InvalidParameterCombination"));
    bench.simulator.shutdown().await;
}
