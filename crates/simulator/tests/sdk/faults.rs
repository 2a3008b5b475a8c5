//! Each kind of fault, as the SDK meets it; and the end of the simulator.

use std::time::{Duration, Instant};

use aws_sdk_elasticloadbalancingv2::error::SdkError;
use elbm_simulator::{
    AwsError, Clock, Config, Ec2, Elbv2, Fault, Fleet, FleetError, Load, Simulator, StartError, Times,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bench::{Bench, LOOSE, refusal, refused_with, target};

#[tokio::test]
async fn errors_are_worded_as_each_service_does() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    let denied = "User: arn:aws:iam::123456789012:user/simulated is not authorized to perform: \
        elasticloadbalancing:RegisterTargets because no identity-based policy allows the \
        elasticloadbalancing:RegisterTargets action";
    let unknown = "The request processing has failed because of an unknown error.";
    let expired = "The security token included in the request is expired";
    let own = AwsError::new("TooManyTargets", "You've reached the limit");
    let elb = [
        (Fault::Throttled, refused_with("Throttling", "Rate exceeded", 400)),
        (Fault::AccessDenied, refused_with("AccessDenied", denied, 403)),
        (Fault::InternalFailure, refused_with("InternalFailure", unknown, 500)),
        (Fault::ExpiredToken, refused_with("ExpiredToken", expired, 403)),
        (Fault::Error(own), refused_with("TooManyTargets", "You've reached the limit", 400)),
    ];
    for (fault, expected) in elb {
        bench.handle.inject(Elbv2::RegisterTargets, Times::Next(1), fault);
        let register = bench.elb.register_targets().target_group_arn(&arn).targets(target(LOOSE));
        assert_eq!(refusal!(register), expected);
    }
    let forbidden = "You are not authorized to perform this operation.";
    let ec2 = [
        (Fault::Throttled, refused_with("RequestLimitExceeded", "Request limit exceeded.", 503)),
        (Fault::AccessDenied, refused_with("UnauthorizedOperation", forbidden, 403)),
        (Fault::InternalFailure, refused_with("InternalError", "An internal error has occurred", 500)),
        (Fault::ExpiredToken, refused_with("RequestExpired", "Request has expired.", 400)),
    ];
    for (fault, expected) in ec2 {
        bench.handle.inject(Ec2::DescribeInstances, Times::Next(1), fault);
        assert_eq!(refusal!(bench.ec2.describe_instances()), expected);
    }
    assert_eq!(bench.handle.membership("default-tg").unwrap().len(), 3);
    bench.ec2.describe_instances().send().await.unwrap();
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_fault_lasts_as_long_as_it_was_asked_to() {
    let bench = Bench::seeded().await;
    let code = async || refusal!(bench.elb.describe_load_balancers().names("absent")).0.unwrap();
    bench.handle.inject(Elbv2::DescribeLoadBalancers, Times::Next(2), Fault::Throttled);
    assert_eq!([code().await, code().await, code().await], ["Throttling", "Throttling", "LoadBalancerNotFound"]);
    bench.handle.inject(Elbv2::DescribeLoadBalancers, Times::All, Fault::Throttled);
    for _ in 0..4 {
        assert_eq!(code().await, "Throttling");
    }
    bench.handle.clear_faults();
    assert_eq!(code().await, "LoadBalancerNotFound");
    assert_eq!(bench.handle.count(Elbv2::DescribeLoadBalancers), 8);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_delayed_answer_was_made_before_the_delay() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    let delay = Duration::from_millis(300);
    bench.handle.inject(Elbv2::DescribeTargetHealth, Times::Next(1), Fault::Delayed(delay));
    let begun = Instant::now();
    let read = tokio::spawn(bench.elb.describe_target_health().target_group_arn(&arn).send());
    while bench.handle.count(Elbv2::DescribeTargetHealth) == 0 {
        tokio::task::yield_now().await;
    }
    // Others are served meanwhile.
    bench.elb.register_targets().target_group_arn(&arn).targets(target(LOOSE)).send().await.unwrap();
    let late = read.await.unwrap().unwrap();
    assert!(begun.elapsed() >= delay);
    assert_eq!(late.target_health_descriptions().len(), 3);
    assert_eq!(bench.shown(&arn).await.len(), 4);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_connection_is_dropped_before_or_after_the_effect() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    for (fault, members) in [(Fault::ConnectionDropped, 3), (Fault::ConnectionDroppedAfterEffect, 4)] {
        bench.handle.inject(Elbv2::RegisterTargets, Times::Next(1), fault.clone());
        let register = bench.elb.register_targets().target_group_arn(&arn).targets(target(LOOSE));
        let error = register.send().await.unwrap_err();
        assert!(matches!(error, SdkError::DispatchFailure(_)), "{fault:?}: {error:?}");
        assert_eq!(bench.handle.membership("default-tg").unwrap().len(), members, "{fault:?}");
    }
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_truncated_answer_is_no_answer() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    bench.handle.inject(Elbv2::RegisterTargets, Times::Next(1), Fault::AnswerTruncated);
    let register = bench.elb.register_targets().target_group_arn(&arn).targets(target(LOOSE));
    let error = register.send().await.unwrap_err();
    assert!(matches!(error, SdkError::ResponseError(_)), "{error:?}");
    assert_eq!(bench.handle.membership("default-tg").unwrap().len(), 4);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn half_of_a_truncated_answer_is_sent() {
    let bench = Bench::seeded().await;
    bench.handle.inject(Ec2::DescribeInstances, Times::Next(1), Fault::AnswerTruncated);
    let body = "Action=DescribeInstances&Version=2016-11-15";
    let request = format!(
        "POST / HTTP/1.1\r\nHost: simulator\r\nX-Amz-Date: 20160829T091233Z\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKID/20160829/us-east-1/ec2/aws4_request, \
         SignedHeaders=host, Signature={}\r\n\r\n{body}",
        body.len(),
        "0".repeat(64)
    );
    let mut stream = TcpStream::connect(bench.simulator.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    let length: usize =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()).unwrap();
    assert!(body.starts_with("<DescribeInstancesResponse"), "{body}");
    assert_eq!(body.len(), length / 2);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let bench = Bench::seeded().await;
    let names = (0..40_000).map(|number| format!("load-balancer-{number}")).collect();
    let refusal = refusal!(bench.elb.describe_load_balancers().set_names(Some(names)));
    assert_eq!((refusal.0.as_deref(), refusal.2), (Some("RequestEntityTooLarge"), Some(413)));
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_stale_write_is_shown_later() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    let stale = Fault::EffectStale(Duration::from_secs(5));
    bench.handle.inject(Elbv2::RegisterTargets, Times::Next(1), stale);
    bench.elb.register_targets().target_group_arn(&arn).targets(target(LOOSE)).send().await.unwrap();
    assert_eq!(bench.handle.membership("default-tg").unwrap().len(), 4);
    assert_eq!(bench.shown(&arn).await.len(), 3);
    let named = bench.elb.describe_target_health().target_group_arn(&arn).targets(target(LOOSE)).send().await.unwrap();
    let health = named.target_health_descriptions()[0].target_health().unwrap();
    assert_eq!(health.reason().unwrap().as_str(), "Target.NotRegistered");
    bench.handle.advance(Duration::from_secs(5));
    assert_eq!(bench.shown(&arn).await.len(), 4);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_lost_write_is_answered_and_changes_nothing() {
    let bench = Bench::seeded().await;
    let arn = bench.group("default-tg").await;
    let before = bench.handle.membership("default-tg").unwrap();
    for action in [Elbv2::RegisterTargets, Elbv2::DeregisterTargets] {
        bench.handle.inject(action, Times::Next(1), Fault::EffectLost);
    }
    bench.elb.register_targets().target_group_arn(&arn).targets(target(LOOSE)).send().await.unwrap();
    let member = target(&before[0].id);
    bench.elb.deregister_targets().target_group_arn(&arn).targets(member).send().await.unwrap();
    assert_eq!(bench.handle.membership("default-tg").unwrap(), before);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_simulator_that_is_shut_down_serves_no_more() {
    let bench = Bench::seeded().await;
    bench.elb.describe_load_balancers().send().await.unwrap();
    let address = bench.simulator.address();
    bench.simulator.shutdown().await;
    let error = bench.elb.describe_load_balancers().send().await.unwrap_err();
    assert!(matches!(error, SdkError::DispatchFailure(_)), "{error:?}");
    // The port is free, and another simulator can have it.
    let config = Config { listen: address, clock: Clock::Real, fleet: Fleet::seeded(), load: Load::default() };
    let again = Simulator::start(config).await.unwrap();
    bench.elb.describe_load_balancers().send().await.unwrap();
    let taken = Config { listen: address, clock: Clock::Real, fleet: Fleet::seeded(), load: Load::default() };
    assert!(matches!(Simulator::start(taken).await, Err(StartError::Listen { .. })));
    again.shutdown().await;
}

#[tokio::test]
async fn what_cannot_run_does_not_start() {
    let listen = ([127, 0, 0, 1], 0).into();
    let mut broken = Fleet::new("us-east-1");
    broken.register("absent", LOOSE, None);
    let error = Simulator::start(Config { listen, clock: Clock::Real, fleet: broken, load: Load::default() })
        .await
        .unwrap_err();
    assert!(matches!(error, StartError::Fleet(FleetError::UnknownTargetGroup(name)) if name == "absent"));
    let clock = Clock::Scaled(0.0);
    let error =
        Simulator::start(Config { listen, clock, fleet: Fleet::seeded(), load: Load::default() }).await.unwrap_err();
    assert!(matches!(error, StartError::Clock(_)));
}
