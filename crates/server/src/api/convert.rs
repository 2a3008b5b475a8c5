//! Between the contract's types and the domain's.

use elbm_api as api;
use elbm_core::{
    InstanceId, InstanceState, Kind, Knowledge, LoadBalancer, LoadBalancerState, Machine, Registration, Scheme,
    Selection, TargetGroup, TargetState, TargetType, remedy,
};

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

/// A load balancer with its target groups.
pub(super) fn load_balancer((found, groups): (LoadBalancer, Vec<TargetGroup>)) -> api::LoadBalancer {
    api::LoadBalancer {
        name: found.name,
        kind: match found.kind {
            Kind::Application => api::LoadBalancerKind::Application,
            Kind::Network => api::LoadBalancerKind::Network,
            Kind::Gateway => api::LoadBalancerKind::Gateway,
        },
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
        target_groups: groups.into_iter().map(target_group).collect(),
    }
}

fn target_group(group: TargetGroup) -> api::TargetGroup {
    api::TargetGroup {
        name: group.name,
        protocol: group.protocol,
        port: group.port.map(i32::from),
        target_type: match group.target_type {
            TargetType::Instance => api::TargetType::Instance,
            TargetType::Ip => api::TargetType::Ip,
            TargetType::Lambda => api::TargetType::Lambda,
            TargetType::Alb => api::TargetType::Alb,
        },
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
    };
    match machine.instance {
        Knowledge::Unavailable => listed,
        Knowledge::Unknown => api::MachineInfo { instance_state: Some(api::InstanceState::Unknown), ..listed },
        Knowledge::Known(instance) => api::MachineInfo {
            instance_type: instance.instance_type,
            launch_date: instance.launch_time,
            instance_state: Some(instance_state(instance.state)),
            availability_zone: instance.availability_zone,
            private_ip_address: instance.private_ip,
            name: instance.name,
            ..listed
        },
    }
}

fn registration(registration: Registration) -> api::Registration {
    api::Registration {
        target_group: registration.group,
        port: i32::from(registration.port),
        state: target_state(registration.state),
        remedy: remedy(registration.state, registration.reason.as_deref()).map(str::to_owned),
        reason: registration.reason,
        description: registration.description,
    }
}

fn target_state(state: TargetState) -> api::TargetState {
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

fn instance_state(state: InstanceState) -> api::InstanceState {
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
