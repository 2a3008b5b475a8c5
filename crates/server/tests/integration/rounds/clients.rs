//! Rounds of many clients that change and read what they like, while AWS is well or not. Each is judged by what AWS then holds.

use std::collections::BTreeSet;
use std::time::Duration;

use elbm_simulator::{Calls, Handle};
use fastrand::Rng;
use futures_util::future::join_all;
use reqwest::Method;

use super::asked::{Asked, MACHINES};
use super::seen::Seen;
use super::truth::{judge, truth};
use crate::backend::KINDS;
use crate::context::{Answer, TestContext};

/// Longer than anything here takes to become healthy, or to drain.
pub(crate) const SETTLED: Duration = Duration::from_hours(1);

/// Rounds of clients that change and read what they like.
pub(crate) struct Rounds {
    /// How many.
    pub(crate) number: u64,
    /// How many clients change something in each round; a quarter as many read.
    pub(crate) clients: usize,
    /// The refusals that are no broken promise, status and code, beyond those that peace has too.
    pub(crate) refusals: &'static [(u16, &'static str)],
}

/// What peace has: the guard, and what is so already.
const OF_PEACE: &[(u16, &str)] = &[
    (409, "AlreadyAttached"),
    (409, "NotAttached"),
    (409, "Draining"),
    (409, "WouldBreachMinimumHealthy"),
    (409, "ItemsRefused"),
];

impl Rounds {
    /// Lets the fault befall AWS in each round, and takes it back after. Panics where an answer is not right.
    pub(crate) async fn run(&self, context: &TestContext, befall: impl Fn(&Handle)) -> Seen {
        let mut seen = Seen::default();
        for round in 0..self.number {
            self.round(context, round, &befall, &mut seen).await;
        }
        seen
    }

    /// One round, whose number decides what is asked.
    pub(crate) async fn round(&self, context: &TestContext, round: u64, befall: &impl Fn(&Handle), seen: &mut Seen) {
        let simulator = context.aws.simulator();
        simulator.advance(SETTLED);
        let before = truth(&context.aws);
        let mut rng = Rng::with_seed(round);
        let share = [0.8, 0.2, 0.5][usize::try_from(round).expect("few rounds") % 3];
        let asked: Vec<_> = (0..self.clients).map(|_| Asked::any(&mut rng, share, false)).collect();
        let reads: Vec<_> = (0..self.clients / 4).map(|_| any_read(&mut rng, context)).collect();
        befall(simulator);
        let changed = join_all(asked.iter().map(|asked| asked.send(&context.aws, context.caller())));
        let read = join_all(reads.iter().map(|path| context.get(path)));
        let (changed, read) = tokio::join!(changed, read);
        simulator.set_error_rates(Calls::All, None);
        simulator.set_latency(Calls::All, None);
        for answer in changed.iter().chain(&read) {
            self.permit(answer);
            seen.note(answer);
        }
        let said: Vec<_> =
            asked.into_iter().zip(&changed).map(|(asked, answer)| (asked.clone(), asked.said(answer))).collect();
        judge(&context.aws, round, &before, &said);
        // What reads show late, they show now.
        simulator.advance(SETTLED);
        shows_the_truth(context, seen).await;
    }

    fn permit(&self, answer: &Answer) {
        let Some(code) = answer.body["error"].as_str() else { return };
        let verdict = (answer.status, code);
        assert!(OF_PEACE.contains(&verdict) || self.refusals.contains(&verdict), "{answer:?}");
    }
}

fn any_read(rng: &mut Rng, context: &TestContext) -> String {
    let (name, _, _) = KINDS[rng.usize(..KINDS.len())];
    let machine = context.aws.machine(rng.usize(..MACHINES));
    match rng.u8(..4) {
        0 => "/elb?counts=true".to_owned(),
        1 => format!("/elb/{name}/targets"),
        2 => format!("/instances/{machine}"),
        _ => format!("/elb/{name}"),
    }
}

/// Once AWS is well, so is the service, and it shows what AWS holds.
pub(crate) async fn shows_the_truth(context: &TestContext, seen: &mut Seen) {
    for (truth, (name, _, _)) in truth(&context.aws).iter().zip(KINDS) {
        let shown = context.send(Method::GET, &format!("/elb/{name}"), |request| request).await;
        seen.note(&shown);
        let machines = shown.body.as_array().unwrap_or_else(|| panic!("{shown:?}"));
        let ids: BTreeSet<_> = machines.iter().filter_map(|machine| machine["instanceId"].as_str()).collect();
        assert_eq!(ids, truth.keys().map(String::as_str).collect(), "{name}");
    }
}
