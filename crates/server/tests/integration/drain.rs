//! A machine is taken out of everything, and what that may not do.

use std::collections::BTreeMap;
use std::time::Duration;

use elbm_simulator::{Ec2, Elb, Elbv2, TargetGroupSpec};
use reqwest::Method;
use serde_json::json;

use crate::backend::World;
use crate::context::TestContext;
use crate::kinds::four_kinds;
use crate::maintenance::{everywhere, memberships, people, post, post_as, registrations, set_tags, tags};

#[tokio::test]
async fn a_drain_takes_a_machine_out_of_everything_and_a_restore_puts_it_back() {
    let context = everywhere().await;
    let (simulator, machine) = (context.aws.simulator().clone(), context.aws.machine(0).to_owned());
    let before = memberships(&simulator);
    let drained = post(&context, &machine, "drain").await;
    assert_eq!((drained.status, &drained.body["changed"]), (200, &json!(true)), "{drained:?}");
    assert!(registrations(&drained).iter().all(|(.., state)| state == "draining"), "{drained:?}");
    let remembered = &drained.body["drained"];
    assert_eq!((&remembered["by"], &remembered["reason"]), (&json!("anonymous"), &json!("kernel update")));
    assert_eq!(remembered["from"].as_array().map(Vec::len), Some(7), "{drained:?}");
    let left = memberships(&simulator);
    assert!(!left.iter().any(|(_, id, _)| *id == machine), "{left:?}");
    assert_eq!(left.len(), before.len() - 7, "the address too, and nobody else");
    assert!(tags(&context, &machine).await.contains_key("elbm.drain.0"));

    // Nothing is left of the registrations but the memory.
    simulator.advance(Duration::from_hours(1));
    let shown = context.get(&format!("/instances/{machine}")).await;
    assert_eq!((registrations(&shown).len(), &shown.body["drained"]), (0, remembered));

    let restored = post(&context, &machine, "restore").await;
    assert_eq!((restored.status, &restored.body["changed"]), (200, &json!(true)), "{restored:?}");
    assert_eq!((registrations(&restored).len(), restored.body.get("drained")), (7, None), "{restored:?}");
    assert_eq!(memberships(&simulator), before);
    assert_eq!(tags(&context, &machine).await, BTreeMap::new());
    post(&context, &machine, "restore").await.refused(409, "NotDrained");
    context.stop().await;
}

#[tokio::test]
async fn a_second_drain_adds_what_came_since_and_keeps_who_was_first() {
    let context = everywhere().await;
    let (simulator, machine) = (context.aws.simulator().clone(), context.aws.machine(0).to_owned());
    let first = post(&context, &machine, "drain").await;
    let again = post(&context, &machine, "drain").await;
    assert_eq!((again.status, &again.body["changed"]), (200, &json!(false)), "{again:?}");
    assert_eq!(again.body["drained"], first.body["drained"]);

    let late = TargetGroupSpec { name: "late".to_owned(), ..TargetGroupSpec::default() };
    simulator.add_target_group(late).expect("it fits");
    simulator.register("late", &machine, None).expect("it fits");
    let path = format!("/instances/{machine}/drain");
    let second = context.send(Method::POST, &path, |request| request.header("x-reason", "more")).await;
    assert_eq!((second.status, &second.body["changed"]), (200, &json!(true)), "{second:?}");
    let (was, is) = (&first.body["drained"], &second.body["drained"]);
    assert_eq!((&is["since"], &is["by"], &is["reason"]), (&was["since"], &was["by"], &was["reason"]));
    assert_eq!(is["from"].as_array().map(Vec::len), Some(8), "{second:?}");
    simulator.advance(Duration::from_hours(1));
    let restored = post(&context, &machine, "restore").await;
    assert_eq!(registrations(&restored).len(), 8, "{restored:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_machine_that_is_nowhere_is_left_as_it_is() {
    let context = four_kinds(&[]).await;
    let machine = context.aws.machine(2).to_owned();
    let drained = post(&context, &machine, "drain").await;
    assert_eq!(
        (drained.status, &drained.body["changed"], &drained.body["settled"]),
        (200, &json!(false), &json!(true))
    );
    assert_eq!(context.aws.simulator().count(Ec2::CreateTags), 0);
    post(&context, "i-0123456789abcdef0", "drain").await.refused(404, "InstanceNotFound");
    post(&context, "i-0123456789abcdef0", "restore").await.refused(404, "InstanceNotFound");
    let forgotten = context.aws.machine(0).to_owned();
    context.aws.simulator().forget(&forgotten).expect("it is there");
    let sentence = post(&context, &forgotten, "drain").await.refused(400, "InvalidTarget");
    assert!(sentence.contains("does not know"), "{sentence}");
    context.stop().await;
}

#[tokio::test]
async fn what_drains_already_is_not_remembered() {
    let context = everywhere().await;
    let machine = context.aws.machine(0).to_owned();
    let detached = context.detach("alb?targetGroup=alb-tg&port=8080", &machine).await;
    assert_eq!(detached.status, 201, "{detached:?}");
    let drained = post(&context, &machine, "drain").await;
    let from = drained.body["drained"]["from"].as_array().expect("places");
    assert!(from.len() == 6 && !from.iter().any(|one| one["port"] == 8080), "{drained:?}");
    let ports: Vec<_> = registrations(&drained).into_iter().map(|(_, group, port, _)| (group, port)).collect();
    assert!(ports.contains(&("alb-tg".to_owned(), 8080)), "it is shown all the same: {drained:?}");
    context.stop().await;
}

#[tokio::test]
async fn the_guard_of_every_group_is_asked_before_anything_is_written() {
    let context = everywhere().await;
    let (simulator, machine) = (context.aws.simulator(), context.aws.machine(0).to_owned());
    let before = memberships(simulator);
    assert_eq!(context.detach("nlb", context.aws.machine(1)).await.status, 201);
    simulator.reset_calls();
    let sentence = post(&context, &machine, "drain").await.refused(409, "WouldBreachMinimumHealthy");
    assert!(sentence.contains("'nlb-tg'"), "{sentence}");
    for action in [Elbv2::DeregisterTargets, Elbv2::RegisterTargets] {
        assert_eq!(simulator.count(action), 0);
    }
    assert_eq!((simulator.count(Ec2::CreateTags), simulator.count(Elb::DeregisterInstancesFromLoadBalancer)), (0, 0));
    assert_eq!(memberships(simulator).len(), before.len() - 1);

    let path = format!("/instances/{machine}/drain?force=true");
    let without = context.send(Method::POST, &path, |request| request).await;
    assert!(without.refused(400, "ValidationError").contains("X-Reason"));
    let forced = post(&context, &machine, "drain?force=true").await;
    assert_eq!((forced.status, &forced.body["changed"]), (200, &json!(true)), "{forced:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_machine_without_room_for_tags_is_left_where_it_is() {
    let context = everywhere().await;
    let (simulator, machine) = (context.aws.simulator(), context.aws.machine(0).to_owned());
    let own: BTreeMap<_, _> = (0..49).map(|number| (format!("own{number}"), String::new())).collect();
    set_tags(&context, &machine, &own).await;
    let before = memberships(simulator);
    let sentence = post(&context, &machine, "drain").await.refused(409, "TagQuota");
    assert!(sentence.contains("room for 1"), "{sentence}");
    assert_eq!((memberships(simulator), tags(&context, &machine).await), (before, own));
    context.stop().await;
}

#[tokio::test]
async fn an_answer_is_held_until_the_machine_is_gone_or_back_or_the_time_is_up() {
    let context = everywhere().await;
    let (simulator, machine) = (context.aws.simulator().clone(), context.aws.machine(0).to_owned());
    let early = post(&context, &machine, "drain?wait=1").await;
    assert_eq!((early.status, &early.body["settled"]), (202, &json!(false)), "{early:?}");

    let time = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            simulator.advance(Duration::from_mins(10));
        }
    });
    let gone = post(&context, &machine, "drain?wait=50").await;
    assert_eq!((gone.status, &gone.body["settled"], registrations(&gone).len()), (200, &json!(true), 0), "{gone:?}");
    let back = post(&context, &machine, "restore").await;
    assert_eq!(back.status, 200, "{back:?}");
    let drained = post(&context, &machine, "drain?wait=50").await;
    assert_eq!((drained.status, &drained.body["connectionsMayRemain"]), (200, &json!(true)), "{drained:?}");
    time.abort();
    let early = post(&context, &machine, "restore?wait=1").await;
    assert_eq!((early.status, &early.body["settled"]), (202, &json!(false)), "{early:?}");
    context.stop().await;
}

#[tokio::test]
async fn only_who_may_change_every_place_takes_a_machine_out_of_it() {
    let (_folder, options) = people();
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    let context = four_kinds(&options).await;
    let (simulator, machine) = (context.aws.simulator(), context.aws.machine(0).to_owned());
    for what in ["drain", "restore"] {
        let sentence = post_as(&context, "vic", &machine, what).await.refused(403, "Forbidden");
        assert!(sentence.contains("viewer"), "{sentence}");
    }
    let sentence = post_as(&context, "alb", &machine, "drain").await.refused(403, "Forbidden");
    assert!(!sentence.contains("nlb"), "{sentence}");
    assert_eq!(simulator.count(Ec2::CreateTags), 0);

    // A machine that is behind 'alb' alone is theirs, but not once it is in a group that nobody uses.
    let own = context.aws.machine(2).to_owned();
    simulator.register("alb-tg", &own, None).expect("it fits");
    let drained = post_as(&context, "alb", &own, "drain").await;
    assert_eq!((drained.status, &drained.body["drained"]["by"]), (200, &json!("alb")), "{drained:?}");
    assert_eq!(post_as(&context, "alb", &own, "restore").await.status, 200);
    let spare = TargetGroupSpec { name: "spare".to_owned(), ..TargetGroupSpec::default() };
    simulator.add_target_group(spare).expect("it fits");
    simulator.register("spare", &own, None).expect("it fits");
    post_as(&context, "alb", &own, "drain").await.refused(403, "Forbidden");
    assert_eq!(post_as(&context, "ann", &own, "drain").await.status, 200);
    post_as(&context, "alb", &own, "restore").await.refused(403, "Forbidden");
    assert_eq!(post_as(&context, "ann", &own, "restore").await.status, 200);
    context.stop().await;
}

#[tokio::test]
async fn drains_of_one_machine_side_by_side_are_one() {
    let context = TestContext::start(World::simple(3)).await;
    let machine = context.aws.machine(0).to_owned();
    let answers = futures_util::future::join_all((0..8).map(|_| post(&context, &machine, "drain"))).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let changed = answers.iter().filter(|answer| answer.body["changed"] == true).count();
    assert_eq!((changed, context.aws.simulator().count(Ec2::CreateTags)), (1, 1));
    context.stop().await;
}
