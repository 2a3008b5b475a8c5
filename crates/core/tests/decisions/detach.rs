//! What a detach takes out.

use elbm_core::*;

use crate::world::*;

/// What a detach plans: the ports of each group, 0 for none, or the kind of the refusal.
type Planned<'a> = Result<Vec<(&'a str, Vec<u16>)>, &'static str>;

#[test]
fn detach_takes_every_live_registration_that_is_covered() {
    let live = |port| target(MACHINE, port, "healthy", None);
    let draining = |port| target(MACHINE, port, "draining", Some("Target.DeregistrationInProgress"));
    let gone = |port| target(MACHINE, port, "unused", Some("Target.NotRegistered"));
    let address = |last: u8, port| target(&format!("10.0.0.{last}"), port, "healthy", None);
    let other2 = target(OTHER, 80, "healthy", None);
    let other = target(OTHER, 80, "healthy", None);
    let in_b = |targets| vec![instances("z"), (group("b", TargetType::Instance), targets)];
    let all = Selection::default();
    let port = |port| Selection { group: None, port: Some(port) };
    let named = |name: &str| Selection { group: Some(name.to_owned()), port: None };

    // groups, selection → the ports of each group, or the kind of the refusal
    let cases: [(_, Selection, Planned<'_>); 15] = [
        (in_b(vec![live(81), live(80), other.clone()]), all.clone(), Ok(vec![("b", vec![80, 81])])),
        (in_b(vec![live(81), live(80)]), port(81), Ok(vec![("b", vec![81])])),
        (in_b(vec![live(81), draining(80)]), all.clone(), Ok(vec![("b", vec![81])])),
        (in_b(vec![draining(80), other.clone()]), all.clone(), Err("draining")),
        (in_b(vec![draining(80), live(81)]), port(80), Err("draining")),
        (in_b(vec![gone(80), other]), all.clone(), Err("not attached")),
        (in_b(vec![live(80)]), port(81), Err("not attached")),
        (in_b(vec![live(80)]), named("z"), Err("not attached")),
        (in_b(vec![live(80)]), named("b"), Ok(vec![("b", vec![80])])),
        (in_b(vec![live(80)]), named("y"), Err("no such group")),
        (vec![(group("fn", TargetType::Lambda), vec![live(80)])], all.clone(), Err("not attached")),
        (
            vec![(group("ip", TargetType::Ip), vec![address(1, 80), address(2, 80), address(9, 80)])],
            all.clone(),
            Ok(vec![("ip", vec![80, 80])]),
        ),
        (vec![(classic("b"), vec![portless(live(1)), portless(other2)])], all.clone(), Ok(vec![("b", vec![0])])),
        (vec![(classic("b"), vec![portless(live(1))])], port(80), Err("another")),
        (
            vec![(group("b", TargetType::Instance), vec![live(80)]), (group("a", TargetType::Instance), vec![live(9)])],
            all,
            Ok(vec![("a", vec![9]), ("b", vec![80])]),
        ),
    ];
    for (groups, selection, expected) in cases {
        let steps = plan_detach(&membership(groups), &id(MACHINE), &selection);
        let steps: Planned<'_> = match &steps {
            Ok(steps) => Ok(steps
                .iter()
                .map(|step| (step.group.name.as_str(), step.keys.iter().map(|key| key.port.unwrap_or(0)).collect()))
                .collect()),
            Err(Refusal::Draining { .. }) => Err("draining"),
            Err(Refusal::NotAttached { .. }) => Err("not attached"),
            Err(Refusal::TargetGroupNotFound { .. }) => Err("no such group"),
            Err(_) => Err("another"),
        };
        assert_eq!(steps, expected, "{selection:?}");
    }
}
