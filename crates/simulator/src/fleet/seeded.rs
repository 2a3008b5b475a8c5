//! The fleet of the embedded default: every example of the contract works on it as printed.

use super::{Fleet, InstanceSpec, ListenerUse, LoadBalancerSpec, TargetGroupSpec};

impl Fleet {
    /// Region `us-east-1`, the load balancer `default-alb` with the target group `default-tg` (HTTP 80) of three healthy
    /// machines `web-1` to `web-3` in two zones, and the instance `i-06060a1e235609999`, running but not attached.
    #[must_use]
    pub fn seeded() -> Self {
        let mut fleet = Self::new("us-east-1");
        fleet.load_balancer(LoadBalancerSpec { name: "default-alb".to_owned(), ..LoadBalancerSpec::default() });
        fleet.target_group(TargetGroupSpec {
            name: "default-tg".to_owned(),
            used_by: vec![ListenerUse::default_action("default-alb", 80)],
            ..TargetGroupSpec::default()
        });
        for (name, zone) in [("web-1", "us-east-1a"), ("web-2", "us-east-1b"), ("web-3", "us-east-1a")] {
            let id = fleet.instance(InstanceSpec {
                name: Some(name.to_owned()),
                availability_zone: Some(zone.to_owned()),
                ..InstanceSpec::default()
            });
            fleet.register("default-tg", &id, None);
        }
        fleet.instance(InstanceSpec { id: Some("i-06060a1e235609999".to_owned()), ..InstanceSpec::default() });
        fleet
    }
}
