//! The service is ended as by `kill -9`, at many moments of a change, and started again.

use std::collections::BTreeSet;
use std::time::Duration;

use elbm_simulator::{Action, Calls, Ec2, Elb, Elbv2, Handle, Latency};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::backend::World;
use crate::context::{Caller, TestContext};
use crate::maintenance::{everywhere, memberships, memberships_of, post, tags};
use crate::rounds::clients::SETTLED;
use crate::rounds::seen::Seen;

/// How many machines there are: half of them are attached. One of those stays.
const MACHINES: usize = 60;

/// AWS takes its time, so that there are moments.
const LATENCY: Duration = Duration::from_millis(20);

/// So many calls of an action have begun.
type Moment = (Action, usize);

pub(super) async fn in_a_batch() -> Seen {
    let mut seen = Seen::default();
    let write = [Elbv2::RegisterTargets, Elbv2::DeregisterTargets].map(Action::from);
    let read = Action::from(Elbv2::DescribeTargetHealth);
    let moments = [(write[0], 1), (write[1], 1), (read, 1), (read, 2), (read, 3), (write[0], 2), (write[1], 2)];
    for moment in moments {
        let mut context =
            TestContext::start_with(World::partly(MACHINES, MACHINES / 2), &["--minimum-healthy", "0"]).await;
        let simulator = context.aws.simulator().clone();
        simulator.set_latency(Calls::All, Some(Latency::fixed(LATENCY).expect("a latency")));
        let machines: Vec<_> = (0..MACHINES).map(|number| context.aws.machine(number).to_owned()).collect();
        let (old, others) = machines.split_at(MACHINES / 2);
        let detach = old[1..].iter().map(|id| json!({"action": "detach", "instanceId": id}));
        let attach = others.iter().map(|id| json!({"action": "attach", "instanceId": id}));
        // Half of the changes come as one set, the others alone, all at once.
        let items: Vec<Value> = detach.chain(attach).collect();
        let (set, alone): (Vec<_>, Vec<_>) = items.iter().cloned().enumerate().partition(|(number, _)| number % 2 == 0);
        let set = json!({"items": set.into_iter().map(|(_, item)| item).collect::<Vec<_>>()});
        let caller = context.caller().clone();
        let asked = tokio::spawn(async move {
            let alone = join_all(alone.iter().map(|(_, item)| change(&caller, item)));
            let set = caller.try_send(Method::POST, "/elb/web/changes", |request| request.json(&set));
            let (set, alone) = tokio::join!(set, alone);
            alone.into_iter().chain([set]).collect::<Vec<_>>()
        });
        has_come(&simulator, moment, || asked.is_finished()).await;
        context.kill_and_start_again().await;
        for ended in asked.await.expect("it ends") {
            match ended {
                Ok(answer) => seen.note(&answer),
                Err(_) => seen.note_as("cut off"),
            }
        }

        // Whoever is there is one of ours, on the port of the group, once; who stays is there.
        let is: BTreeSet<_> = memberships_of(&simulator, &["web-tg"]).into_iter().collect();
        let whole = |id: &String| ("web-tg".to_owned(), id.clone(), Some(80));
        assert!(is.iter().all(|one| machines.iter().any(|id| whole(id) == *one)), "{moment:?}: {is:?}");
        assert!(is.contains(&whole(&old[0])), "{moment:?}: {is:?}");

        let again = json!({"items": items});
        let again = context.send(Method::POST, "/elb/web/changes", |request| request.json(&again)).await;
        assert_eq!(again.status, 200, "{moment:?}: {again:?}");
        seen.note(&again);
        let is: BTreeSet<_> = memberships_of(&simulator, &["web-tg"]).into_iter().collect();
        assert_eq!(is, others.iter().chain([&old[0]]).map(whole).collect(), "{moment:?}");
        context.stop().await;
    }
    seen.tell(format!("killed at {} moments", moments.len()));
    seen
}

async fn change(caller: &Caller, item: &Value) -> Result<crate::context::Answer, reqwest::Error> {
    let method = if item["action"] == "attach" { Method::PUT } else { Method::DELETE };
    let path = format!("/elb/web/instances/{}", item["instanceId"].as_str().expect("an id"));
    caller.try_send(method, &path, |request| request).await
}

pub(super) async fn in_a_drain() -> Seen {
    let mut seen = Seen::default();
    let out = [
        (Ec2::CreateTags.into(), 1),
        (Ec2::DescribeTags.into(), 2),
        (Elbv2::DeregisterTargets.into(), 1),
        (Elbv2::DeregisterTargets.into(), 3),
        (Elb::DeregisterInstancesFromLoadBalancer.into(), 1),
        (Elbv2::DescribeTargetHealth.into(), 8),
    ];
    let back = [
        (Elbv2::RegisterTargets.into(), 1),
        (Elbv2::RegisterTargets.into(), 3),
        (Elb::RegisterInstancesWithLoadBalancer.into(), 1),
        (Ec2::DeleteTags.into(), 1),
        (Elbv2::DescribeTargetHealth.into(), 8),
    ];
    let mut context = everywhere().await;
    let machine = context.aws.machine(0).to_owned();
    let simulator = context.aws.simulator().clone();
    let before = memberships(&simulator);
    let own = tags(&context, &machine).await.len();
    let latency = Latency::fixed(LATENCY).expect("a latency");
    for (what, moment) in out.map(|moment| ("drain", moment)).into_iter().chain(back.map(|moment| ("restore", moment)))
    {
        if what == "restore" {
            seen.note(&post(&context, &machine, "drain").await);
            simulator.advance(SETTLED);
        }
        simulator.reset_calls();
        simulator.set_latency(Calls::All, Some(latency));
        let (caller, path) = (context.caller().clone(), format!("/instances/{machine}/{what}"));
        let asked = tokio::spawn(async move {
            caller.try_send(Method::POST, &path, |request| request.header("x-reason", "x")).await
        });
        has_come(&simulator, moment, || asked.is_finished()).await;
        context.kill_and_start_again().await;
        match asked.await.expect("it ends") {
            Ok(answer) => seen.note(&answer),
            Err(_) => seen.note_as("cut off"),
        }
        simulator.set_latency(Calls::All, None);

        // What is missing somewhere is remembered, and nothing came to be that was not.
        let is = memberships(&simulator);
        assert!(is.iter().all(|one| before.contains(one)), "{what} {moment:?}: {is:?}");
        let remembers = tags(&context, &machine).await.len() > own;
        assert!(is == before || remembers, "{what} {moment:?}: forgotten, {is:?}");
        simulator.advance(SETTLED);
        let restored = post(&context, &machine, "restore").await;
        seen.note(&restored);
        if remembers {
            assert_eq!(restored.status, 200, "{what} {moment:?}: {restored:?}");
        } else {
            restored.refused(409, "NotDrained");
        }
        assert_eq!(
            (memberships(&simulator), tags(&context, &machine).await.len()),
            (before.clone(), own),
            "{what} {moment:?}"
        );
        simulator.advance(SETTLED);
    }
    context.stop().await;
    seen.tell(format!("killed at {} moments", out.len() + back.len()));
    seen
}

/// Waits for the moment, or for the end of what was to have it.
async fn has_come(simulator: &Handle, (action, calls): Moment, is_over: impl Fn() -> bool) {
    while simulator.count(action) < calls && !is_over() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
