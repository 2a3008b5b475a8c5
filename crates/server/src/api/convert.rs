//! Between the contract's types and the domain's.

use elbm_api as api;
use elbm_core::{
    InstanceId, InstanceState, Kind, Knowledge, LoadBalancer, LoadBalancerState, Machine, Manager, ManagerKind,
    Registration, Scheme, Selection, Target, TargetGroup, TargetState, TargetType, remedy,
};
use elbm_engine::{Counted, Group, Member};

/// The id of the domain.
///
/// # Panics
/// Never: the contract's pattern is the form of an instance id, which a test holds.
pub(super) fn instance_id(id: &api::InstanceId) -> InstanceId {
    InstanceId::parse(id.as_str()).expect("the contract's pattern is the form of an instance id")
}

/// What the query selects.
///
/// # Panics
/// Never: the contract bounds ports to 1–65535.
pub(super) fn selection(group: Option<api::TargetGroupName>, port: Option<api::Port>) -> Selection {
    Selection {
        group: group.map(Into::into),
        port: port.map(|port| u16::try_from(port.get()).expect("the contract bounds ports to 1–65535")),
    }
}

/// The kind that a caller names.
pub(super) fn kind(kind: api::LoadBalancerKind) -> Kind {
    match kind {
        api::LoadBalancerKind::Application => Kind::Application,
        api::LoadBalancerKind::Network => Kind::Network,
        api::LoadBalancerKind::Gateway => Kind::Gateway,
        api::LoadBalancerKind::Classic => Kind::Classic,
    }
}

/// The kind that a caller is told.
pub(super) fn load_balancer_kind(kind: Kind) -> api::LoadBalancerKind {
    match kind {
        Kind::Application => api::LoadBalancerKind::Application,
        Kind::Network => api::LoadBalancerKind::Network,
        Kind::Gateway => api::LoadBalancerKind::Gateway,
        Kind::Classic => api::LoadBalancerKind::Classic,
    }
}

/// A load balancer with its target groups.
pub(super) fn load_balancer((found, groups): (LoadBalancer, Vec<TargetGroup>)) -> api::LoadBalancer {
    api::LoadBalancer {
        name: found.name,
        kind: load_balancer_kind(found.kind),
        scheme: found.scheme.map(|scheme| match scheme {
            Scheme::InternetFacing => api::Scheme::InternetFacing,
            Scheme::Internal => api::Scheme::Internal,
        }),
        dns_name: found.dns_name,
        state: found.state.map(|state| match state {
            LoadBalancerState::Active => api::LoadBalancerState::Active,
            LoadBalancerState::Provisioning => api::LoadBalancerState::Provisioning,
            LoadBalancerState::ActiveImpaired => api::LoadBalancerState::ActiveImpaired,
            LoadBalancerState::Failed => api::LoadBalancerState::Failed,
        }),
        // A Classic load balancer is its own group.
        target_groups: groups.into_iter().filter(|group| !group.is_classic()).map(target_group).collect(),
        counts: None,
    }
}

/// The machines of a load balancer by health.
pub(super) fn counts(counted: Counted) -> api::Counts {
    let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    api::Counts {
        as_of: counted.as_of,
        healthy: number(counted.counts.healthy),
        unhealthy: number(counted.counts.unhealthy),
        other: number(counted.counts.other),
    }
}

fn target_group(group: TargetGroup) -> api::TargetGroup {
    api::TargetGroup {
        name: group.name,
        protocol: group.protocol,
        port: group.port.map(i32::from),
        target_type: target_type(group.target_type),
    }
}

fn target_type(found: TargetType) -> api::TargetType {
    match found {
        TargetType::Instance => api::TargetType::Instance,
        TargetType::Ip => api::TargetType::Ip,
        TargetType::Lambda => api::TargetType::Lambda,
        TargetType::Alb => api::TargetType::Alb,
    }
}

/// A target group with everything that is registered in it.
pub(super) fn group_targets(found: Group) -> api::TargetGroupTargets {
    let classic = found.group.is_classic();
    let seconds = |seconds: u32| i32::try_from(seconds).unwrap_or(i32::MAX);
    let settings = api::TargetGroupSettings {
        deregistration_delay: i32::try_from(found.deregistration_delay.as_secs()).unwrap_or(i32::MAX),
        slow_start: found.slow_start.map(|slow| i32::try_from(slow.as_secs()).unwrap_or(i32::MAX)),
        health_check: found.group.health_check.map(|check| api::HealthCheckSettings {
            enabled: check.enabled,
            interval: Some(seconds(check.interval)),
            timeout: Some(seconds(check.timeout)),
            healthy_threshold: Some(seconds(check.healthy_threshold)),
            unhealthy_threshold: Some(seconds(check.unhealthy_threshold)),
        }),
    };
    api::TargetGroupTargets {
        target_group: (!classic).then_some(found.group.name),
        protocol: found.group.protocol,
        port: found.group.port.map(i32::from),
        target_type: (!classic).then(|| target_type(found.group.target_type)),
        in_use: classic || !found.group.load_balancer_arns.is_empty(),
        managed_by: found.managed_by.map(manager),
        settings: Some(settings),
        targets: found.targets.into_iter().map(target).collect(),
    }
}

fn manager(manager: Manager) -> api::Manager {
    api::Manager {
        kind: match manager.kind {
            ManagerKind::AutoScaling => api::ManagerKind::AutoScaling,
            ManagerKind::Ecs => api::ManagerKind::Ecs,
            ManagerKind::CodeDeploy => api::ManagerKind::CodeDeploy,
            ManagerKind::Kubernetes => api::ManagerKind::Kubernetes,
        },
        name: manager.name,
    }
}

fn target((target, instance): (Target, Option<InstanceId>)) -> api::Target {
    api::Target {
        id: target.key.id,
        port: target.key.port.map(i32::from),
        availability_zone: target.key.zone,
        instance_id: instance.map(|id| id.to_string()),
        state: target_state(target.state),
        remedy: remedy(target.state, target.reason.as_deref()).map(str::to_owned),
        reason: target.reason,
        description: target.description,
        r#override: target.zonal_shift,
        anomaly: target.anomaly,
    }
}

/// A machine and what became of it.
pub(super) fn member(member: Member) -> api::MachineInfo {
    api::MachineInfo {
        settled: Some(member.settled),
        changed: Some(member.changed),
        connections_may_remain: member.connections_may_remain.then_some(true),
        warnings: (!member.warnings.is_empty()).then_some(member.warnings),
        ..machine(member.machine)
    }
}

/// A machine with its registrations.
pub(super) fn machine(machine: Machine) -> api::MachineInfo {
    let health = machine.health().map(target_state);
    let listed = api::MachineInfo {
        instance_id: machine.id.to_string(),
        instance_type: None,
        launch_date: None,
        instance_state: None,
        availability_zone: None,
        private_ip_address: None,
        name: None,
        health,
        targets: machine.registrations.into_iter().map(registration).collect(),
        settled: None,
        changed: None,
        connections_may_remain: None,
        warnings: None,
    };
    match machine.instance {
        Knowledge::Unavailable => listed,
        Knowledge::Unknown => api::MachineInfo { instance_state: Some(api::InstanceState::Unknown), ..listed },
        Knowledge::Known(instance) => api::MachineInfo {
            instance_type: instance.instance_type.clone(),
            launch_date: instance.launch_time,
            instance_state: Some(instance_state(instance.state)),
            availability_zone: instance.availability_zone.clone(),
            private_ip_address: instance.private_ip.clone(),
            name: instance.name.clone(),
            ..listed
        },
    }
}

fn registration(registration: Registration) -> api::Registration {
    api::Registration {
        target_group: registration.group,
        port: registration.port.map(i32::from),
        address: registration.address,
        state: target_state(registration.state),
        remedy: remedy(registration.state, registration.reason.as_deref()).map(str::to_owned),
        reason: registration.reason,
        description: registration.description,
    }
}

/// A state of a target.
pub(crate) fn target_state(state: TargetState) -> api::TargetState {
    match state {
        TargetState::Unhealthy => api::TargetState::Unhealthy,
        TargetState::Unavailable => api::TargetState::Unavailable,
        TargetState::Unknown => api::TargetState::Unknown,
        TargetState::UnhealthyDraining => api::TargetState::UnhealthyDraining,
        TargetState::Unused => api::TargetState::Unused,
        TargetState::Draining => api::TargetState::Draining,
        TargetState::Initial => api::TargetState::Initial,
        TargetState::Healthy => api::TargetState::Healthy,
    }
}

pub(super) fn instance_state(state: InstanceState) -> api::InstanceState {
    match state {
        InstanceState::Pending => api::InstanceState::Pending,
        InstanceState::Running => api::InstanceState::Running,
        InstanceState::ShuttingDown => api::InstanceState::ShuttingDown,
        InstanceState::Terminated => api::InstanceState::Terminated,
        InstanceState::Stopping => api::InstanceState::Stopping,
        InstanceState::Stopped => api::InstanceState::Stopped,
        InstanceState::Unknown => api::InstanceState::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contracts_instance_id_is_the_domains() {
        for text in ["i-0a1b2c3d", "i-06060a1e235609999", "i-0A1b2c3d", "i-0a1b2c3", "i-0a1b2c3d4", "x-0a1b2c3d", ""] {
            let of_contract = api::InstanceId::try_from(text.to_owned());
            assert_eq!(of_contract.is_ok(), InstanceId::parse(text).is_some(), "{text}");
            if let Ok(id) = of_contract {
                assert_eq!(instance_id(&id).as_str(), text);
            }
        }
    }

    #[test]
    fn the_contract_orders_states_as_the_domain_does() {
        let worst_first = [
            TargetState::Unhealthy,
            TargetState::Unavailable,
            TargetState::Unknown,
            TargetState::UnhealthyDraining,
            TargetState::Unused,
            TargetState::Draining,
            TargetState::Initial,
            TargetState::Healthy,
        ];
        assert!(worst_first.is_sorted());
        assert!(worst_first.map(target_state).is_sorted());
    }
}
