//! Small worlds to decide on.

use elbm_core::*;

pub(crate) const MACHINE: &str = "i-06060a1e235609999";
pub(crate) const OTHER: &str = "i-0a1b2c3d";

pub(crate) fn id(text: &str) -> InstanceId {
    InstanceId::parse(text).expect("an instance id")
}

pub(crate) fn arn(name: &str) -> GroupId {
    GroupId::Arn(format!("arn:{name}"))
}

pub(crate) fn group(name: &str, target_type: TargetType) -> TargetGroup {
    TargetGroup {
        id: arn(name),
        name: name.to_owned(),
        protocol: Some("HTTP".to_owned()),
        port: Some(80),
        target_type,
        vpc: Some("vpc-a".to_owned()),
        health_check: None,
        load_balancer_arns: vec!["arn:lb".to_owned()],
    }
}

/// What stands for a Classic load balancer.
pub(crate) fn classic(name: &str) -> TargetGroup {
    let id = GroupId::Classic(name.to_owned());
    TargetGroup { id, port: None, load_balancer_arns: Vec::new(), ..group(name, TargetType::Instance) }
}

pub(crate) fn key(id: &str, port: u16) -> TargetKey {
    TargetKey { id: id.to_owned(), port: Some(port), zone: None }
}

pub(crate) fn target(id: &str, port: u16, state: &str, reason: Option<&str>) -> Target {
    Target {
        key: key(id, port),
        state: TargetState::from_aws(state),
        reason: reason.map(str::to_owned),
        description: None,
        zonal_shift: None,
        anomaly: None,
    }
}

/// The same in a Classic load balancer.
pub(crate) fn portless(target: Target) -> Target {
    Target { key: TargetKey { port: None, ..target.key }, ..target }
}

pub(crate) fn membership(groups: Vec<(TargetGroup, Vec<Target>)>) -> Membership {
    let kind = if groups.iter().any(|(group, _)| group.is_classic()) { Kind::Classic } else { Kind::Application };
    let mut addresses = Addresses::default();
    addresses.learn(&instance(InstanceState::Running));
    Membership {
        load_balancer: LoadBalancer {
            arn: (kind != Kind::Classic).then(|| "arn:lb".to_owned()),
            name: "default-alb".to_owned(),
            kind,
            scheme: None,
            dns_name: None,
            state: None,
            zones: vec!["us-east-1a".to_owned(), "us-east-1b".to_owned()],
        },
        groups: groups.into_iter().map(|(group, targets)| GroupMembership { group, targets }).collect(),
        addresses,
    }
}

pub(crate) fn instance(state: InstanceState) -> Instance {
    Instance {
        id: id(MACHINE),
        instance_type: Some("t3.micro".to_owned()),
        launch_time: None,
        state,
        availability_zone: None,
        vpc: Some("vpc-a".to_owned()),
        private_ip: Some("10.0.0.1".to_owned()),
        private_ips: vec!["10.0.0.1".to_owned(), "10.0.0.2".to_owned()],
        name: None,
        auto_scaling_group: None,
    }
}

pub(crate) fn instances(name: &str) -> (TargetGroup, Vec<Target>) {
    (group(name, TargetType::Instance), Vec::new())
}
