//! A machine that is drained and restored is where it was.

use std::sync::Arc;
use std::time::Duration;

use elbm_core::InstanceId;
use elbm_engine::{Drain, Error, Restore, Whereabouts};
use elbm_simulator::Load;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use crate::lab::{Lab, run};
use crate::plans::keys;
use crate::scene::scene;
use crate::witness::Truth;

/// Whether any registration is the machine's, by its id or by its address.
fn is_anywhere(lab: &Lab, truth: &Truth, machine: &InstanceId) -> bool {
    let known = &lab.known[machine];
    let is_own = |id: &str| id == machine.as_str() || known.private_ips.iter().any(|address| address == id);
    truth.values().flat_map(|live| live.keys()).any(|key| is_own(&key.id))
}

/// Longer than anything drains, or takes to become healthy.
const LONG: Duration = Duration::from_hours(2);

fn is_settled(answer: &Whereabouts) -> bool {
    answer.outcome.is_some_and(|moved| moved.settled)
}

/// What was seen of a drain and a restore.
struct Seen {
    was_anywhere: bool,
    drained: Result<Whereabouts, Error>,
    /// Whether the drain has taken the machine out of everything.
    is_out: bool,
    restored: Result<Whereabouts, Error>,
    before: Truth,
    after: Truth,
}

proptest! {
    #[test]
    fn a_machine_that_is_drained_and_restored_is_where_it_was(scene in scene(4), seed in any::<u64>()) {
        let seen = run(seed, async {
            let lab = Lab::new(&scene, Load::default(), 1);
            let (before, machine) = (lab.witness.look(), lab.machines[0].clone());
            let drained = lab.engine.drain(Drain {
                instance: machine.clone(),
                by: "a model".to_owned(),
                reason: Some("to be restored".to_owned()),
                force: true,
                standby: false,
                wait: LONG,
                permits: Arc::new(|_| true),
            });
            let drained = drained.await;
            let between = lab.witness.look();
            let restored = lab.engine.restore(Restore {
                instance: machine.clone(),
                skip_gone: false,
                wait: LONG,
                permits: Arc::new(|_| true),
            });
            let restored = restored.await;
            let was_anywhere = is_anywhere(&lab, &before, &machine);
            let is_out = !is_anywhere(&lab, &between, &machine);
            Seen { was_anywhere, drained, is_out, restored, before, after: lab.witness.look() }
        });
        prop_assert!(seen.drained.as_ref().is_ok_and(is_settled) && seen.is_out, "{:?}", seen.drained);
        // What was nowhere has nothing to be restored from.
        prop_assert_eq!(seen.restored.as_ref().is_ok_and(is_settled), seen.was_anywhere, "{:?}", seen.restored);
        prop_assert_eq!(keys(&seen.after), keys(&seen.before));
    }
}
