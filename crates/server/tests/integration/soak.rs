//! Mixed load for half an hour, or as long as one likes: reads, changes, drains, streams, while AWS is well and while it fails.
//! Memory stays flat, and no answer is wrong.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use elbm_simulator::{Calls, ErrorRate, ErrorRates, Fault, Handle};
use serde_json::Value;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::backend::{KINDS, World};
use crate::context::{PATIENCE, TestContext};
use crate::following::Following;
use crate::maintenance::post;
use crate::promises::resident;
use crate::rounds::asked::MACHINES;
use crate::rounds::clients::{Rounds, SETTLED, shows_the_truth};
use crate::rounds::seen::Seen;
use crate::rounds::truth::{MINIMUM, truth};

/// Says how many minutes.
const MINUTES: &str = "ELBM_SOAK_MINUTES";

/// A round begins each second at most: what is looked at is time, not speed.
const PACE: Duration = Duration::from_secs(1);

/// How many samples of the memory are taken.
const SAMPLES: u32 = 60;

/// How many streams are open; each round opens one, and leaves the oldest.
const STREAMS: usize = 16;

/// How much more memory there may be in the last quarter than in the second one, beside 8 MiB. In the first one caches fill.
const GROWTH: f64 = 1.1;

/// In every fourth round.
fn failures(simulator: &Handle) {
    let faults = [
        (0.05, Fault::Throttled),
        (0.05, Fault::InternalFailure),
        (0.05, Fault::ConnectionDropped),
        (0.03, Fault::ConnectionDroppedAfterEffect),
        (0.02, Fault::AnswerTruncated),
    ];
    let rates = faults.map(|(share, fault)| ErrorRate { share, fault }).to_vec();
    simulator.set_error_rates(Calls::All, Some(ErrorRates::new(rates).expect("shares of a whole")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes half an hour: `cargo xtask soak` runs it"]
async fn memory_stays_flat_and_no_answer_is_wrong() {
    let minutes = std::env::var(MINUTES).map_or(30, |minutes| minutes.parse().expect("a number of minutes"));
    let lasting = Duration::from_mins(minutes);
    let minimum = MINIMUM.to_string();
    let context = TestContext::start_with(World::four_kinds(MACHINES), &["--minimum-healthy", &minimum]).await;
    let (began, mut beat) = (Instant::now(), interval(PACE));
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut seen, mut samples, mut streams) = (Seen::default(), Vec::new(), VecDeque::new());
    let mut followed = Followed::begin(&context).await;
    let peace = Rounds { number: 1, clients: 24, refusals: &[] };
    let fails = &[(503, "AwsThrottled"), (502, "AwsError"), (502, "AwsUnreachable"), (504, "EffectUnverified")];
    let war = Rounds { refusals: fails, ..peace };
    for round in 0.. {
        beat.tick().await;
        if round % 4 == 3 {
            war.round(&context, round, &failures, &mut seen).await;
        } else {
            peace.round(&context, round, &|_: &Handle| (), &mut seen).await;
        }
        maintain(&context, usize::try_from(round).expect("few rounds") % MACHINES, &mut seen).await;
        let (name, _, _) = KINDS[streams.len() % KINDS.len()];
        let mut stream = context.follow(&format!("{name}/events")).await;
        stream.expect("snapshot").await;
        streams.push_back(stream);
        streams.truncate(STREAMS);
        streams.rotate_left(1);
        followed.catch_up().await;
        let passed = began.elapsed();
        if passed >= lasting / SAMPLES * u32::try_from(samples.len()).expect("few samples") {
            samples.push(resident(context.process()));
            println!("{:>5.0} s  {:>7} KiB  {round} rounds, {seen}", passed.as_secs_f64(), samples[samples.len() - 1]);
        }
        if passed >= lasting {
            break;
        }
    }
    followed.shows_the_truth(&context).await;
    println!("{seen}; {} events of one stream; KiB: {samples:?}", followed.events);
    is_flat(&samples);
    drop((streams, followed));
    context.stop().await;
}

/// Takes a machine out of everything, and brings it back.
async fn maintain(context: &TestContext, machine: usize, seen: &mut Seen) {
    let (before, machine) = (truth(&context.aws), context.aws.machine(machine));
    let drained = post(context, machine, "drain").await;
    seen.note(&drained);
    let is_in = || truth(&context.aws).iter().filter(|members| members.contains_key(machine)).count();
    if drained.status != 200 {
        // It would leave too few, or it is nowhere.
        assert_eq!(drained.status, 409, "{drained:?}");
        return;
    }
    assert_eq!(is_in(), 0, "{drained:?}");
    context.aws.simulator().advance(SETTLED);
    let restored = post(context, machine, "restore").await;
    seen.note(&restored);
    let was_in = before.iter().filter(|members| members.contains_key(machine)).count();
    if was_in > 0 {
        assert_eq!((restored.status, is_in()), (200, was_in), "{restored:?}");
    }
    shows_the_truth(context, seen).await;
}

/// A stream that is followed from the beginning to the end, and what it shows.
struct Followed {
    stream: Following,
    shown: BTreeSet<String>,
    events: usize,
}

impl Followed {
    async fn begin(context: &TestContext) -> Self {
        Self { stream: context.follow("alb/events").await, shown: BTreeSet::new(), events: 0 }
    }

    /// Takes what has come.
    async fn catch_up(&mut self) {
        while let Some(event) = self.stream.at_once().await {
            self.take(&event);
        }
    }

    fn take(&mut self, event: &Value) {
        self.events += 1;
        let ids = |machines: &Value, id: fn(&Value) -> &Value| -> Vec<String> {
            let all = machines.as_array().into_iter().flatten();
            all.filter_map(|machine| id(machine).as_str().map(str::to_owned)).collect()
        };
        match event["event"].as_str() {
            Some("snapshot") => self.shown = BTreeSet::new(),
            Some("change") => {
                let gone = ids(&event["gone"], |id| id);
                self.shown.retain(|id| !gone.contains(id));
            }
            Some("failure") => {}
            _ => panic!("{event}"),
        }
        self.shown.extend(ids(&event["machines"], |machine| &machine["instanceId"]));
    }

    /// Waits until it shows what AWS holds.
    async fn shows_the_truth(&mut self, context: &TestContext) {
        let caught_up = async {
            loop {
                let truth: BTreeSet<_> = truth(&context.aws)[0].keys().cloned().collect();
                if self.shown == truth {
                    return;
                }
                let event = self.stream.next().await.expect("the stream goes on");
                self.take(&event);
            }
        };
        tokio::time::timeout(PATIENCE, caught_up).await.expect("the stream shows what AWS holds");
    }
}

/// The memory of the last quarter is that of the second one.
fn is_flat(samples: &[u64]) {
    let quarter = samples.len() / 4;
    assert!(quarter > 1, "too few samples to tell: {samples:?}");
    let median = |samples: &[u64]| {
        let mut sorted = samples.to_vec();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().and_then(|kib| u32::try_from(kib).ok()).map_or(0.0, f64::from)
    };
    let (second, last) = (median(&samples[quarter..2 * quarter]), median(&samples[samples.len() - quarter..]));
    println!("median of the second quarter {second:.0} KiB, of the last one {last:.0} KiB");
    assert!(last <= second * GROWTH + 8192.0, "memory grows");
}
