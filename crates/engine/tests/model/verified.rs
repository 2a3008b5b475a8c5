//! Verified effect or explicit failure, whatever AWS fails at.

use std::time::Duration;

use chrono::{DateTime, Utc};
use elbm_core::{Change, InstanceId, Kind, Selection, TargetState};
use elbm_engine::{ChangeSet, Error, Item, ItemOutcome, Member};
use elbm_simulator::{
    Action, Call, Calls, Elb, Elbv2, ErrorRate, ErrorRates, Fault, Latency, Load, Outcome, Throttling,
};
use futures_util::future::join_all;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use crate::lab::{Lab, run};
use crate::plans::keys;
use crate::scene::{Request, Scene, change, kind};
use crate::witness::Truth;

/// How often what befalls calls: each share in hundredths, and how long answers take at most.
pub(crate) fn failures() -> impl Strategy<Value = Failures> {
    let longest = prop_oneof![Just(Duration::ZERO), Just(Duration::from_millis(300)), Just(Duration::from_secs(4))];
    (proptest::array::uniform8(0..=12_u8), longest).prop_map(|(hundredths, longest)| Failures { hundredths, longest })
}

/// What befalls calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failures {
    hundredths: [u8; 8],
    longest: Duration,
}

/// Sooner than a verification ends.
const SOMEWHAT_LATE: Duration = Duration::from_secs(3);

/// Later than that.
const TOO_LATE: Duration = Duration::from_secs(15);

impl Failures {
    /// No effect is shown in time, and nothing else fails.
    pub(crate) const TOO_LATE: Self = Self { hundredths: [0, 0, 0, 0, 0, 0, 100, 0], longest: Duration::ZERO };
}

/// Answers that take their time, and these failures.
pub(crate) fn load(failures: Failures, seed: u64) -> Load {
    let faults = [
        Fault::Throttled,
        Fault::InternalFailure,
        Fault::ConnectionDropped,
        Fault::ConnectionDroppedAfterEffect,
        Fault::AnswerTruncated,
        Fault::EffectStale(SOMEWHAT_LATE),
        Fault::EffectStale(TOO_LATE),
        Fault::EffectLost,
    ];
    let rates = faults.into_iter().zip(failures.hundredths);
    let rates = rates.map(|(fault, hundredths)| ErrorRate { share: f64::from(hundredths) / 100.0, fault }).collect();
    let mut load = Load { seed, throttling: Throttling::documented(), ..Load::default() };
    load.error_rates.set(Calls::All, Some(ErrorRates::new(rates).expect("shares of a whole")));
    let latency = Latency::uniform(Duration::ZERO, failures.longest).expect("a latency");
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

/// What was called, with the time since the start and the outcome.
fn history(lab: &Lab, begun: DateTime<Utc>) -> Vec<String> {
    let calls = lab.simulator.calls().into_iter();
    calls.map(|call| format!("{} {:?} {:?} {}", call.at - begun, call.action, call.parameters, call.outcome)).collect()
}

proptest! {
    /// What a property fails at can be had again from its seed.
    #[test]
    fn the_same_seed_makes_the_same_calls_at_the_same_times(
        kind in kind(),
        changes in vec(change(), 1..=6),
        failures in failures(),
        seed in any::<u64>(),
    ) {
        let again = || run(seed, async {
            let lab = Lab::new(&half_full(kind, changes.len()), load(failures, seed), 1);
            let begun = lab.simulator.now();
            let requests = changes.iter().enumerate().map(|(machine, change)| Request {
                change: *change,
                machine,
                selection: Selection::default(),
                idempotent: true,
            });
            join_all(requests.map(async |request| lab.send(&request).await.is_ok())).await;
            history(&lab, begun)
        });
        prop_assert_eq!(again(), again());
    }

    #[test]
    fn no_item_of_a_change_set_succeeds_before_a_read_has_shown_its_effect(
        kind in kind(),
        changes in vec(change(), 1..=6),
        failures in failures(),
        seed in any::<u64>(),
    ) {
        let requests: Vec<_> = changes.iter().enumerate().map(|(machine, change)| Request {
            change: *change,
            machine,
            selection: Selection::default(),
            idempotent: true,
        }).collect();
        let (answer, wrong) = run(seed, async {
            let lab = Lab::new(&half_full(kind, changes.len()), load(failures, seed), 1);
            let before = lab.witness.look();
            let answer = lab.send_all(&requests).await;
            let wrong = match items(&answer) {
                None if matches!(answer, Err(Error::Unfinished { .. })) => Vec::new(),
                None if keys(&lab.witness.look()) == keys(&before) => Vec::new(),
                None => vec!["a failure that says nothing was written".to_owned()],
                Some(items) if items.len() != requests.len() => vec!["an item is missing".to_owned()],
                Some(items) => {
                    let told = |item: &Item| Some(format!("{}: {item:?}", wrong_item(&lab, &before, item)?));
                    items.iter().filter_map(told).collect()
                }
            };
            (answer, wrong)
        });
        prop_assert!(wrong.is_empty(), "{wrong:#?} {answer:#?}");
    }

    #[test]
    fn no_success_comes_before_a_read_has_shown_the_effect(
        kind in kind(),
        wishes in vec((change(), any::<bool>()), 1..=5),
        failures in failures(),
        seed in any::<u64>(),
    ) {
        let found = run(seed, async {
            let lab = Lab::new(&half_full(kind, wishes.len()), load(failures, seed), 1);
            let before = lab.witness.look();
            let (lab, before) = (&lab, &before);
            join_all(wishes.iter().enumerate().map(async |(machine, (change, idempotent))| {
                let (change, idempotent) = (*change, *idempotent);
                let request = Request { change, machine, selection: Selection::default(), idempotent };
                let answer = lab.send(&request).await;
                let wrong = wrong(lab, is_live(before, &lab.machines[machine]), &request, &answer);
                wrong.map(|wrong| format!("{wrong}: {request:?} {answer:?}"))
            }))
            .await
        });
        let found: Vec<_> = found.into_iter().flatten().collect();
        prop_assert!(found.is_empty(), "{found:#?}");
    }
}
