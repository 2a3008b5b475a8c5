//! Verified effect or explicit failure, whatever AWS fails at.

use std::time::Duration;

use elbm_core::{InstanceId, Selection, TargetState};
use elbm_engine::{Error, Member};
use elbm_simulator::{Action, Call, Calls, Elb, Elbv2, ErrorRate, ErrorRates, Fault, Latency, Load, Outcome};
use futures_util::future::join_all;
use proptest::prelude::{Strategy, any, prop_assert, proptest};

use crate::lab::{Lab, VERIFY_TIMEOUT, run};
use crate::scene::{Request, Scene, Wish, kind};
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
            let wanted = request.wish == Wish::Attach;
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

proptest! {
    #[test]
    fn no_success_comes_before_a_read_has_shown_the_effect(
        kind in kind(),
        wishes in proptest::collection::vec((any::<bool>(), any::<bool>()), 1..=5),
        failures in failures(),
        seed in any::<u64>(),
    ) {
        // Every other machine is attached at the start; the last one stays, so that the guard lets the others go.
        let machines = wishes.len();
        let mut scene = Scene::full(kind, machines + 1, 1);
        scene.groups[0].members.retain(|(machine, _)| machine % 2 == 0 || *machine == machines);
        let lab = Lab::new(&scene, load(failures, seed), 1);
        let before = lab.witness.look();
        let requests = wishes.iter().enumerate().map(|(machine, (attach, idempotent))| Request {
            wish: if *attach { Wish::Attach } else { Wish::Detach },
            machine,
            selection: Selection::default(),
            idempotent: *idempotent,
            force: false,
            after: Duration::ZERO,
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
