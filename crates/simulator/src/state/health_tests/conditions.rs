//! What befalls targets without a call of AWS.

use super::*;
use crate::fleet::FleetError;
use crate::state::{AdministrativeOverride, Anomaly};

#[test]
fn an_address_that_a_load_balancer_has_is_unusable() {
    let mut bench = Bench::new(LoadBalancerKind::Application, TargetType::Ip);
    let address: IpAddr = bench.id.parse().unwrap();
    bench.take(Step::Register, 0);
    assert_eq!(bench.words(90), HEALTHY);
    bench.world.set_reserved(address, true, at(100));
    let unusable =
        "unused | Target.IpUnusable | The IP address cannot be used as a target, as it is in use by a load balancer";
    assert_eq!(bench.told(100), unusable);
    bench.world.set_reserved(address, false, at(200));
    assert_eq!((bench.words(200).as_str(), bench.words(289).as_str()), (REGISTERING, CHECKING));
    assert_eq!(bench.words(290), HEALTHY);
    bench.world.set_reserved("10.0.9.8".parse().unwrap(), true, at(300));
    assert_eq!(bench.words(300), HEALTHY);
}

#[test]
fn targets_are_overridden_in_one_zone_of_their_load_balancer() {
    use AdministrativeOverride::{NoOverride, Unknown, ZonalShiftActive, ZonalShiftDelegatedToDns};
    let shown = |bench: &Bench| {
        let group = &bench.world.target_groups["web"];
        bench.world.administrative_override(group, &bench.key(80))
    };
    // The instance is in zone a.
    let (own, other) = ("us-east-1a", "us-east-1b");
    let table = [
        (LoadBalancerKind::Application, own, ZonalShiftActive, Some(ZonalShiftActive)),
        (LoadBalancerKind::Application, other, ZonalShiftActive, Some(NoOverride)),
        (LoadBalancerKind::Application, own, Unknown, Some(Unknown)),
        (LoadBalancerKind::Application, own, ZonalShiftDelegatedToDns, None),
        (LoadBalancerKind::Application, "us-east-1f", ZonalShiftActive, None),
        (LoadBalancerKind::Network, own, ZonalShiftDelegatedToDns, Some(ZonalShiftDelegatedToDns)),
        (LoadBalancerKind::Gateway, own, ZonalShiftActive, None),
    ];
    for (kind, zone, state, expected) in table {
        let mut bench = Bench::new(kind, TargetType::Instance);
        let without = (kind != LoadBalancerKind::Gateway).then_some(NoOverride);
        assert_eq!(shown(&bench), without);
        let result = bench.world.override_zone("lb", zone, state);
        assert_eq!(result.is_ok(), expected.is_some(), "{kind} {zone} {state}: {result:?}");
        assert_eq!(shown(&bench), expected.or(without), "{kind} {zone} {state}");
        if expected.is_some() {
            let second = bench.world.override_zone("lb", if zone == own { other } else { own }, Unknown);
            assert!(matches!(second, Err(FleetError::Override { .. })), "{second:?}");
            bench.world.override_zone("lb", zone, NoOverride).unwrap();
            assert_eq!(shown(&bench), without);
        }
        bench.take(Step::Unuse, 0);
        assert_eq!(shown(&bench), None);
    }
    let mut bench = Bench::new(LoadBalancerKind::Application, TargetType::Instance);
    let unknown = bench.world.override_zone("absent", own, Unknown);
    assert_eq!(unknown, Err(FleetError::UnknownLoadBalancer("absent".to_owned())));
}

#[test]
fn anomalies_are_those_of_application_load_balancers() {
    for kind in [LoadBalancerKind::Application, LoadBalancerKind::Network] {
        let mut bench = Bench::new(kind, TargetType::Instance);
        let shown = |bench: &Bench| {
            [80, 81].map(|port| bench.world.anomaly(&bench.world.target_groups["web"], &bench.key(port)))
        };
        let expected = |of: [Anomaly; 2]| if kind == LoadBalancerKind::Network { [None; 2] } else { of.map(Some) };
        assert_eq!(shown(&bench), expected([Anomaly::Normal; 2]));
        let id = bench.id.clone();
        bench.world.set_anomaly(&id, None, Anomaly::Anomalous, at(0)).unwrap();
        assert_eq!(shown(&bench), expected([Anomaly::Anomalous; 2]));
        bench.world.set_anomaly(&id, Some(81), Anomaly::Mitigated, at(0)).unwrap();
        assert_eq!(shown(&bench), expected([Anomaly::Anomalous, Anomaly::Mitigated]));
    }
}

#[test]
fn what_is_neither_instance_nor_target_is_unknown() {
    let mut bench = Bench::new(LoadBalancerKind::Application, TargetType::Ip);
    let unknown = |id: &str| Err(FleetError::UnknownTarget(id.to_owned()));
    assert_eq!(bench.world.note_checks("10.0.9.9", None, None, at(0)), unknown("10.0.9.9"));
    assert_eq!(bench.world.set_anomaly("i-1", None, Anomaly::Normal, at(0)), unknown("i-1"));
    bench.take(Step::Register, 0);
    assert_eq!(bench.world.note_checks("10.0.9.9", None, None, at(0)), Ok(()));
}
