//! What the engine does is what `elbm-core` plans, exactly.

use std::collections::{BTreeSet, HashMap};

use elbm_core::{Change, GroupId, Guard, Planned, Refusal, Step, TargetKey, plan_change, plan_changes};
use elbm_engine::Error;
use elbm_simulator::Load;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, proptest};

use crate::lab::{Lab, run};
use crate::scene::{Request, Scene, scene};
use crate::witness::Truth;

/// The fewest healthy targets that a detach may leave.
const MINIMUM: usize = 1;

/// Plans in their order, and refuses what the guard does not let pass: an item in all of its groups, or in none.
fn guarded(lab: &Lab, planned: Vec<Planned>) -> Vec<Planned> {
    let members = lab.membership.groups.iter();
    let mut guards: HashMap<&GroupId, Guard<'_>> =
        members.map(|member| (&member.group.id, Guard::new(member, &BTreeSet::new(), MINIMUM))).collect();
    let judge = |one: Planned| {
        let leaving = || one.steps().iter().filter(|step| step.change == Change::Deregister);
        if let Some(refusal) = leaving().find_map(|step| guards[&step.group.id].judge(step).err()) {
            return Planned::Refused(refusal);
        }
        for step in leaving() {
            guards.get_mut(&step.group.id).expect("a planned group is one of the membership").leave(step);
        }
        one
    };
    planned.into_iter().map(judge).collect()
}

fn plan(lab: &Lab, request: &Request) -> Planned {
    let item = lab.item(request);
    let planned =
        plan_change(&lab.membership, &lab.defaults, &item, lab.known.get(&item.instance).map(|known| &**known));
    guarded(lab, vec![planned]).remove(0)
}

fn plan_all(lab: &Lab, requests: &[Request]) -> Result<Vec<Planned>, Refusal> {
    let items: Vec<_> = requests.iter().map(|request| lab.item(request)).collect();
    Ok(guarded(lab, plan_changes(&lab.membership, &lab.defaults, &items, &lab.known)?))
}

/// What is true once the steps are made, health apart.
fn after<'a>(before: &Truth, steps: impl IntoIterator<Item = &'a Step>) -> Truth {
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

/// Who is registered, health apart.
pub(crate) fn keys(truth: &Truth) -> Vec<(String, Vec<TargetKey>)> {
    truth.iter().map(|(group, live)| (group.clone(), live.keys().cloned().collect())).collect()
}

fn is_same_refusal(one: &Refusal, other: &Refusal) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

fn scene_and_requests(most: usize) -> impl Strategy<Value = (Scene, Vec<Request>)> {
    scene(4).prop_flat_map(move |scene| {
        let requests = vec(scene.request(), 1..=most);
        (Just(scene), requests)
    })
}

proptest! {
    #[test]
    fn a_change_reaches_exactly_the_planned_membership(
        (scene, requests) in scene_and_requests(1),
        seed in any::<u64>(),
    ) {
        let (planned, answer, expected, reached) = run(seed, async {
            let lab = Lab::new(&scene, Load::default(), MINIMUM);
            let (before, planned) = (lab.witness.look(), plan(&lab, &requests[0]));
            let answer = lab.send(&requests[0]).await;
            let expected = after(&before, planned.steps());
            (planned, answer, expected, lab.witness.look())
        });
        prop_assert_eq!(keys(&reached), keys(&expected));
        let is_told = match (&planned, &answer) {
            (Planned::Steps(_), Ok(member)) => member.changed,
            (Planned::Unchanged { .. }, Ok(member)) => requests[0].idempotent && !member.changed,
            (Planned::Unchanged { refusal, .. }, Err(Error::Refused(told))) => {
                !requests[0].idempotent && is_same_refusal(refusal, told)
            }
            (Planned::Refused(refusal), Err(Error::Refused(told))) => is_same_refusal(refusal, told),
            _ => false,
        };
        prop_assert!(is_told, "planned {planned:?}, answered {answer:?}");
    }

    #[test]
    fn a_change_set_reaches_exactly_the_planned_membership(
        (scene, requests) in scene_and_requests(6),
        seed in any::<u64>(),
    ) {
        let (planned, answer, expected, reached) = run(seed, async {
            let lab = Lab::new(&scene, Load::default(), MINIMUM);
            let (before, planned) = (lab.witness.look(), plan_all(&lab, &requests));
            let answer = lab.send_all(&requests).await;
            let expected = after(&before, planned.iter().flatten().flat_map(Planned::steps));
            (planned, answer, expected, lab.witness.look())
        });
        prop_assert_eq!(keys(&reached), keys(&expected));
        let is_told = match (&planned, &answer) {
            (Err(refusal), Err(Error::Refused(told))) => is_same_refusal(refusal, told),
            (Ok(planned), Ok(_)) => !planned.iter().any(|one| matches!(one, Planned::Refused(_))),
            (Ok(planned), Err(Error::ItemsRefused { .. })) => {
                planned.iter().any(|one| matches!(one, Planned::Refused(_)))
            }
            _ => false,
        };
        prop_assert!(is_told, "planned {planned:?}, answered {answer:?}");
    }
}
