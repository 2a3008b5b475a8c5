//! Lists of machines: whoever asks again and again never waits, and is never shown what is too old. The clock is virtual.

use std::sync::Arc;
use std::time::Duration;

use elbm_core::Kind;
use elbm_engine::{Ages, Freshness, Lists, Machines, ReadCounts, Subject};
use elbm_simulator::{Calls, Ec2, Elbv2, Fault, Latency, Load, Times};
use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

use crate::lab::Lab;
use crate::scene::{LOAD_BALANCER, Scene};

/// What a call takes.
const LATENCY: Duration = Duration::from_millis(20);

const GROUPS: usize = 2;

struct Reader {
    lab: Lab,
    lists: Lists<Arc<Machines>>,
}

impl Reader {
    fn new() -> Self {
        let mut load = Load::default();
        load.latency.set(Calls::All, Some(Latency::fixed(LATENCY).expect("a latency")));
        Self { lab: Lab::new(&Scene::full(Kind::Application, 3, GROUPS), load, 1), lists: Lists::new(Arc::new) }
    }

    async fn get(&self, freshness: Freshness) -> Arc<Machines> {
        self.lists.get(&self.lab.engine, LOAD_BALANCER, None, freshness).await.expect("a list")
    }

    /// The list, and whether it was there at once.
    async fn at_once(&self) -> (Arc<Machines>, bool) {
        let asked = Instant::now();
        (self.get(Freshness::Kept).await, asked.elapsed().is_zero())
    }

    fn counts(&self, of: Subject) -> ReadCounts {
        let counts = self.lab.engine.read_tally();
        counts.into_iter().find_map(|(subject, counts)| (subject == of).then_some(counts)).expect("every subject")
    }

    /// How often health was asked for, and forgets it.
    fn calls(&self) -> usize {
        let calls = self.lab.simulator.count(Elbv2::DescribeTargetHealth);
        self.lab.simulator.reset_calls();
        calls
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_again_and_again_never_waits() {
    let reader = Reader::new();
    assert!(!reader.at_once().await.1, "the first waits for AWS");
    reader.calls();
    // Longer than topology and instances are kept.
    let (step, seconds) = (Duration::from_millis(25), 75);
    for number in 0..seconds * 40 {
        sleep(step).await;
        assert!(reader.at_once().await.1, "request {number} waited");
    }
    for seldom in
        [reader.lab.simulator.count(Elbv2::DescribeTargetGroups), reader.lab.simulator.count(Ec2::DescribeInstances)]
    {
        assert_eq!(seldom, 1, "what is good for a minute");
    }
    let calls = reader.calls();
    assert!((seconds * GROUPS..=seconds * GROUPS * 6 / 5).contains(&calls), "{calls} in {seconds} s");
}

#[tokio::test(start_paused = true)]
async fn what_is_shown_is_never_too_old() {
    let reader = Reader::new();
    reader.get(Freshness::Kept).await;
    for round in 0..20 {
        for _ in 0..round {
            sleep(Duration::from_millis(47)).await;
            reader.get(Freshness::Kept).await;
        }
        let before = reader.get(Freshness::Kept).await;
        // AWS is busy at times, so that what is read ahead is late.
        let late = Fault::Delayed(Duration::from_millis(100 * round % 700));
        reader.lab.simulator.inject(Elbv2::DescribeTargetHealth, Times::Next(GROUPS), late);
        let port = 9_000 + u16::try_from(round).expect("few rounds");
        reader.lab.simulator.register("group-0", reader.lab.machines[0].as_str(), Some(port)).expect("it fits");
        let changed = Instant::now();
        while changed.elapsed() <= Ages::default().health {
            sleep(Duration::from_millis(13)).await;
            reader.get(Freshness::Kept).await;
        }
        assert_ne!(reader.get(Freshness::Kept).await.version, before.version, "round {round}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_nobody_wants_is_not_read() {
    let reader = Reader::new();
    reader.get(Freshness::Kept).await;
    reader.calls();
    // One who asks now and then gets what is kept, and nothing is read ahead for it.
    sleep(Duration::from_millis(950)).await;
    assert!(reader.at_once().await.1);
    sleep(Duration::from_secs(10)).await;
    assert_eq!(reader.calls(), 0);
    assert!(!reader.at_once().await.1, "it has become too old");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_ahead_is_told_when_it_is_too_old() {
    let reader = Reader::new();
    reader.get(Freshness::Kept).await;
    reader.lab.simulator.inject(Elbv2::DescribeTargetHealth, Times::All, Fault::AccessDenied);
    let read = Instant::now();
    reader.calls();
    let refused = loop {
        match reader.lists.get(&reader.lab.engine, LOAD_BALANCER, None, Freshness::Kept).await {
            Ok(_) => sleep(Duration::from_millis(10)).await,
            Err(_) => break read.elapsed(),
        }
    };
    assert!(refused > Duration::from_millis(900), "{refused:?}");
    assert!(reader.calls() <= 2 * GROUPS, "once ahead, and once when it was too old");
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_together_share_a_list() {
    let reader = Reader::new();
    let lists = join_all((0..100).map(|_| reader.get(Freshness::Kept))).await;
    assert!(lists.iter().all(|list| Arc::ptr_eq(list, &lists[0])));
    assert_eq!(reader.counts(Subject::Lists), ReadCounts { kept: 0, awaited: 100, made: 1 });
    assert!(Arc::ptr_eq(&reader.get(Freshness::Kept).await, &lists[0]));
    assert_eq!(reader.counts(Subject::Lists), ReadCounts { kept: 1, awaited: 100, made: 1 });
}

#[tokio::test(start_paused = true)]
async fn reads_are_counted() {
    let reader = Reader::new();
    let kept = [Subject::Topology, Subject::Health, Subject::Instances];
    for _ in 0..2 {
        reader.lab.engine.groups(LOAD_BALANCER, None, Freshness::Kept).await.expect("groups");
    }
    let [topology, health, instances] = kept.map(|subject| reader.counts(subject));
    assert_eq!(health, ReadCounts { kept: 2, awaited: 2, made: 2 }, "two groups, twice");
    assert!(
        topology.kept > 0 && topology.kept == topology.awaited && topology.awaited == topology.made,
        "{topology:?}"
    );
    assert_eq!(instances, ReadCounts::default());
    reader.get(Freshness::Kept).await;
    assert_eq!(reader.counts(Subject::Instances), ReadCounts { kept: 0, awaited: 1, made: 1 });
}
