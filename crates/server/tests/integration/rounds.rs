//! Fifty rounds of sixty-four clients that change what they like, at once and also while AWS fails. After each round AWS
//! truly holds what the answers said.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use elbm_simulator::{Calls, ErrorRate, ErrorRates, Fault, HealthState};
use fastrand::Rng;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::backend::{KINDS, Kind, World};
use crate::context::{Answer, TestContext};

const ROUNDS: u64 = 50;
const CLIENTS: usize = 64;
const MACHINES: usize = 8;
const MINIMUM: usize = 3;

/// What one client asks of one machine.
#[derive(Debug, Clone)]
struct Asked {
    balancer: usize,
    machine: usize,
    attach: bool,
    force: bool,
    way: Way,
}

/// The operation by which it is asked.
#[derive(Debug, Clone, Copy)]
enum Way {
    Body,
    Path,
    ChangeSet,
}

/// What an answer says of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// It was attached, or detached, by this.
    Changed,
    /// It may have been.
    Unknown,
    /// It was not, by this.
    Unchanged,
}

impl Asked {
    /// `share` of the changes are attaches. Where `forces`, a few detaches pass over the guard.
    fn any(rng: &mut Rng, share: f64, forces: bool) -> Self {
        let attach = rng.f64() < share;
        let way = [Way::Body, Way::Path, Way::ChangeSet][rng.usize(..3)];
        let force = forces && !attach && rng.u8(..16) == 0;
        Self { balancer: rng.usize(..KINDS.len()), machine: rng.usize(..MACHINES), attach, force, way }
    }

    async fn send(&self, context: &TestContext) -> Answer {
        let machine = context.aws.machine(self.machine);
        let path = format!("/elb/{}", KINDS[self.balancer].0);
        let query = if self.force { "&force=true" } else { "" };
        let query = format!("?kind={}{query}", KINDS[self.balancer].1.word());
        let (method, path, body) = match (self.way, self.attach) {
            (Way::Body, true) => (Method::POST, format!("{path}{query}"), Some(json!({"instanceId": machine}))),
            (Way::Body, false) => (Method::DELETE, format!("{path}{query}"), Some(json!({"instanceId": machine}))),
            (Way::Path, true) => (Method::PUT, format!("{path}/instances/{machine}{query}"), None),
            (Way::Path, false) => (Method::DELETE, format!("{path}/instances/{machine}{query}"), None),
            (Way::ChangeSet, attach) => {
                let item = json!({"action": if attach { "attach" } else { "detach" }, "instanceId": machine});
                (Method::POST, format!("{path}/changes{query}"), Some(json!({"items": [item]})))
            }
        };
        context
            .send(method, &path, |request| {
                let request = request.header("x-reason", "a round");
                if let Some(body) = &body { request.json(body) } else { request }
            })
            .await
    }

    /// What the answer says; every way to say it is the contract's.
    fn said(&self, answer: &Answer) -> Said {
        let outcome = || answer.body["items"][0]["outcome"].as_str();
        match (answer.status, self.way) {
            (200, Way::ChangeSet) if outcome() == Some("unchanged") => Said::Unchanged,
            (201, Way::Body | Way::Path) | (200, Way::ChangeSet) => Said::Changed,
            (200, Way::Path) if answer.body["changed"] == true => Said::Changed,
            (200, Way::Path) => Said::Unchanged,
            _ if answer.body["error"] == "EffectUnverified" => Said::Unknown,
            (409 | 422 | 500 | 502 | 503 | 504, _) => Said::Unchanged,
            _ => panic!("{self:?}: {answer:?}"),
        }
    }
}

/// The machines that are truly registered, and whether each is healthy, by load balancer.
fn truth(context: &TestContext) -> Vec<BTreeMap<String, bool>> {
    let simulator = context.aws.simulator();
    let of = |(name, kind, _): (&str, Kind, u16)| -> BTreeMap<String, bool> {
        if kind == Kind::Classic {
            // Those that were there before the round are healthy: see `lost`.
            simulator.classic_membership(name).expect("there").into_iter().map(|id| (id, true)).collect()
        } else {
            let members = simulator.membership(&format!("{name}-tg")).expect("there").into_iter();
            let live = members.filter(|member| member.health.state != HealthState::Draining);
            live.map(|member| (member.id, member.health.state == HealthState::Healthy)).collect()
        }
    };
    KINDS.into_iter().map(of).collect()
}

/// What is wrong with one machine of one load balancer after a round.
fn wrong(was: bool, is: bool, said: &[(bool, Said)]) -> Option<&'static str> {
    let any = |attach: bool, what: Said| said.contains(&(attach, what));
    let (came, went) = (any(true, Said::Changed), any(false, Said::Changed));
    let (may_have_come, may_have_gone) = (any(true, Said::Unknown), any(false, Said::Unknown));
    if came && was && !went && !may_have_gone {
        return Some("it was attached, but it was there");
    }
    if went && !was && !came && !may_have_come {
        return Some("it was detached, but it was not there");
    }
    match is {
        true if !came && !may_have_come && (went || !was) => Some("it is there, and nobody attached it"),
        false if !went && !may_have_gone && (came || was) => Some("it is gone, and nobody detached it"),
        _ => None,
    }
}

/// How many of the machines that were healthy in a load balancer still are.
fn healthy_after(
    kind: Kind,
    before: &BTreeMap<String, bool>,
    after: &BTreeMap<String, bool>,
    left: &BTreeSet<&str>,
) -> usize {
    let stays = |id: &&String| after.get(*id) == Some(&true) && (kind != Kind::Classic || !left.contains(id.as_str()));
    before.keys().filter(stays).count()
}

fn judge(context: &TestContext, round: u64, before: &[BTreeMap<String, bool>], said: &[(Asked, Said)]) {
    let after = truth(context);
    for (number, (name, kind, _)) in KINDS.into_iter().enumerate() {
        let here = || said.iter().filter(|(asked, _)| asked.balancer == number);
        for machine in 0..MACHINES {
            let id = context.aws.machine(machine);
            let of: Vec<_> = here().filter(|(asked, _)| asked.machine == machine).collect();
            let told: Vec<_> = of.iter().map(|(asked, said)| (asked.attach, *said)).collect();
            let wrong = wrong(before[number].contains_key(id), after[number].contains_key(id), &told);
            assert_eq!(wrong, None, "round {round}, {id} of {name}: {of:#?}");
        }
        let out = || here().filter(|(asked, said)| !asked.attach && *said != Said::Unchanged);
        let left: BTreeSet<_> = out().map(|(asked, _)| context.aws.machine(asked.machine)).collect();
        let forced = out().filter(|(asked, _)| asked.force).count();
        let healthy = healthy_after(kind, &before[number], &after[number], &left);
        assert!(
            healthy + forced >= MINIMUM.min(before[number].len()),
            "round {round}: {healthy} machines of {name} are healthy still, {forced} were forced out: {:?} → {:?} by {:#?}",
            before[number],
            after[number],
            here().filter(|(_, said)| *said != Said::Unchanged).collect::<Vec<_>>()
        );
    }
}

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
        let before = truth(&context);
        let mut rng = Rng::with_seed(round);
        let share = [0.8, 0.1, 0.5][rng.usize(..3)];
        let asked: Vec<_> = (0..CLIENTS).map(|_| Asked::any(&mut rng, share, forces)).collect();
        let answers = join_all(asked.iter().map(|asked| asked.send(&context))).await;
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
        judge(&context, round, &before, &said);
    }
    println!("{ROUNDS} rounds of {CLIENTS} clients in {:.0} s: {counts:?}", started.elapsed().as_secs_f64());
    for expected in ["Changed in peace", "Unchanged in peace", "Changed while AWS fails", "Unknown while AWS fails"] {
        assert!(counts.contains_key(expected), "no round shows '{expected}': {counts:?}");
    }
    assert!(!counts.contains_key("Unknown in peace"), "{counts:?}");
    context.stop().await;
}
