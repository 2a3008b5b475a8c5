use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::*;
use crate::state::World;

/// Load balancers, target groups, registrations, instances.
fn counts(text: &str) -> (usize, usize, usize, usize) {
    let now = DateTime::<Utc>::UNIX_EPOCH;
    let world = World::new(Fleet::generated(text.parse().unwrap()), now).unwrap();
    let targets = world.target_groups.values().map(|group| group.targets.members(now).count()).sum();
    (world.load_balancers.len(), world.target_groups.len(), targets, world.instances.len())
}

#[test]
fn there_are_as_many_as_the_numbers_say() {
    assert_eq!(counts("50x10x100"), (50, 500, 50_000, 50_000));
    assert_eq!(counts("50x10x100:shared"), (50, 500, 50_000, 100));
    assert_eq!(counts("1x1x1"), (1, 1, 1, 1));
}

#[test]
fn all_of_it_serves() {
    let now = DateTime::<Utc>::UNIX_EPOCH;
    for text in ["2x3x4", "2x3x4:shared"] {
        let world = World::new(Fleet::generated(text.parse().unwrap()), now).unwrap();
        for group in world.target_groups.values() {
            for (key, registration) in group.targets.members(now) {
                let health = world.health(group, key, Some(registration), now);
                assert_eq!(health.state.as_str(), "healthy", "{text}: {}", group.name);
            }
        }
        let zones: BTreeSet<&str> = world.instances.values().map(|own| own.availability_zone.as_str()).collect();
        assert_eq!(zones, BTreeSet::from(["us-east-1a", "us-east-1b"]));
        let listener = &world.load_balancers["load-balancer-2"].listeners[&80];
        assert_eq!(listener.rules.len(), 2);
    }
}

#[test]
fn the_same_numbers_are_the_same_fleet_and_more_of_them_keep_the_ids() {
    let fleet = |text: &str| Fleet::generated(text.parse().unwrap());
    assert_eq!(fleet("3x2x5"), fleet("3x2x5"));
    let ids =
        |text: &str| -> BTreeSet<Option<String>> { fleet(text).instances.into_iter().map(|own| own.id).collect() };
    assert!(ids("3x2x5").is_subset(&ids("4x3x6")));
}

#[test]
fn refuses_what_cannot_be_generated() {
    for (text, error) in [
        ("50x10", GenerateError::Form("50x10".to_owned())),
        ("50x10x100x1", GenerateError::Form("50x10x100x1".to_owned())),
        ("axbxc", GenerateError::Form("axbxc".to_owned())),
        ("1x1x-1", GenerateError::Form("1x1x-1".to_owned())),
        ("1x1x1:own", GenerateError::Form("1x1x1:own".to_owned())),
        ("99999999999x1x1", GenerateError::Form("99999999999x1x1".to_owned())),
        ("0x1x1", GenerateError::Size),
        ("1x1x100001", GenerateError::Size),
        ("4294967295x4294967295x4294967295", GenerateError::Size),
    ] {
        assert_eq!(text.parse::<Generate>(), Err(error), "{text}");
    }
}
