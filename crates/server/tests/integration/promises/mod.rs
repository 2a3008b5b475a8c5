//! What the service promises under each fault, as a table: fault × promise × what came of it, with the number of requests.
//! Each row starts its own service and AWS; all of them are run, whatever becomes of the others.

mod clock;
mod connections;
mod disk;
mod killed;
mod of_aws;
mod outage;
mod proxy;
mod rolling;
mod stopped;

use std::thread;
use std::time::Instant;

use futures_util::future::BoxFuture;

pub(crate) use self::connections::resident;
use crate::rounds::seen::Seen;

/// A row of the table.
struct Row {
    fault: &'static str,
    promise: &'static str,
    /// Panics where the promise is broken.
    proof: fn() -> BoxFuture<'static, Seen>,
}

/// A row whose proof is an async function.
macro_rules! promise {
    ($fault:literal, $promise:literal, $proof:path) => {
        Row { fault: $fault, promise: $promise, proof: || Box::pin($proof()) }
    };
}

const PROMISES: &[Row] = &[
    promise!(
        "AWS throttles 50 % of the calls",
        "a success was seen; else 503 with Retry-After, or 504 that says it may have happened",
        of_aws::throttles
    ),
    promise!("AWS answers 20 % of the calls with 5xx", "a success was seen; else 502 or 504", of_aws::fails),
    promise!("every AWS call takes 2 s", "nothing fails", of_aws::is_slow),
    promise!(
        "AWS resets 20 % of the connections, half of them after the effect",
        "a success was seen; else 502 or 504",
        of_aws::resets_connections
    ),
    promise!(
        "20 % of AWS's answers end in the middle of the XML",
        "a success was seen; else 502 or 504",
        of_aws::truncates
    ),
    promise!(
        "half of the writes are shown by reads late or not in time",
        "no success before a read shows it; else 504 that says it may have happened",
        of_aws::is_stale
    ),
    promise!(
        "AWS is gone for a minute",
        "nothing changes, 502; the service stays ready, streams tell of it and go on; all is well after",
        outage::of_a_minute
    ),
    promise!(
        "the clock jumps by a day, ahead and back; AWS's by hours",
        "every answer is right; waits end when asked; a drain of tomorrow is restored today",
        clock::jumps
    ),
    promise!(
        "kill -9 while 59 changes are made",
        "each target is the old or the new one; a repetition after the restart makes the rest",
        killed::in_a_batch
    ),
    promise!(
        "kill -9 while a machine is drained, or restored",
        "what is out is remembered; a restore after the restart brings all of it back",
        killed::in_a_drain
    ),
    promise!(
        "SIGTERM under load",
        "every accepted request is answered; waits end with 202; streams get their closing event; exit code 0",
        stopped::under_load
    ),
    promise!(
        "rolling restarts of two replicas behind a proxy",
        "no request fails, and each success is so",
        rolling::restarts
    ),
    promise!("the disk of the log is full", "requests are answered as ever", disk::is_full),
    promise!(
        "10,000 connections, under a soft limit of 1,024 files",
        "each is answered; the next one waits for its place",
        connections::ten_thousand
    ),
];

#[test]
#[ignore = "it takes its time: `cargo xtask test` runs it in a step of its own"]
fn each_promise_is_kept_under_its_fault() {
    let wanted = std::env::var("ELBM_TEST_PROMISE").unwrap_or_default();
    let mut broken = 0;
    let mut table = Vec::new();
    for Row { fault, promise, proof } in PROMISES.iter().filter(|row| row.fault.contains(&wanted)) {
        let started = Instant::now();
        let proven = alone(*proof);
        let seconds = started.elapsed().as_secs_f64();
        broken += usize::from(proven.is_err());
        let result = match proven {
            Ok(seen) => format!("kept: {seen}"),
            // The panic itself is printed where it happened.
            Err(_) => "BROKEN".to_owned(),
        };
        println!("{fault}: {result}");
        table.push(format!("{fault}\n    promise  {promise}\n    {result}  ({seconds:.0} s)"));
    }
    println!("\n{}\n\n{} promises, {broken} broken", table.join("\n"), table.len());
    assert!(!table.is_empty(), "no fault is called '{wanted}'");
    assert_eq!(broken, 0, "see the table");
}

/// Runs a proof on a thread of its own, by which its record of changes is known.
fn alone(proof: fn() -> BoxFuture<'static, Seen>) -> thread::Result<Seen> {
    let row = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(proof())
    };
    thread::spawn(row).join()
}
