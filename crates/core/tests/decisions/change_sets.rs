//! What the items of a change set do.

use std::collections::BTreeMap;
use std::sync::Arc;

use elbm_core::*;

use crate::world::*;

const GONE: &str = "i-0a1b2c3f";

/// Two groups: OTHER is in `a` on 80 and 81 and drains in `b`; MACHINE is in neither.
fn world() -> Membership {
    let (a, b) = (group("a", TargetType::Instance), group("b", TargetType::Instance));
    let live = vec![target(OTHER, 80, "healthy", None), target(OTHER, 81, "initial", None)];
    let leaving = vec![target(OTHER, 80, "draining", Some("Target.DeregistrationInProgress"))];
    membership(vec![(a, live), (b, leaving)])
}

fn item(change: Change, machine: &str, group: Option<&str>, port: Option<u16>) -> ChangeItem {
    ChangeItem { change, instance: id(machine), selection: Selection { group: group.map(str::to_owned), port } }
}

fn known() -> BTreeMap<InstanceId, Arc<Instance>> {
    [MACHINE, OTHER]
        .map(|text| (id(text), Arc::new(Instance { id: id(text), ..instance(InstanceState::Running) })))
        .into()
}

/// The plan of each item in words.
fn planned(items: &[ChangeItem]) -> Result<Vec<String>, Refusal> {
    let in_words = |planned: Planned| {
        let steps = |steps: &[Step]| {
            let keys = steps.iter().flat_map(|step| step.keys.iter().map(move |key| (&step.group.name, key)));
            keys.map(|(group, key)| format!("{group}:{}", key.port.unwrap_or_default())).collect::<Vec<_>>().join(" ")
        };
        match &planned {
            Planned::Steps(these) => steps(these),
            Planned::Unchanged { steps: these, .. } => format!("unchanged {}", steps(these)).trim_end().to_owned(),
            Planned::Refused(refusal) => refusal.to_string(),
        }
    };
    Ok(plan_changes(&world(), &[], items, &known())?.into_iter().map(in_words).collect())
}

#[test]
fn each_item_is_planned_by_itself() {
    use Change::{Deregister, Register};
    for (asked, expected) in [
        (item(Register, MACHINE, Some("a"), None), "a:80"),
        (item(Register, MACHINE, Some("a"), Some(9000)), "a:9000"),
        (item(Register, OTHER, Some("a"), None), "unchanged a:80"),
        (item(Register, OTHER, Some("b"), None), "b:80"),
        (item(Deregister, OTHER, None, None), "a:80 a:81"),
        (item(Deregister, OTHER, Some("a"), Some(81)), "a:81"),
        (item(Deregister, OTHER, Some("b"), None), "unchanged b:80"),
        (item(Deregister, MACHINE, None, None), "unchanged"),
        (
            item(Register, MACHINE, None, None),
            "load balancer 'default-alb' has several target groups; name one with ?targetGroup=, out of 'a', 'b'",
        ),
        (
            item(Register, GONE, Some("a"), None),
            "EC2 does not know i-0a1b2c3f in this region; a new instance may be unknown for some seconds",
        ),
        (
            item(Deregister, OTHER, Some("c"), None),
            "load balancer 'default-alb' has no target group 'c'; it has 'a', 'b'",
        ),
    ] {
        assert_eq!(planned(std::slice::from_ref(&asked)), Ok(vec![expected.to_owned()]), "{asked:?}");
    }
}

#[test]
fn a_target_stands_in_one_item_only() {
    use Change::{Deregister, Register};
    for (asked, repeated) in [
        (vec![item(Register, MACHINE, Some("a"), None), item(Register, MACHINE, Some("a"), Some(80))], Some((0, 1))),
        (vec![item(Deregister, OTHER, None, None), item(Deregister, OTHER, Some("a"), Some(81))], Some((0, 1))),
        (vec![item(Deregister, OTHER, None, None), item(Register, OTHER, Some("a"), None)], Some((0, 1))),
        (
            vec![
                item(Register, GONE, None, None),
                item(Deregister, MACHINE, None, None),
                item(Register, GONE, None, None),
            ],
            Some((0, 2)),
        ),
        (vec![item(Register, MACHINE, Some("a"), None), item(Register, MACHINE, Some("b"), None)], None),
        (vec![item(Deregister, OTHER, Some("a"), Some(80)), item(Register, OTHER, Some("a"), Some(82))], None),
    ] {
        let seen = match planned(&asked) {
            Err(Refusal::RepeatedTarget { first, second, .. }) => Some((first, second)),
            _ => None,
        };
        assert_eq!(seen, repeated, "{asked:?}");
    }
}

#[test]
fn what_would_be_too_many_is_refused_and_what_fits_is_not() {
    let steps: Vec<_> = (1..=4)
        .map(|port| Step {
            change: Change::Register,
            group: group("a", TargetType::Instance),
            instance: id(MACHINE),
            keys: vec![key(MACHINE, port)],
        })
        .collect();
    let refused = |group, load_balancer| -> Vec<bool> {
        let limits = Limits { group, load_balancer };
        over_quota(&world(), &steps, limits).iter().map(Option::is_some).collect()
    };
    // Two are there already; what drains does not count.
    assert_eq!(refused(None, None), [false; 4]);
    assert_eq!(refused(Some(6), Some(6)), [false; 4]);
    assert_eq!(refused(Some(4), None), [false, false, true, true]);
    assert_eq!(refused(None, Some(3)), [false, true, true, true]);
    let first = over_quota(&world(), &steps, Limits { group: Some(2), load_balancer: None }).swap_remove(0);
    let sentence = first.expect("refused").to_string();
    assert_eq!(
        sentence,
        "target group 'a' would have 3 targets, but this account may have 2 there; ask AWS for a higher quota"
    );
}
