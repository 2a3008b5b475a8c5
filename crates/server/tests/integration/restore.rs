//! A machine is put back, or it is said why not; and who is out for maintenance.

use std::collections::BTreeMap;
use std::time::Duration;

use elbm_simulator::{Ec2, Elbv2};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::context::Answer;
use crate::kinds::four_kinds;
use crate::maintenance::{
    delete_group, delete_tag, everywhere, get_as, memberships, people, post, post_as, registrations, set_tags, tags,
};

/// Longer than anything here drains.
const DRAINED: Duration = Duration::from_mins(10);

#[tokio::test]
async fn without_a_memory_there_is_nothing_to_restore() {
    let context = four_kinds(&[]).await;
    let sentence = post(&context, context.aws.machine(0), "restore").await.refused(409, "NotDrained");
    assert!(sentence.contains("was not drained"), "{sentence}");
    assert_eq!(context.aws.simulator().count(Elbv2::RegisterTargets), 0);
    context.stop().await;
}

#[tokio::test]
async fn what_is_not_the_memory_of_this_machine_is_refused() {
    let context = everywhere().await;
    let (simulator, machine) = (context.aws.simulator(), context.aws.machine(0).to_owned());
    let other = context.aws.machine(2).to_owned();
    assert_eq!(post(&context, &machine, "drain").await.status, 200);
    let before = memberships(simulator);
    let good = tags(&context, &machine).await;

    set_tags(&context, &other, &good).await;
    for what in ["restore", "drain"] {
        let sentence = post(&context, &other, what).await.refused(409, "DrainMemoryInvalid");
        assert!(sentence.contains(&format!("that of {machine}")), "{sentence}");
    }

    let mut forged = good.clone();
    let value = forged.get_mut("elbm.drain.0").expect("a memory");
    *value = value.replace("@80", "@22");
    set_tags(&context, &machine, &forged).await;
    let sentence = post(&context, &machine, "restore").await.refused(409, "DrainMemoryInvalid");
    assert!(sentence.contains("checksum") && sentence.contains("elbm.drain."), "{sentence}");
    let shown = context.get(&format!("/instances/{machine}")).await;
    assert_eq!(shown.body.get("drained"), None);
    assert!(shown.body["warnings"][0].as_str().is_some_and(|warning| warning.contains("checksum")), "{shown:?}");

    // Whoever forges the checksum too still brings nobody else's address in.
    let arn = good["elbm.drain.0"].split("t@").find(|part| part.starts_with("ips-tg")).expect("the group").to_owned();
    let group = arn.split('@').next().expect("its name and id");
    let text = format!("1+{other}+2026-01-15T08:00:00Z+eve+++t@{group}@81@10.0.9.9+");
    let checksum = hex::encode(&Sha256::digest(&text)[..8]);
    let memory = BTreeMap::from([("elbm.drain.0".to_owned(), format!("{text}{checksum}"))]);
    let surplus: Vec<_> = good.keys().filter(|key| *key != "elbm.drain.0").collect();
    for key in surplus {
        delete_tag(&context, &other, key).await;
    }
    set_tags(&context, &other, &memory).await;
    let sentence = post(&context, &other, "restore").await.refused(409, "DrainMemoryInvalid");
    assert!(sentence.contains("10.0.9.9"), "{sentence}");
    assert_eq!(memberships(simulator), before);

    set_tags(&context, &machine, &good).await;
    simulator.advance(DRAINED);
    assert_eq!(post(&context, &machine, "restore").await.status, 200);
    context.stop().await;
}

#[tokio::test]
async fn a_restore_is_whole_or_says_what_it_leaves_out() {
    let context = everywhere().await;
    let (simulator, machine) = (context.aws.simulator(), context.aws.machine(0).to_owned());
    let whole = memberships(simulator);
    assert_eq!(post(&context, &machine, "drain").await.status, 200);
    simulator.advance(DRAINED);
    delete_group(&context, "spare").await;
    let before = memberships(simulator);
    let sentence = post(&context, &machine, "restore").await.refused(409, "TargetGroupNotFound");
    assert!(sentence.contains("'spare'") && sentence.contains("skipGone=true"), "{sentence}");
    assert_eq!(memberships(simulator), before);
    let restored = post(&context, &machine, "restore?skipGone=true").await;
    assert_eq!((restored.status, registrations(&restored).len()), (200, 6), "{restored:?}");
    assert_eq!(restored.body["warnings"], json!(["'spare' is not there any more, and was forgotten"]));
    let left: Vec<_> = whole.into_iter().filter(|(group, ..)| group != "spare").collect();
    assert_eq!((memberships(simulator), tags(&context, &machine).await), (left, BTreeMap::new()));
    context.stop().await;
}

#[tokio::test]
async fn what_is_registered_already_stays_as_it_is() {
    let context = everywhere().await;
    let (simulator, machine) = (context.aws.simulator(), context.aws.machine(0).to_owned());
    let before = memberships(simulator);
    assert_eq!(post(&context, &machine, "drain").await.status, 200);
    simulator.advance(DRAINED);
    for (group, port) in [("alb-tg", Some(80)), ("alb-tg", Some(8080))] {
        simulator.register(group, &machine, port).expect("it fits");
    }
    simulator.reset_calls();
    let restored = post(&context, &machine, "restore").await;
    assert_eq!((restored.status, memberships(simulator)), (200, before), "{restored:?}");
    assert_eq!(simulator.count(Elbv2::RegisterTargets), 4, "ips-tg, nlb-tg, gwlb-tg and spare");
    context.stop().await;
}

#[tokio::test]
async fn what_cannot_be_registered_yet_is_not_restored_by_halves() {
    let context = everywhere().await;
    let (simulator, machine) = (context.aws.simulator(), context.aws.machine(0).to_owned());
    assert_eq!(post(&context, &machine, "drain").await.status, 200);
    let before = memberships(simulator);
    let sentence = post(&context, &machine, "restore").await.refused(409, "Draining");
    assert!(sentence.contains("'ips-tg'"), "{sentence}");
    simulator.advance(DRAINED);
    simulator.stop(&machine).expect("it is there");
    let sentence = post(&context, &machine, "restore").await.refused(400, "InvalidTarget");
    assert!(sentence.contains("is stopped"), "{sentence}");
    assert_eq!((memberships(simulator), simulator.count(Elbv2::RegisterTargets)), (before, 0));
    simulator.start(&machine).expect("it is stopped");
    simulator.advance(DRAINED);
    assert_eq!(post(&context, &machine, "restore").await.status, 200);
    context.stop().await;
}

#[tokio::test]
async fn a_terminated_machine_is_not_restored() {
    let context = four_kinds(&[]).await;
    let machine = context.aws.machine(0).to_owned();
    assert_eq!(post(&context, &machine, "drain").await.status, 200);
    context.aws.simulator().terminate(&machine).expect("it is there");
    post(&context, &machine, "restore").await.refused(400, "InvalidTarget");
    context.stop().await;
}

fn listed(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body.as_array().expect("machines").iter().map(|one| one["instanceId"].as_str().expect("an id")).collect()
}

#[tokio::test]
async fn who_is_out_for_maintenance_is_listed_for_those_who_may_know() {
    let (_folder, options) = people();
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    let context = four_kinds(&options).await;
    let path = "/instances?drained=true";
    assert_eq!(listed(&get_as(&context, "vic", path).await), [""; 0]);
    let (first, own) = (context.aws.machine(0).to_owned(), context.aws.machine(2).to_owned());
    context.aws.simulator().register("alb-tg", &own, None).expect("it fits");
    assert_eq!(post_as(&context, "ann", &first, "drain").await.status, 200);
    assert_eq!(post_as(&context, "alb", &own, "drain").await.status, 200);

    let mut both = [first.as_str(), own.as_str()];
    both.sort_unstable();
    let all = get_as(&context, "vic", path).await;
    assert_eq!(listed(&all), both);
    let of = |answer: &Answer, id: &str| {
        let machines = answer.body.as_array().expect("machines");
        machines.iter().find(|one| one["instanceId"] == id).expect("it is listed").clone()
    };
    let told = of(&all, &first);
    assert_eq!((&told["drained"]["by"], told["drained"]["from"].as_array().map(Vec::len)), (&json!("ann"), Some(4)));
    assert_eq!(told["instanceState"], "running");
    let places: Vec<_> =
        told["drained"]["from"].as_array().expect("some").iter().map(|one| &one["loadBalancer"]).collect();
    assert_eq!(places, ["alb", "gwlb", "nlb", "clb"]);

    // One of two load balancers is theirs: the machine is shown, the other load balancer is not.
    let some = get_as(&context, "alb", path).await;
    assert_eq!(listed(&some), both);
    let told = of(&some, &first);
    let from = told["drained"]["from"].as_array().expect("some");
    assert_eq!((from.len(), &from[0]["loadBalancer"]), (1, &json!("alb")), "{told}");

    // A memory that cannot be trusted does not keep the others from being listed.
    set_tags(&context, &first, &BTreeMap::from([("elbm.drain.0".to_owned(), "1".to_owned())])).await;
    let all = get_as(&context, "vic", path).await;
    let told = of(&all, &first);
    assert_eq!(
        (listed(&all), told.get("drained"), told["warnings"].as_array().map(Vec::len)),
        (both.to_vec(), None, Some(1))
    );
    assert_eq!(listed(&get_as(&context, "alb", path).await), [own.as_str()]);
    context.stop().await;
}

#[tokio::test]
async fn there_is_no_list_of_all_machines() {
    let context = four_kinds(&[]).await;
    for query in ["", "?drained=false", "?drained=1", "?drained=true&drained=true"] {
        context.get(&format!("/instances{query}")).await.refused(400, "ValidationError");
    }
    assert_eq!(context.aws.simulator().count(Ec2::DescribeInstances), 0);
    context.stop().await;
}
