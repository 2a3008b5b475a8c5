//! Fifty rounds of sixty-four clients that change what they like, at once and also while AWS fails. After each round AWS
//! truly holds what the answers said.

pub(crate) mod asked;
pub(crate) mod clients;
pub(crate) mod seen;
pub(crate) mod truth;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use elbm_simulator::{Calls, ErrorRate, ErrorRates, Fault};
use fastrand::Rng;
use futures_util::future::join_all;

use self::asked::{Asked, MACHINES};
use self::truth::{MINIMUM, judge, truth};
use crate::backend::World;
use crate::context::TestContext;

const ROUNDS: u64 = 50;
const CLIENTS: usize = 64;

/// A share of the calls fails in every way that a call can.
fn failures() -> ErrorRates {
    let faults = [
        (0.03, Fault::Throttled),
        (0.02, Fault::InternalFailure),
        (0.02, Fault::ConnectionDropped),
        (0.03, Fault::ConnectionDroppedAfterEffect),
        (0.02, Fault::AnswerTruncated),
        (0.06, Fault::EffectLost),
    ];
    ErrorRates::new(faults.map(|(share, fault)| ErrorRate { share, fault }).to_vec()).expect("shares of a whole")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes its time: `cargo xtask test` runs it in a step of its own"]
async fn after_each_round_aws_holds_what_the_answers_said() {
    let minimum = MINIMUM.to_string();
    let options = ["--minimum-healthy", &minimum, "--verify-timeout", "0.5"];
    let context = TestContext::start_with(World::four_kinds(MACHINES), &options).await;
    let simulator = context.aws.simulator();
    let started = Instant::now();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for round in 0..ROUNDS {
        // All that is registered becomes healthy, and what drained is gone.
        simulator.advance(Duration::from_hours(1));
        // AWS fails in later rounds than those in which detaches are forced: one whose effect AWS lost counts as made for a
        // while, and it may be made later, when what was forced out meanwhile is missed.
        let forces = round < ROUNDS / 2;
        let fails = !forces && round % 3 == 0;
        simulator.set_error_rates(Calls::All, fails.then(failures));
        let before = truth(&context.aws);
        let mut rng = Rng::with_seed(round);
        let share = [0.8, 0.1, 0.5][rng.usize(..3)];
        let asked: Vec<_> = (0..CLIENTS).map(|_| Asked::any(&mut rng, share, forces)).collect();
        let answers = join_all(asked.iter().map(|asked| asked.send(&context.aws, context.caller()))).await;
        simulator.set_error_rates(Calls::All, None);
        let said: Vec<_> = asked
            .into_iter()
            .zip(&answers)
            .map(|(asked, answer)| {
                let said = asked.said(answer);
                let word = if fails { "while AWS fails" } else { "in peace" };
                *counts.entry(format!("{said:?} {word}")).or_default() += 1;
                (asked, said)
            })
            .collect();
        judge(&context.aws, round, &before, &said);
    }
    println!("{ROUNDS} rounds of {CLIENTS} clients in {:.0} s: {counts:?}", started.elapsed().as_secs_f64());
    for expected in ["Changed in peace", "Unchanged in peace", "Changed while AWS fails", "Unknown while AWS fails"] {
        assert!(counts.contains_key(expected), "no round shows '{expected}': {counts:?}");
    }
    assert!(!counts.contains_key("Unknown in peace"), "{counts:?}");
    context.stop().await;
}
