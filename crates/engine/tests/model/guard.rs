//! However changes meet: no group loses more healthy targets by our own hand than it can spare.

use std::time::Duration;

use elbm_core::{Change, Selection};
use futures_util::future::join_all;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_oneof, proptest};

use crate::lab::{Lab, run};
use crate::scene::{Request, Scene, kind};
use crate::verified::{failures, load};
use crate::witness::{Live, Truth};

/// Changes that are asked for together, and when they come.
pub(crate) type Asked = (Vec<Request>, Duration);

/// Attaches and detaches of whole machines, more of the latter, alone or as change sets.
pub(crate) fn asked(machines: usize) -> impl Strategy<Value = Vec<Asked>> {
    let one = (0..3_u8, 0..machines).prop_map(|(change, machine)| Request {
        change: if change == 0 { Change::Register } else { Change::Deregister },
        machine,
        selection: Selection::default(),
        idempotent: false,
    });
    // At once, within the time of a few calls, or so far apart that what was attached meanwhile has become healthy.
    let spread = prop_oneof![Just(0.0), Just(0.3), Just(5.0), Just(400.0)];
    (vec((vec(one, 1..=3), 0.0..1.0), 2..=5), spread).prop_map(|(asked, spread)| {
        let when = |share: f64| Duration::from_secs_f64(share * spread);
        asked.into_iter().map(|(requests, share)| (requests, when(share))).collect()
    })
}

/// Whether a call that changed a group left enough there.
fn is_enough(before: &Live, after: &Live, minimum: usize) -> bool {
    let healthy = |live: &Live| live.values().filter(|is_healthy| **is_healthy).count();
    match healthy(before) {
        0 => before.is_empty() || !after.is_empty(),
        now => healthy(after) >= minimum.min(now),
    }
}

pub(crate) fn breaches(changes: &[(Truth, Truth)], minimum: usize) -> Vec<&(Truth, Truth)> {
    let breach =
        |(before, after): &&(Truth, Truth)| before.iter().any(|(group, live)| !is_enough(live, &after[group], minimum));
    changes.iter().filter(breach).collect()
}

proptest! {
    #[test]
    fn changes_that_run_side_by_side_never_take_a_group_below_its_minimum(
        (kind, machines, asked) in (kind(), 2..=5_usize)
            .prop_flat_map(|(kind, machines)| (Just(kind), Just(machines), asked(machines))),
        groups in 1..=2_usize,
        minimum in 1..=3_usize,
        failures in failures(),
        seed in any::<u64>(),
    ) {
        let changes = run(seed, async {
            let lab = Lab::new(&Scene::full(kind, machines, groups), load(failures, seed), minimum);
            join_all(asked.iter().map(|(requests, when)| async {
                tokio::time::sleep(*when).await;
                match requests.as_slice() {
                    [one] => lab.send(one).await.map(drop),
                    many => lab.send_all(many).await.map(drop),
                }
            }))
            .await;
            lab.witness.changes()
        });
        prop_assert!(breaches(&changes, minimum).is_empty(), "{:#?}", breaches(&changes, minimum));
    }
}
