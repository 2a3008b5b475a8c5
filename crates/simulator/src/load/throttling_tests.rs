//! How many calls pass, at which time.

use proptest::prelude::*;

use super::*;
use crate::services::{AutoScaling, Ec2, Elb, Elbv2};

const REGISTRATION: Bucket = Bucket { burst: 20, per_second: 4 };

/// How many of `calls` calls at this time pass.
fn passing(levels: &mut Levels, throttling: &Throttling, action: Action, calls: usize, millis: u64) -> usize {
    let now = Duration::from_millis(millis);
    (0..calls)
        .filter(|_| levels.take(throttling, action, &BTreeMap::from([("MaxResults".into(), "5".into())]), now))
        .count()
}

#[test]
fn the_documented_buckets_let_their_burst_through_and_then_their_rate() {
    let throttling = Throttling::documented();
    let table = [
        (Action::from(Elbv2::RegisterTargets), 20, 4),
        (Elbv2::DeregisterTargets.into(), 20, 4),
        (Elbv2::DescribeTargetHealth.into(), 40, 10),
        (Elbv2::DescribeLoadBalancers.into(), 40, 10),
        (Elb::RegisterInstancesWithLoadBalancer.into(), 20, 4),
        (Elb::DescribeInstanceHealth.into(), 40, 10),
        (Elb::ConfigureHealthCheck.into(), 20, 3),
        (Ec2::DescribeInstances.into(), 100, 20),
    ];
    for (action, burst, per_second) in table {
        let mut levels = Levels::default();
        let pass = |levels: &mut Levels, millis| passing(levels, &throttling, action, 200, millis);
        assert_eq!(pass(&mut levels, 0), burst, "{action}");
        assert_eq!(pass(&mut levels, 999), 0, "{action}");
        assert_eq!(pass(&mut levels, 1000), per_second, "{action}");
        assert_eq!(pass(&mut levels, 1999), 0, "{action}");
        assert_eq!(pass(&mut levels, 4500), 3 * per_second, "{action}");
        assert_eq!(pass(&mut levels, 5000), per_second, "the second is not lost to the read in its midst: {action}");
        assert_eq!(pass(&mut levels, 1_000_000), burst, "a full bucket takes no more: {action}");
    }
}

#[test]
fn buckets_are_shared_by_class_but_on_ec2() {
    let (throttling, mut levels) = (Throttling::documented(), Levels::default());
    let mut pass = |action: Action, calls| passing(&mut levels, &throttling, action, calls, 0);
    assert_eq!(pass(Elbv2::RegisterTargets.into(), 15), 15);
    assert_eq!(pass(Elbv2::DeregisterTargets.into(), 15), 5);
    assert_eq!(pass(Elbv2::DescribeTargetHealth.into(), 30), 30);
    assert_eq!(pass(Elbv2::DescribeListeners.into(), 30), 10);
    assert_eq!(pass(Elb::DescribeLoadBalancers.into(), 60), 40);
    assert_eq!(pass(Ec2::DescribeInstances.into(), 200), 100);
    assert_eq!(pass(AutoScaling::EnterStandby.into(), 999), 999);
    let everything = BTreeMap::new();
    let now = Duration::ZERO;
    let all = (0..200).filter(|_| levels.take(&throttling, Ec2::DescribeInstances.into(), &everything, now)).count();
    assert_eq!(all, 50);
}

#[test]
fn a_text_says_the_buckets() {
    assert_eq!("off".parse(), Ok(Throttling::default()));
    assert_eq!("documented".parse(), Ok(Throttling::documented()));
    let own = Throttling::default().with(Service::Elbv2, CallClass::Registration, REGISTRATION);
    assert_eq!("elbv2:registration=20/4".parse(), Ok(own));
    let raised =
        Throttling::documented().with(Service::Elbv2, CallClass::Describe, Bucket { burst: 200, per_second: 50 });
    assert_eq!("documented,elbv2:describe=200/50".parse(), Ok(raised));
    let broken = [
        "",
        "on",
        "documented,",
        "documented,off",
        "elbv2=1/1",
        "elbv2:registration",
        "elbv2:registration=20",
        "elbv2:registration=-1/4",
        "elbv2:registration=1.5/4",
        "s3:describe=1/1",
        "elbv2:Describe=1/1",
    ];
    for text in broken {
        assert_eq!(text.parse::<Throttling>(), Err(ThrottlingError(text.to_owned())));
    }
}

#[test]
fn without_buckets_nothing_is_throttled() {
    let mut levels = Levels::default();
    assert_eq!(passing(&mut levels, &Throttling::default(), Elbv2::RegisterTargets.into(), 10_000, 0), 10_000);
}

proptest! {
    #[test]
    fn no_more_pass_than_the_burst_and_the_rate(
        burst in 0..50_u32,
        per_second in 0..20_u32,
        mut times in proptest::collection::vec(0..20_000_u64, 1..300),
    ) {
        times.sort_unstable();
        let bucket = Bucket { burst, per_second };
        let throttling = Throttling::default().with(Service::Elbv2, CallClass::Registration, bucket);
        let mut levels = Levels::default();
        let passed: usize =
            times.iter().map(|time| passing(&mut levels, &throttling, Elbv2::RegisterTargets.into(), 1, *time)).sum();
        let most = u64::from(burst) + (times[times.len() - 1] - times[0]) / 1000 * u64::from(per_second);
        prop_assert!(passed as u64 <= most);
    }

    #[test]
    fn no_text_and_no_time_cause_a_panic(text in "(documented|off)?,?(elbv2|ec2)?:?(describe)?=?[0-9/.-]{0,12}", now in any::<u64>()) {
        let _ = text.parse::<Throttling>();
        let mut levels = Levels::default();
        let huge = Bucket { burst: u32::MAX, per_second: u32::MAX };
        let throttling = Throttling::default().with(Service::Elbv2, CallClass::Registration, huge);
        for now in [0, now, u64::MAX, 0] {
            passing(&mut levels, &throttling, Elbv2::RegisterTargets.into(), 2, now);
        }
    }
}
