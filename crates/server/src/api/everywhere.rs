//! Between the contract's types and the domain's: one machine everywhere.

use elbm_api as api;
use elbm_core::{InstanceState, Knowledge, PlacedRegistration, remedy};
use elbm_engine::{Drained, DrainedFrom, DrainedMachine, Whereabouts};

use super::convert::{instance_state, load_balancer_kind, target_state};

/// A machine everywhere, and what became of it.
pub(super) fn machine(found: Whereabouts) -> api::MachineEverywhere {
    let known = match found.known {
        Knowledge::Known(instance) => Some(instance),
        Knowledge::Unknown | Knowledge::Unavailable => None,
    };
    let state = known.as_ref().map_or(InstanceState::Unknown, |known| known.state);
    api::MachineEverywhere {
        instance_id: found.instance.to_string(),
        instance_state: Some(instance_state(state)),
        instance_type: known.as_ref().and_then(|known| known.instance_type.clone()),
        launch_date: known.as_ref().and_then(|known| known.launch_time),
        availability_zone: known.as_ref().and_then(|known| known.availability_zone.clone()),
        private_ip_address: known.as_ref().and_then(|known| known.private_ip.clone()),
        name: known.as_ref().and_then(|known| known.name.clone()),
        auto_scaling_group: found.auto_scaling_group,
        registrations: found.registrations.into_iter().map(registration).collect(),
        complete: found.complete,
        as_of: found.as_of,
        drained: found.drained.map(drained),
        settled: found.outcome.map(|outcome| outcome.settled),
        changed: found.outcome.map(|outcome| outcome.changed),
        connections_may_remain: found.outcome.filter(|outcome| outcome.connections_may_remain).map(|_| true),
        warnings: Some(found.warnings).filter(|warnings| !warnings.is_empty()),
    }
}

/// A machine that is out for maintenance.
pub(super) fn drained_machine(found: DrainedMachine) -> api::DrainedMachine {
    let (remembered, warning) = match found.drained {
        Ok(remembered) => (Some(drained(remembered)), None),
        Err(why) => (None, Some(format!("what its tags elbm.drain.* remember cannot be trusted: {why}"))),
    };
    let instance = found.instance;
    api::DrainedMachine {
        instance_id: instance.id.to_string(),
        instance_type: instance.instance_type,
        launch_date: instance.launch_time,
        instance_state: instance_state(instance.state),
        availability_zone: instance.availability_zone,
        private_ip_address: instance.private_ip,
        name: instance.name,
        drained: remembered,
        warnings: warning.map(|warning| vec![warning]),
    }
}

fn registration(placed: PlacedRegistration) -> api::PlacedRegistration {
    let registration = placed.registration;
    api::PlacedRegistration {
        load_balancer: placed.load_balancer,
        kind: placed.kind.map(load_balancer_kind),
        target_group: registration.group,
        port: registration.port.map(i32::from),
        address: registration.address,
        state: target_state(registration.state),
        remedy: remedy(registration.state, registration.reason.as_deref()).map(str::to_owned),
        reason: registration.reason,
        description: registration.description,
    }
}

fn drained(found: Drained) -> api::Drained {
    api::Drained {
        by: found.by,
        since: found.since,
        reason: found.reason,
        standby: found.standby,
        from: found.from.into_iter().map(drained_from).collect(),
    }
}

fn drained_from(found: DrainedFrom) -> api::DrainedFrom {
    let (group, key) = (found.remembered.group, found.remembered.key);
    let target_group = (!group.is_classic()).then(|| group.name().to_owned());
    let load_balancer = found.load_balancer.or_else(|| group.is_classic().then(|| group.name().to_owned()));
    api::DrainedFrom {
        load_balancer,
        kind: found.kind.or(group.is_classic().then_some(elbm_core::Kind::Classic)).map(load_balancer_kind),
        target_group,
        port: key.port.map(i32::from),
        address: Some(key.id).filter(|id| elbm_core::InstanceId::parse(id).is_none()),
    }
}
