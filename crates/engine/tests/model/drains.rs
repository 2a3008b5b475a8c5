//! A machine that is drained and restored is where it was.

use std::sync::Arc;
use std::time::Duration;

use elbm_core::InstanceId;
use elbm_engine::{Drain, Restore};
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

proptest! {
    #[test]
    fn a_machine_that_is_drained_and_restored_is_where_it_was(scene in scene(4), seed in any::<u64>()) {
        let lab = Lab::new(&scene, Load::default(), 1);
        let (before, machine) = (lab.witness.look(), lab.machines[0].clone());
        let was_anywhere = is_anywhere(&lab, &before, &machine);
        let (drained, between, restored) = run(seed, async {
            let drained = lab.engine.drain(Drain {
                instance: machine.clone(),
                by: "a model".to_owned(),
                reason: Some("to be restored".to_owned()),
                force: true,
                standby: false,
                wait: Duration::ZERO,
                permits: Arc::new(|_| true),
            });
            let drained = drained.await;
            let between = lab.witness.look();
            // An address that drains cannot be registered; the longest delay has passed.
            lab.simulator.advance(Duration::from_hours(1));
            let restored = lab.engine.restore(Restore {
                instance: machine.clone(),
                skip_gone: false,
                wait: Duration::ZERO,
                permits: Arc::new(|_| true),
            });
            (drained, between, restored.await)
        });
        prop_assert!(drained.is_ok(), "{drained:?}");
        prop_assert!(!is_anywhere(&lab, &between, &machine), "{between:?}");
        // What was nowhere has nothing to be restored from.
        prop_assert_eq!(restored.is_ok(), was_anywhere, "{:?}", restored);
        prop_assert_eq!(keys(&lab.witness.look()), keys(&before));
    }
}
