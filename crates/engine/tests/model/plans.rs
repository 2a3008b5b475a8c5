//! What the engine does is what `elbm-core` plans.

use std::collections::BTreeSet;

use elbm_core::{Change, GroupId, Kind, Refusal, Step, choose_group, guard, plan_attach, plan_detach};
use elbm_engine::Error;
use elbm_simulator::Load;
use proptest::prelude::{Just, Strategy as _, any, prop_assert, prop_assert_eq, proptest};

use crate::lab::{Lab, instance, run};
use crate::scene::{Request, Scene, Wish, request, scene};
use crate::witness::Truth;

/// The fewest healthy targets that a detach may leave.
const MINIMUM: usize = 1;

/// What a request leads to, where nothing fails.
fn plan(lab: &Lab, scene: &Scene, request: &Request) -> Result<Vec<Step>, Refusal> {
    let (membership, selection) = (&lab.membership, &request.selection);
    let machine = &lab.machines[request.machine];
    match request.wish {
        Wish::Attach => {
            let defaults: Vec<GroupId> = membership
                .groups
                .iter()
                .zip(&scene.groups)
                .filter(|(_, group)| group.is_default)
                .map(|(member, _)| member.group.id.clone())
                .collect();
            let chosen = choose_group(membership, selection.group.as_deref(), &defaults)?;
            let ids: Vec<_> = lab.machines.iter().map(ToString::to_string).collect();
            let known = (request.machine < scene.machines).then(|| instance(&ids, request.machine));
            plan_attach(membership, chosen, machine, known.as_ref(), selection.port).map(|step| vec![step])
        }
        Wish::Detach => {
            let steps = plan_detach(membership, machine, selection)?;
            for step in &steps {
                let member = membership.member(&step.group.id).expect("a planned group is one of the membership");
                guard(member, step, &BTreeSet::new(), MINIMUM)?;
            }
            Ok(steps)
        }
    }
}

/// What is true once the steps are made, health apart.
fn planned(before: &Truth, steps: &[Step]) -> Truth {
    let mut after = before.clone();
    for step in steps {
        let live = after.get_mut(&step.group.name).expect("the group is there");
        for key in &step.keys {
            match step.change {
                Change::Register => drop(live.insert(key.clone(), false)),
                Change::Deregister => drop(live.remove(key)),
            }
        }
    }
    after
}

fn keys(truth: &Truth) -> Vec<(&String, Vec<&elbm_core::TargetKey>)> {
    truth.iter().map(|(group, live)| (group, live.keys().collect())).collect()
}

proptest! {
    #[test]
    fn a_plan_that_is_carried_out_reaches_exactly_the_planned_membership(
        (scene, request) in scene(4).prop_flat_map(|scene| {
            let machines = scene.machines + 1;
            (Just(scene), request(machines))
        }),
        seed in any::<u64>(),
    ) {
        let lab = Lab::new(&scene, Load::default(), MINIMUM);
        let before = lab.witness.look();
        let plan = plan(&lab, &scene, &request);
        let answer = run(seed, lab.send(&request));
        let after = lab.witness.look();
        match (plan, answer) {
            (Ok(steps), Ok(member)) => {
                prop_assert!(member.changed);
                let planned = planned(&before, &steps);
                prop_assert_eq!(keys(&after), keys(&planned));
            }
            (Err(_), Ok(member)) => {
                prop_assert!(request.idempotent && !member.changed);
                prop_assert_eq!(after, before);
            }
            (Err(planned), Err(Error::Refused(refusal))) => {
                prop_assert_eq!(std::mem::discriminant(&planned), std::mem::discriminant(&refusal));
                prop_assert_eq!(after, before);
            }
            // Only AWS knows that GENEVE has one port.
            (Ok(_), Err(Error::Aws(error))) if scene.kind == Kind::Gateway => {
                prop_assert_eq!(error.code(), Some("ValidationError"));
                prop_assert_eq!(after, before);
            }
            (plan, answer) => prop_assert!(false, "planned {plan:?}, answered {answer:?}"),
        }
    }
}
