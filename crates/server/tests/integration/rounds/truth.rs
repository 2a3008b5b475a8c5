//! What AWS truly holds, held against what the answers said.

use std::collections::{BTreeMap, BTreeSet};

use elbm_simulator::HealthState;

use super::asked::{Asked, MACHINES, Said};
use crate::backend::{Backend, KINDS, Kind};

/// The fewest healthy machines that a detach may leave.
pub(crate) const MINIMUM: usize = 3;

/// The machines that are truly registered, and whether each is healthy, by load balancer.
pub(crate) fn truth(aws: &Backend) -> Vec<BTreeMap<String, bool>> {
    let simulator = aws.simulator();
    let of = |(name, kind, _): (&str, Kind, u16)| -> BTreeMap<String, bool> {
        if kind == Kind::Classic {
            // Those that were there before the round are healthy: see `lost`.
            simulator.classic_membership(name).expect("there").into_iter().map(|id| (id, true)).collect()
        } else {
            let members = simulator.membership(&format!("{name}-tg")).expect("there").into_iter();
            let live = members.filter(|member| member.health.state != HealthState::Draining);
            live.map(|member| (member.id, member.health.state == HealthState::Healthy)).collect()
        }
    };
    KINDS.into_iter().map(of).collect()
}

/// What is wrong with one machine of one load balancer after a round.
fn wrong(was: bool, is: bool, said: &[(bool, Said)]) -> Option<&'static str> {
    let any = |attach: bool, what: Said| said.contains(&(attach, what));
    let (came, went) = (any(true, Said::Changed), any(false, Said::Changed));
    let (may_have_come, may_have_gone) = (any(true, Said::Unknown), any(false, Said::Unknown));
    if came && was && !went && !may_have_gone {
        return Some("it was attached, but it was there");
    }
    if went && !was && !came && !may_have_come {
        return Some("it was detached, but it was not there");
    }
    match is {
        true if !came && !may_have_come && (went || !was) => Some("it is there, and nobody attached it"),
        false if !went && !may_have_gone && (came || was) => Some("it is gone, and nobody detached it"),
        _ => None,
    }
}

/// How many of the machines that were healthy in a load balancer still are.
fn healthy_after(
    kind: Kind,
    before: &BTreeMap<String, bool>,
    after: &BTreeMap<String, bool>,
    left: &BTreeSet<&str>,
) -> usize {
    let stays = |id: &&String| after.get(*id) == Some(&true) && (kind != Kind::Classic || !left.contains(id.as_str()));
    before.keys().filter(stays).count()
}

/// Panics where AWS does not hold what the answers said, or a detach has left too few healthy machines.
pub(crate) fn judge(aws: &Backend, round: u64, before: &[BTreeMap<String, bool>], said: &[(Asked, Said)]) {
    let after = truth(aws);
    for (number, (name, kind, _)) in KINDS.into_iter().enumerate() {
        let here = || said.iter().filter(|(asked, _)| asked.balancer == number);
        for machine in 0..MACHINES {
            let id = aws.machine(machine);
            let of: Vec<_> = here().filter(|(asked, _)| asked.machine == machine).collect();
            let told: Vec<_> = of.iter().map(|(asked, said)| (asked.attach, *said)).collect();
            let wrong = wrong(before[number].contains_key(id), after[number].contains_key(id), &told);
            assert_eq!(wrong, None, "round {round}, {id} of {name}: {of:#?}");
        }
        let out = || here().filter(|(asked, said)| !asked.attach && *said != Said::Unchanged);
        let left: BTreeSet<_> = out().map(|(asked, _)| aws.machine(asked.machine)).collect();
        let forced = out().filter(|(asked, _)| asked.force).count();
        let healthy = healthy_after(kind, &before[number], &after[number], &left);
        assert!(
            healthy + forced >= MINIMUM.min(before[number].len()),
            "round {round}: {healthy} machines of {name} are healthy still, {forced} were forced out: {:?} → {:?} by {:#?}",
            before[number],
            after[number],
            here().filter(|(_, said)| *said != Said::Unchanged).collect::<Vec<_>>()
        );
    }
}
