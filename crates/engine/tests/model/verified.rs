//! Verified effect or explicit failure, whatever AWS fails at.

use std::time::Duration;

use elbm_core::{Change, InstanceId, Kind, Selection, TargetState};
use elbm_engine::{ChangeSet, Error, Item, ItemOutcome, Member};
use elbm_simulator::{Action, Call, Calls, Elb, Elbv2, ErrorRate, ErrorRates, Fault, Latency, Load, Outcome};
use futures_util::future::join_all;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};

use crate::lab::{Lab, VERIFY_TIMEOUT, run};
use crate::scene::{Request, Scene, change, kind};
use crate::witness::Truth;

/// How often what befalls calls: each share in hundredths.
pub(crate) fn failures() -> impl Strategy<Value = [u8; 7]> {
    proptest::array::uniform7(0..=12_u8)
}

/// Answers that take their time, and these failures.
pub(crate) fn load(failures: [u8; 7], seed: u64) -> Load {
    let faults = [
        Fault::Throttled,
        Fault::InternalFailure,
        Fault::ConnectionDropped,
        Fault::ConnectionDroppedAfterEffect,
        Fault::AnswerTruncated,
        Fault::EffectStale(VERIFY_TIMEOUT / 3),
        Fault::EffectLost,
    ];
    let rates = faults.into_iter().zip(failures);
    let rates = rates.map(|(fault, hundredths)| ErrorRate { share: f64::from(hundredths) / 100.0, fault }).collect();
    let mut load = Load { seed, ..Load::default() };
    load.error_rates.set(Calls::All, Some(ErrorRates::new(rates).expect("shares of a whole")));
    let latency = Latency::uniform(Duration::ZERO, Duration::from_millis(3)).expect("a latency");
    load.latency.set(Calls::All, Some(latency));
    load
}

/// Whether the machine is registered in any group.
fn is_live(truth: &Truth, machine: &InstanceId) -> bool {
    truth.values().flat_map(|live| live.keys()).any(|key| key.id == machine.as_str())
}

/// The calls after the last write that names the machine; `None` where there is no write.
fn since_write<'a>(calls: &'a [Call], machine: &InstanceId) -> Option<&'a [Call]> {
    let writes: [Action; 4] = [
        Elbv2::RegisterTargets.into(),
        Elbv2::DeregisterTargets.into(),
        Elb::RegisterInstancesWithLoadBalancer.into(),
        Elb::DeregisterInstancesFromLoadBalancer.into(),
    ];
    let names = |call: &Call| call.parameters.values().any(|value| value == machine.as_str());
    let last = calls.iter().rposition(|call| writes.contains(&call.action) && names(call))?;
    Some(&calls[last + 1..])
}

fn is_answered_read(call: &Call) -> bool {
    let reads: [Action; 2] = [Elbv2::DescribeTargetHealth.into(), Elb::DescribeInstanceHealth.into()];
    reads.contains(&call.action) && call.outcome == Outcome::Answered
}

/// What is wrong with an answer at the moment that it is given. Nobody else changes this machine.
fn wrong(lab: &Lab, was_live: bool, request: &Request, answer: &Result<Member, Error>) -> Option<&'static str> {
    let machine = &lab.machines[request.machine];
    let is_live = is_live(&lab.witness.look(), machine);
    let calls = lab.simulator.calls();
    let written = since_write(&calls, machine);
    match answer {
        Ok(member) => {
            let wanted = request.change == Change::Register;
            if is_live != wanted {
                return Some("a success without its effect");
            }
            if member.changed && !written?.iter().any(is_answered_read) {
                return Some("a success that no read after the write has shown");
            }
            let shown = member.machine.registrations.iter().any(|one| one.state != TargetState::Draining);
            (shown != wanted).then_some("a success that shows something else")
        }
        Err(Error::EffectUnverified { .. } | Error::PartialFailure { .. } | Error::Unfinished { .. }) => None,
        Err(_) => (is_live != was_live).then_some("a failure that says nothing was written"),
    }
}

/// Every other machine is attached at the start; one more stays, so that the guard lets the others go.
fn half_full(kind: Kind, machines: usize) -> Scene {
    let mut scene = Scene::full(kind, machines + 1, 1);
    scene.groups[0].members.retain(|(machine, _)| machine % 2 == 0 || *machine == machines);
    scene
}

/// What became of the items of a change set; `None` where it ended before the first.
fn items(answer: &Result<ChangeSet, Error>) -> Option<&[Item]> {
    match answer {
        Ok(ChangeSet { items, .. })
        | Err(
            Error::ItemsRefused { items } | Error::PartialFailure { items, .. } | Error::EffectUnverified { items, .. },
        ) => Some(items),
        Err(_) => None,
    }
}

/// What is wrong with an item at the moment that it is told. Nobody else changes its machine.
fn wrong_item(lab: &Lab, before: &Truth, item: &Item) -> Option<&'static str> {
    let is_live_now = is_live(&lab.witness.look(), &item.instance);
    let calls = lab.simulator.calls();
    match item.outcome {
        ItemOutcome::Done | ItemOutcome::Unchanged if is_live_now != (item.change == Change::Register) => {
            Some("a success without its effect")
        }
        ItemOutcome::Done if !since_write(&calls, &item.instance)?.iter().any(is_answered_read) => {
            Some("a success that no read after the write has shown")
        }
        ItemOutcome::Refused(_) | ItemOutcome::Failed(_) | ItemOutcome::NotAttempted(_) | ItemOutcome::Planned
            if is_live_now != is_live(before, &item.instance) =>
        {
            Some("a failure that says nothing was written")
        }
        _ => None,
    }
}

proptest! {
    #[test]
    fn no_item_of_a_change_set_succeeds_before_a_read_has_shown_its_effect(
        kind in kind(),
        changes in vec(change(), 1..=6),
        failures in failures(),
        seed in any::<u64>(),
    ) {
        let lab = Lab::new(&half_full(kind, changes.len()), load(failures, seed), 1);
        let before = lab.witness.look();
        let requests: Vec<_> = changes.iter().enumerate().map(|(machine, change)| Request {
            change: *change,
            machine,
            selection: Selection::default(),
            idempotent: true,
        }).collect();
        let answer = run(seed, lab.send_all(&requests));
        let Some(items) = items(&answer) else {
            prop_assert_eq!(lab.witness.look(), before, "{:?}", answer);
            return Ok(());
        };
        let wrong: Vec<_> = items.iter().filter_map(|item| Some((wrong_item(&lab, &before, item)?, item))).collect();
        prop_assert!(items.len() == requests.len() && wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn no_success_comes_before_a_read_has_shown_the_effect(
        kind in kind(),
        wishes in vec((change(), any::<bool>()), 1..=5),
        failures in failures(),
        seed in any::<u64>(),
    ) {
        let scene = half_full(kind, wishes.len());
        let lab = Lab::new(&scene, load(failures, seed), 1);
        let before = lab.witness.look();
        let requests = wishes.iter().enumerate().map(|(machine, (change, idempotent))| Request {
            change: *change,
            machine,
            selection: Selection::default(),
            idempotent: *idempotent,
        });
        let found = run(seed, join_all(requests.map(|request| {
            let (lab, before) = (&lab, &before);
            async move {
                let answer = lab.send(&request).await;
                let wrong = wrong(lab, is_live(before, &lab.machines[request.machine]), &request, &answer);
                wrong.map(|wrong| format!("{wrong}: {request:?} {answer:?}"))
            }
        })));
        let found: Vec<_> = found.into_iter().flatten().collect();
        prop_assert!(found.is_empty(), "{found:#?}");
    }
}
