//! Load, as the SDK meets it: throttling, latency, error rates, an AWS that is away.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

use aws_sdk_elasticloadbalancingv2::error::{ProvideErrorMetadata as _, SdkError};
use elbm_simulator::{
    Calls, Clock, Config, Ec2, Elbv2, ErrorRates, Fault, Fleet, Latency, Load, Outcome, Throttling, Times,
};
use futures_util::future::join_all;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use crate::bench::{Bench, LOOSE, refusal, refused_with, target};

/// How many of 100 register calls at once are answered; the others must be throttled.
async fn burst(bench: &Bench, arn: &str) -> usize {
    let register = |_| bench.elb.register_targets().target_group_arn(arn).targets(target(LOOSE)).send();
    let answers = join_all((0..100).map(register)).await;
    let refused: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    for error in &refused {
        assert_eq!((error.code(), error.message()), (Some("Throttling"), Some("Rate exceeded")));
    }
    answers.len() - refused.len()
}

#[tokio::test]
async fn a_burst_of_a_hundred_registrations_meets_the_documented_bucket() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    bench.handle.set_throttling(Throttling::documented());
    bench.handle.reset_calls();
    let mut passed = vec![burst(&bench, &arn).await];
    for seconds in [1, 1, 3, 5, 60] {
        bench.handle.advance(Duration::from_secs(seconds));
        passed.push(burst(&bench, &arn).await);
    }
    assert_eq!(passed, [20, 4, 4, 12, 20, 20]);

    let outcomes = BTreeMap::from([(Outcome::Answered, 80), (Outcome::Throttled, 520)]);
    assert_eq!(bench.handle.counts(), BTreeMap::from([(Elbv2::RegisterTargets.into(), outcomes)]));
    let calls = bench.handle.calls();
    assert_eq!(calls.iter().filter(|call| call.outcome == Outcome::Throttled).count(), 520);
    bench.handle.set_throttling(Throttling::default());
    assert_eq!(burst(&bench, &arn).await, 100);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_fast_clock_fills_no_bucket() {
    let load = Load { throttling: Throttling::documented(), ..Load::default() };
    let bench = Bench::run(Config { clock: Clock::Scaled(10_000.0), load, ..Bench::config(Fleet::seeded()) }).await;
    let (begun, before) = (Instant::now(), bench.handle.now());
    let burst = || join_all((0..100).map(|_| bench.ec2.describe_instances().send()));
    let mut all = burst().await;
    while bench.handle.now() - before < chrono::TimeDelta::hours(1) {
        tokio::task::yield_now().await;
    }
    all.extend(burst().await);
    let seconds = usize::try_from(begun.elapsed().as_secs()).unwrap();
    let passed = all.iter().filter(|answer| answer.is_ok()).count();
    assert!((50..=50 + 10 * seconds).contains(&passed), "{passed} in {seconds} s");
    let error = all.into_iter().find_map(Result::err).unwrap();
    assert_eq!(error.code(), Some("RequestLimitExceeded"));
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_throttled_call_uses_up_no_fault() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    bench.handle.inject(Elbv2::RegisterTargets, Times::Next(1), Fault::AccessDenied);
    bench.handle.set_throttling("elbv2:registration=1/1".parse().unwrap());
    let code = async || {
        let register = bench.elb.register_targets().target_group_arn(&arn).targets(target(LOOSE));
        refusal!(register).0.unwrap()
    };
    bench.elb.deregister_targets().target_group_arn(&arn).targets(target(LOOSE)).send().await.unwrap();
    assert_eq!(code().await, "Throttling");
    bench.handle.advance(Duration::from_secs(1));
    assert_eq!(code().await, "AccessDenied");
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn answers_take_their_time_and_nobody_else_waits() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    let set = |latency| bench.handle.set_latency(Calls::Of(Elbv2::RegisterTargets.into()), latency);
    set(Some(Latency::fixed(Duration::from_hours(1)).unwrap()));
    let register = || bench.elb.register_targets().target_group_arn(&arn).targets(target(LOOSE)).send();
    let waiting = tokio::spawn(register());
    while bench.handle.count(Elbv2::RegisterTargets) == 0 {
        tokio::task::yield_now().await;
    }
    // The call has acted already.
    assert_eq!(bench.shown(&arn).await.len(), 4);
    assert!(!waiting.is_finished());
    waiting.abort();

    let latency = Duration::from_millis(100);
    set(Some(Latency::fixed(latency).unwrap()));
    let begun = Instant::now();
    register().await.unwrap();
    assert!(begun.elapsed() >= latency);
    set(None);
    register().await.unwrap();
    bench.simulator.shutdown().await;
}

/// Which of 60 calls fail, with which code.
async fn codes(seed: u64) -> Vec<Option<String>> {
    let mut load = Load { seed, ..Load::default() };
    load.error_rates.set(Calls::All, Some("0.2".parse().unwrap()));
    let throttled: ErrorRates = "0.5:throttled".parse().unwrap();
    load.error_rates.set(Calls::Of(Ec2::DescribeInstances.into()), Some(throttled));
    let bench = Bench::run(Config { load, ..Bench::config(Fleet::seeded()) }).await;
    let mut codes = Vec::new();
    for _ in 0..30 {
        let answers = [
            bench.elb.describe_load_balancers().send().await.err().and_then(|error| error.code().map(str::to_owned)),
            bench.ec2.describe_instances().send().await.err().and_then(|error| error.code().map(str::to_owned)),
        ];
        codes.extend(answers);
    }
    bench.handle.set_error_rates(Calls::Of(Ec2::DescribeInstances.into()), Some("0".parse().unwrap()));
    bench.ec2.describe_instances().send().await.unwrap();
    bench.simulator.shutdown().await;
    codes
}

#[tokio::test]
async fn a_share_of_the_calls_fails_and_a_seed_repeats_it() {
    let first = codes(7).await;
    assert_eq!(codes(7).await, first);
    assert_ne!(codes(8).await, first);
    let failed = |code: &str| first.iter().filter(|found| found.as_deref() == Some(code)).count();
    assert!((1..15).contains(&failed("InternalFailure")), "{first:?}");
    assert!((8..23).contains(&failed("RequestLimitExceeded")), "{first:?}");
}

#[tokio::test]
async fn nobody_reaches_an_aws_that_is_away() {
    let bench = Bench::seeded().await;
    let unreachable = async || {
        let error = bench.elb.describe_load_balancers().send().await.unwrap_err();
        assert!(matches!(error, SdkError::DispatchFailure(_)), "{error:?}");
    };
    // One connection is open already, the others are made in vain.
    bench.elb.describe_load_balancers().send().await.unwrap();
    bench.handle.reset_calls();
    bench.handle.go_away(Some(Duration::from_secs(30)));
    for _ in 0..3 {
        unreachable().await;
    }
    assert_eq!(bench.handle.count(Elbv2::DescribeLoadBalancers), 0);
    // It does not even wait for a request.
    let mut stream = TcpStream::connect(bench.simulator.address()).await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    bench.handle.advance(Duration::from_millis(29_999));
    unreachable().await;
    bench.handle.advance(Duration::from_millis(1));
    bench.elb.describe_load_balancers().send().await.unwrap();
    bench.handle.go_away(None);
    bench.handle.advance(Duration::from_hours(24));
    unreachable().await;
    bench.handle.come_back();
    bench.elb.describe_load_balancers().send().await.unwrap();
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_reset_goes_back_to_the_start() {
    let mut load = Load { seed: 3, ..Load::default() };
    load.error_rates.set(Calls::Of(Ec2::DescribeInstances.into()), Some("1:throttled".parse().unwrap()));
    let bench = Bench::run(Config { load, ..Bench::config(Fleet::seeded()) }).await;
    let arn = bench.group("default-tg").await;
    let before = bench.handle.membership("default-tg").unwrap();
    bench.elb.register_targets().target_group_arn(&arn).targets(target(LOOSE)).send().await.unwrap();
    bench.handle.terminate(LOOSE).unwrap();
    bench.handle.set_error_rates(Calls::Of(Ec2::DescribeInstances.into()), None);
    bench.handle.inject(Elbv2::RegisterTargets, Times::All, Fault::AccessDenied);
    bench.handle.set_throttling("elbv2:describe=0/0".parse().unwrap());
    bench.handle.go_away(None);
    bench.handle.advance(Duration::from_secs(90));
    let now = bench.handle.now();
    bench.handle.reset();
    assert_eq!((bench.handle.now(), bench.handle.calls().len()), (now, 0));
    assert_eq!(bench.handle.membership("default-tg").unwrap(), before);
    bench.elb.register_targets().target_group_arn(&arn).targets(target(LOOSE)).send().await.unwrap();
    let spent = refused_with("RequestLimitExceeded", "Request limit exceeded.", 503);
    assert_eq!(refusal!(bench.ec2.describe_instances()), spent);
    bench.elb.describe_load_balancers().send().await.unwrap();
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn an_instance_is_stopped_and_started() {
    let bench = Bench::seeded().await;
    let launched = async || {
        let found = bench.ec2.describe_instances().instance_ids(LOOSE).send().await.unwrap();
        let instance = &found.reservations()[0].instances()[0];
        let state = instance.state().unwrap().name().unwrap().as_str().to_owned();
        (state, instance.launch_time().unwrap().secs())
    };
    let (_, first) = launched().await;
    assert_eq!(bench.handle.start(LOOSE).unwrap_err().to_string(), format!("the instance '{LOOSE}' is not stopped"));
    bench.handle.stop(LOOSE).unwrap();
    assert_eq!(launched().await, ("stopped".to_owned(), first));
    bench.handle.advance(Duration::from_mins(5));
    bench.handle.start(LOOSE).unwrap();
    assert_eq!(launched().await, ("running".to_owned(), bench.handle.now().timestamp()));
    bench.handle.terminate(LOOSE).unwrap();
    assert!(bench.handle.start(LOOSE).is_err());
    bench.simulator.shutdown().await;
}
