//! AWS fails, throttles, is slow or stale, in a share of its calls.

use std::time::Duration;

use elbm_simulator::{Calls, ErrorRate, ErrorRates, Fault, Handle, Latency};

use crate::backend::World;
use crate::context::TestContext;
use crate::rounds::asked::MACHINES;
use crate::rounds::clients::Rounds;
use crate::rounds::seen::Seen;
use crate::rounds::truth::MINIMUM;

/// Lets a share of all calls meet faults.
fn share(faults: &[(f64, Fault)]) -> ErrorRates {
    let rates = faults.iter().map(|(share, fault)| ErrorRate { share: *share, fault: fault.clone() });
    ErrorRates::new(rates.collect()).expect("shares of a whole")
}

pub(super) async fn throttles() -> Seen {
    let refusals = &[(503, "AwsThrottled"), (504, "EffectUnverified"), (502, "PartialFailure")];
    with_rates(share(&[(0.5, Fault::Throttled)]), refusals, "503 AwsThrottled").await
}

pub(super) async fn fails() -> Seen {
    let refusals = &[(502, "AwsError"), (504, "EffectUnverified"), (502, "PartialFailure")];
    with_rates(share(&[(0.2, Fault::InternalFailure)]), refusals, "504 EffectUnverified").await
}

pub(super) async fn resets_connections() -> Seen {
    let faults = share(&[(0.1, Fault::ConnectionDropped), (0.1, Fault::ConnectionDroppedAfterEffect)]);
    let refusals = &[(502, "AwsUnreachable"), (504, "EffectUnverified"), (502, "PartialFailure")];
    with_rates(faults, refusals, "").await
}

pub(super) async fn truncates() -> Seen {
    let refusals = &[(502, "AwsUnreachable"), (502, "AwsError"), (504, "EffectUnverified"), (502, "PartialFailure")];
    with_rates(share(&[(0.2, Fault::AnswerTruncated)]), refusals, "").await
}

pub(super) async fn is_stale() -> Seen {
    let faults = share(&[
        (0.25, Fault::EffectStale(Duration::from_secs(1))),
        (0.25, Fault::EffectStale(Duration::from_hours(1))),
    ]);
    with_rates(faults, &[(504, "EffectUnverified"), (502, "PartialFailure")], "504 EffectUnverified").await
}

/// Rounds in which all calls meet these faults. `expected` is an end that some request must have met, or the fault was none.
async fn with_rates(rates: ErrorRates, refusals: &'static [(u16, &'static str)], expected: &str) -> Seen {
    let minimum = MINIMUM.to_string();
    let options = ["--minimum-healthy", &minimum, "--verify-timeout", "0.5"];
    let context = TestContext::start_with(World::four_kinds(MACHINES), &options).await;
    let simulator = context.aws.simulator().clone();
    // Stale reads are late by the simulator's time, which nothing else moves.
    let time = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            simulator.advance(Duration::from_secs(1));
        }
    });
    let rounds = Rounds { number: 8, clients: 32, refusals };
    let befall = |simulator: &Handle| simulator.set_error_rates(Calls::All, Some(rates.clone()));
    let seen = rounds.run(&context, befall).await;
    time.abort();
    assert!(expected.is_empty() || seen.count(expected) > 0, "no request met the fault: {seen}");
    context.stop().await;
    seen
}

pub(super) async fn is_slow() -> Seen {
    let minimum = MINIMUM.to_string();
    let context = TestContext::start_with(World::four_kinds(MACHINES), &["--minimum-healthy", &minimum]).await;
    let latency = Latency::fixed(Duration::from_secs(2)).expect("a latency");
    let rounds = Rounds { number: 1, clients: 48, refusals: &[] };
    let seen = rounds.run(&context, |simulator| simulator.set_latency(Calls::All, Some(latency))).await;
    context.stop().await;
    seen
}
