//! Several replicas on one AWS and one lease table: no group loses more healthy targets by our own hand than it can spare,
//! however long a replica stands still, wherever it dies, whatever its clock says and however stale reads are.

use std::time::Duration;

use elbm_core::{Change, Kind, Selection};
use futures_util::future::join_all;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::{Strategy, any, prop_assert, proptest};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use tokio::time::{sleep, timeout};

use crate::guard::{Asked, asked, breaches};
use crate::lab::{Lab, run};
use crate::network::Fate;
use crate::scene::{Request, Scene, kind};
use crate::verified::{Failures, failures, load};
use crate::witness::Truth;

/// Several replicas, each with what it is asked and what befalls it.
#[derive(Debug, Clone)]
struct Replicas {
    kind: Kind,
    machines: usize,
    groups: usize,
    minimum: usize,
    failures: Failures,
    each: Vec<(Vec<Asked>, Fate)>,
    seed: u64,
}

/// Longer than anything that is asked takes, pauses included.
const LONG: Duration = Duration::from_hours(2);

fn fate() -> impl Strategy<Value = Fate> {
    let seconds = |most: u64| (0..most * 1000).prop_map(Duration::from_millis);
    let pause = (seconds(20), seconds(90));
    (0..=30_u8, 0..=30_u8, vec(pause, 0..=2), of(seconds(40)), -20..=20_i64)
        .prop_map(|(slow, lost, pauses, dies, skew)| Fate { slow, lost, pauses, dies, skew })
}

fn replicas() -> impl Strategy<Value = Replicas> {
    (kind(), 2..=5_usize, 1..=2_usize, 1..=3_usize, failures(), any::<u64>()).prop_flat_map(
        |(kind, machines, groups, minimum, failures, seed)| {
            vec((asked(machines), fate()), 2..=3).prop_map(move |each| Replicas {
                kind,
                machines,
                groups,
                minimum,
                failures,
                each,
                seed,
            })
        },
    )
}

impl Replicas {
    /// What was true before and after each call that changed who is registered.
    fn run(&self, with_lease: bool) -> Vec<(Truth, Truth)> {
        run(self.seed, async {
            let scene = Scene::full(self.kind, self.machines, self.groups);
            let lab = Lab::new(&scene, load(self.failures, self.seed), self.minimum);
            let each = self.each.iter().zip(1..).map(|((asked, fate), number)| {
                let replica = lab.replica(fate, with_lease, self.seed.wrapping_add(number));
                async move {
                    join_all(asked.iter().map(async |(requests, when)| {
                        sleep(*when).await;
                        match requests.as_slice() {
                            [one] => replica.send(one).await.map(drop),
                            many => replica.send_all(many).await.map(drop),
                        }
                    }))
                    .await
                }
            });
            // Who is dead answers nobody.
            let _ = timeout(LONG, join_all(each)).await;
            // What goes on without its caller ends too.
            sleep(LONG).await;
            lab.witness.changes()
        })
    }
}

proptest! {
    #[test]
    fn replicas_with_leases_never_take_a_group_below_its_minimum(replicas in replicas()) {
        let changes = replicas.run(true);
        prop_assert!(breaches(&changes, replicas.minimum).is_empty(), "{:#?}", breaches(&changes, replicas.minimum));
    }
}

/// The test above is able to fail, and it is about changes that are made.
#[test]
fn without_leases_they_do() {
    let mut runner = TestRunner::deterministic();
    let samples: Vec<_> = (0..24).map(|_| replicas().new_tree(&mut runner).expect("any are").current()).collect();
    let broken = |with_lease: bool| {
        let changes = samples.iter().map(|sample| (sample.minimum, sample.run(with_lease)));
        let changes: Vec<_> = changes.collect();
        let made = changes.iter().filter(|(_, changes)| !changes.is_empty()).count();
        (made, changes.iter().filter(|(minimum, changes)| !breaches(changes, *minimum).is_empty()).count())
    };
    let ((with, with_broken), (without, without_broken)) = (broken(true), broken(false));
    println!(
        "of 24 worlds {with} changed with leases and {without} without; {without_broken} went below their minimum"
    );
    assert_eq!(with_broken, 0);
    assert!(
        without_broken > 0 && with * 2 > samples.len(),
        "{without_broken} broken without leases, {with} changed with"
    );
}

/// A detach of this machine, wherever it is.
fn detach(machine: usize) -> Request {
    Request { change: Change::Deregister, machine, selection: Selection::default(), idempotent: false }
}

/// A lease that a dead replica holds is taken over, and its detach is counted.
#[test]
fn the_next_replica_goes_on_where_one_died() {
    for dies in (0..40).map(|tenth| Duration::from_millis(100 * tenth)) {
        let dead = Fate { dies: Some(dies), ..Fate::default() };
        let (first, second) = run(7, async {
            let lab = Lab::new(&Scene::full(Kind::Application, 3, 1), elbm_simulator::Load::default(), 1);
            let (dead, alive) = (lab.replica(&dead, true, 1), lab.replica(&Fate::default(), true, 2));
            let first = timeout(Duration::from_mins(1), dead.send(&detach(0))).await;
            let begun = tokio::time::Instant::now();
            let second = alive.send(&detach(1)).await.map(|_| begun.elapsed());
            (first.is_ok_and(|answer| answer.is_ok()), second)
        });
        assert!(second.as_ref().is_ok_and(|took| *took < Duration::from_secs(30)), "{dies:?}: {first} {second:?}");
    }
}

/// One change's note of a target is written, another's of the same target is not: the first stays.
#[test]
fn a_note_that_was_not_written_takes_no_other_back() {
    for seed in 0..32 {
        let replicas = Replicas {
            kind: Kind::Application,
            machines: 2,
            groups: 1,
            minimum: 1,
            failures: Failures::TOO_LATE,
            each: vec![
                (
                    vec![(vec![detach(0)], Duration::ZERO), (vec![detach(0)], Duration::ZERO)],
                    Fate { lost: 60, ..Fate::default() },
                ),
                (vec![(vec![detach(1)], Duration::from_secs(2))], Fate::default()),
            ],
            seed,
        };
        let changes = replicas.run(true);
        assert!(breaches(&changes, replicas.minimum).is_empty(), "{seed}: {changes:#?}");
    }
}
