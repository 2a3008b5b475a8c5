//! However changes meet: no group loses more healthy targets by our own hand than it can spare.

use std::time::Duration;

use elbm_core::{Kind, Selection};
use futures_util::future::{join, join_all};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, proptest};

use crate::lab::{Lab, TO_HEALTH, run};
use crate::scene::{Request, Scene, Wish, kind};
use crate::verified::{failures, load};
use crate::witness::{Live, Truth};

/// Attaches and detaches of whole machines, more of the latter.
fn requests(machines: usize) -> impl Strategy<Value = Vec<Request>> {
    let one = (0..3_u8, 0..machines, 0..8_u64).prop_map(|(wish, machine, after)| Request {
        wish: if wish == 0 { Wish::Attach } else { Wish::Detach },
        machine,
        selection: Selection::default(),
        idempotent: false,
        force: false,
        after: Duration::from_millis(after),
    });
    vec(one, 2..=6)
}

/// Whether a call that changed a group left enough there.
fn is_enough(before: &Live, after: &Live, minimum: usize) -> bool {
    let healthy = |live: &Live| live.values().filter(|is_healthy| **is_healthy).count();
    match healthy(before) {
        0 => before.is_empty() || !after.is_empty(),
        now => healthy(after) >= minimum.min(now),
    }
}

fn breaches(changes: &[(Truth, Truth)], minimum: usize) -> Vec<&(Truth, Truth)> {
    let breach =
        |(before, after): &&(Truth, Truth)| before.iter().any(|(group, live)| !is_enough(live, &after[group], minimum));
    changes.iter().filter(breach).collect()
}

proptest! {
    #[test]
    fn changes_that_run_side_by_side_never_take_a_group_below_its_minimum(
        (kind, machines, requests) in (kind(), 2..=5_usize)
            .prop_flat_map(|(kind, machines)| (Just(kind), Just(machines), requests(machines))),
        groups in 1..=2_usize,
        minimum in 1..=3_usize,
        failures in failures(),
        time_passes in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let lab = Lab::new(&Scene::full(kind, machines, groups), load(failures, seed), minimum);
        run(seed, async {
            let changes = join_all(requests.iter().map(|request| async {
                tokio::time::sleep(request.after).await;
                lab.send(request).await
            }));
            let time = async {
                // What was attached meanwhile becomes healthy. Classic takes too long for that.
                if time_passes && kind != Kind::Classic {
                    tokio::time::sleep(Duration::from_millis(12)).await;
                    lab.simulator.advance(TO_HEALTH);
                }
            };
            drop(join(changes, time).await);
        });
        let changes = lab.witness.changes();
        prop_assert!(breaches(&changes, minimum).is_empty(), "{:#?}", breaches(&changes, minimum));
    }
}
