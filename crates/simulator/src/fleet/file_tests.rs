use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::state::{HealthState, TargetKey};

const EXAMPLE: &str = include_str!("../../examples/fleet.yaml");

fn world(text: &str) -> World {
    World::new(Fleet::parse(text).unwrap(), DateTime::<Utc>::UNIX_EPOCH).unwrap()
}

/// The states of a group's targets, with their ids and ports.
fn states(world: &World, group: &str) -> Vec<(String, Option<u16>, HealthState)> {
    let (now, group) = (DateTime::<Utc>::UNIX_EPOCH, &world.target_groups[group]);
    let state = |key: &TargetKey, own| world.health(group, key, Some(own), now).state;
    group.targets.members(now).map(|(key, own)| (key.id.clone(), key.port, state(key, own))).collect()
}

#[test]
fn the_example_is_a_fleet() {
    let world = world(EXAMPLE);
    let counts = (world.vpcs.len(), world.instances.len(), world.load_balancers.len(), world.target_groups.len());
    assert_eq!(counts, (2, 5 + 4, 3 + 2, 4 + 6));
    assert_eq!((world.classic.len(), world.auto_scaling.len(), world.region.as_str()), (1, 2, "eu-west-1"));
    let id = |number: u8| format!("i-0fee000000000000{number}");
    assert_eq!(
        states(&world, "shop-pages"),
        [
            (id(1), Some(8080), HealthState::Healthy),
            (id(1), Some(8081), HealthState::Healthy),
            (id(2), Some(8080), HealthState::Unhealthy),
            (id(3), Some(8080), HealthState::Unused),
        ]
    );
    let api = [(id(1), Some(80), HealthState::Healthy), (id(2), Some(80), HealthState::Healthy)];
    assert_eq!(states(&world, "shop-api"), api);
    let old = world.classic_health("old", &[], DateTime::<Utc>::UNIX_EPOCH).unwrap();
    let serving: Vec<(&str, bool)> = old.iter().map(|(id, health)| (id.as_str(), health.passes())).collect();
    assert_eq!(serving, [(id(4).as_str(), false), (id(5).as_str(), true)]);
    assert_eq!(world.classic["old"].tags["team"], "shop");
    assert_eq!(world.target_groups["shop-pages"].health_check.path, "/healthz");
    let rules = |port| world.load_balancers["shop"].listeners[&port].rules.len();
    assert_eq!(rules(443), 1);
}

#[test]
fn json_is_read_too() {
    let text = "{\n\t\"instances\": [{\"id\": \"i-0123456789abcdef0\", \"failing\": {\"responseCode\": 500}}],\n\t\"targetGroups\": \
                [{\"name\": \"web\", \"usedBy\": []}],\n\t\"registrations\": [\n\t\t{\"targetGroup\": \"web\", \"id\": \
                \"i-0123456789abcdef0\"}\n\t]\n}";
    assert_eq!(states(&world(text), "web").len(), 1);
}

#[test]
fn a_failing_target_is_unhealthy_from_the_start_on_however_long_that_takes() {
    let text = "
loadBalancers: [{name: shop}]
instances: [{id: i-0123456789abcdef0, failing: timeout}]
targetGroups:
  - {name: web, usedBy: [{loadBalancer: shop, port: 80}], healthCheck: {healthyThreshold: 2, unhealthyThreshold: 10}}
registrations: [{targetGroup: web, id: i-0123456789abcdef0}]
classicLoadBalancers:
  - {name: old, instances: [i-0123456789abcdef0], healthCheck: {healthyThreshold: 2, unhealthyThreshold: 10}}
";
    let world = world(text);
    assert_eq!(states(&world, "web")[0].2, HealthState::Unhealthy);
    let old = world.classic_health("old", &[], DateTime::<Utc>::UNIX_EPOCH).unwrap();
    assert!(old[0].1.description.contains("failed at least the UnhealthyThreshold"), "{old:?}");
}

#[test]
fn an_empty_file_is_an_empty_fleet_of_the_default_region() {
    for text in ["", "{}", "# nothing yet\n", "region: us-east-1"] {
        assert_eq!(Fleet::parse(text).unwrap(), Fleet::new("us-east-1"), "{text:?}");
    }
}

#[test]
fn each_error_has_its_line_and_column() {
    let group = "targetGroups: [{name: web}]\n";
    let mut wrong = Vec::new();
    for (text, place, sentence) in [
        // The form of the text.
        ("instances:\n  - {id: i-0123456789abcdef0\n", (2, 5), "unclosed bracket"),
        ("region: a: b\n", (1, 10), "mapping"),
        ("instances: [\"\u{1}\"]", (1, 14), "unexpected character"),
        ("- region", (1, 1), "mapping"),
        ("region: us-east-1\n---\nregion: us-east-1\n", (3, 1), "single YAML document"),
        ("region: us-east-1\nregion: us-east-2\n", (2, 1), "region"),
        ("instances: *none", (1, 12), "unknown"),
        // What each field holds.
        ("regions: us-east-1", (1, 1), "unknown field `regions`"),
        ("instances:\n  - name: web\n    zone: us-east-1a\n", (3, 5), "unknown field `zone`"),
        ("targetGroups:\n  - name: web\n    healthCheck: {every: 5s}\n", (3, 19), "unknown field `every`"),
        ("targetGroups:\n  - name: web\n    usedBy:\n      - {loadBalancer: shop}\n", (4, 10), "missing field `port`"),
        ("targetGroups:\n  - name: web\n    port: 65536\n", (3, 11), "invalid u16"),
        ("targetGroups:\n  - name: web\n    port: http\n", (3, 11), "invalid u16"),
        ("targetGroups:\n  - name: web\n    protocol: http\n", (3, 15), "'http' is none of HTTP, HTTPS"),
        (
            "targetGroups:\n  - name: web\n    deregistrationDelay: 90\n",
            (3, 26),
            "'90' is not a duration such as 1m 30s",
        ),
        ("vpcs:\n  - block: 10.0.0.0\n", (2, 12), "invalid IP address syntax"),
        ("instances:\n  - failing: often\n", (2, 14), "often"),
        ("instances:\n  - launchTime: yesterday\n", (2, 17), "input"),
        ("instances:\n  - tags: [a]\n", (2, 11), "mapping"),
        ("registrations:\n  - id: i-0123456789abcdef0\n", (2, 5), "missing field `targetGroup`"),
        // What fits together.
        ("\nregion: Ireland", (2, 9), "'Ireland' is not a region"),
        ("vpcs:\n  - {block: 10.0.0.0/8}\n", (2, 5), "10.0.0.0/8"),
        ("vpcs:\n  - block: 10.0.0.0/16\n    subnets: [{block: 10.1.0.0/24}]\n", (2, 5), "within the VPC"),
        ("instances:\n  - name: a\n  - id: i-1\n", (3, 5), "'i-1' is not an instance id"),
        ("instances:\n  - {subnet: subnet-1}\n", (2, 5), "there is no subnet 'subnet-1'"),
        ("instances: [{availabilityZone: us-west-2a}]", (1, 13), "no subnet in 'us-west-2a'"),
        ("instances: [{availabilityZone: us-east-1aa}]", (1, 13), "no subnet in 'us-east-1aa'"),
        ("instances:\n- id: i-01234567\n\n- {id: i-01234567}\n", (4, 3), "exists already"),
        ("loadBalancers:\n  - name: shop\n  - kind: network\n", (3, 5), "'' is not a name"),
        ("loadBalancers:\n  - {name: shop, attributes: {color: red}}\n", (2, 5), "color"),
        (
            "targetGroups:\n  - name: web\n    usedBy: [{loadBalancer: shop, port: 80}]\n",
            (2, 5),
            "there is no load balancer 'shop'",
        ),
        ("targetGroups:\n  - name: web\n    healthCheck: {interval: 1h}\n", (2, 5), "5 to 300 s"),
        (
            &format!("{group}registrations:\n  - {{targetGroup: web, id: i-01234567}}\n"),
            (3, 5),
            "there is no instance 'i-01234567'",
        ),
        (
            "instances: [{id: i-01234567}]\nregistrations:\n  - targetGroup: web\n    id: i-01234567\n",
            (3, 5),
            "there is no target group 'web'",
        ),
        ("classicLoadBalancers:\n  - {name: old, listeners: []}\n", (2, 5), "Listeners cannot be empty"),
        ("classicLoadBalancers:\n  - {name: old, tags: {\"\": x}}\n", (2, 5), "Classic load balancer 'old'"),
        ("classicLoadBalancers:\n  - name: old\n    instances: [i-01234567]\n", (2, 5), "'i-01234567'"),
        ("autoScalingGroups:\n  - {name: web, minSize: 1}\n", (2, 5), "Auto Scaling group 'web'"),
        ("autoScalingGroups:\n  - {name: web, targetGroups: [web]}\n", (2, 5), "there is no target group 'web'"),
        ("generate: {loadBalancers: 1, targetGroups: 1}", (1, 30), "missing field `targets`"),
        ("generate: {loadBalancers: 1000, targetGroups: 1000, targets: 1}", (1, 11), "100000 registrations"),
        (
            "loadBalancers: [{name: load-balancer-1}]\ngenerate: {loadBalancers: 1, targetGroups: 1, targets: 1}",
            (2, 11),
            "'load-balancer-1' exists already",
        ),
    ] {
        let error = Fleet::parse(text).expect_err(text);
        // The place is said once.
        if (error.line, error.column) != place || !error.message.contains(sentence) || error.message.contains("line ") {
            wrong.push(format!("{text}\n  {error}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn an_error_names_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("fleet.yaml");
    let refusal = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        Fleet::from_file(&path).unwrap_err().to_string()
    };
    let place = |at: &str| format!("{}:{at}", path.display());
    assert!(refusal(b"instances:\n  - colour: red\n").starts_with(&place("2:5: unknown field `colour`")));
    assert_eq!(refusal(b"region: us-east-1\n# caf\xe9\n"), place("2:6: this is not UTF-8"));
    let missing = Fleet::from_file(Path::new("there/is/no.yaml")).unwrap_err();
    assert_eq!(missing.to_string(), "cannot read there/is/no.yaml");
}

proptest! {
    #[test]
    fn no_text_is_a_panic(text in any::<String>()) {
        let _ = Fleet::parse(&text);
    }

    /// Pieces of the example in any order come further into a fleet than any text.
    #[test]
    fn no_change_of_the_example_is_a_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..40, "[-a-z0-9:{}\\[\\], \n]{0,8}"), 1..4)
    ) {
        let mut text: Vec<char> = EXAMPLE.chars().collect();
        for (from, to, length, new) in changes {
            let (from, to) = (from.index(text.len()), to.index(text.len()));
            let copy: Vec<char> = text[from..].iter().take(length).copied().chain(new.chars()).collect();
            let end = (to + length).min(text.len());
            text.splice(to..end, copy);
        }
        let _ = Fleet::parse(&text.into_iter().collect::<String>());
    }

    /// Each number of the example as another one, and nothing else, mostly stays well formed.
    #[test]
    fn no_number_is_a_panic(which in any::<prop::sample::Index>(), number in prop_oneof![any::<u64>().prop_map(|number| number.to_string()), "[0-9]{1,12}(s|m|h|y)", "-[0-9]{1,20}"]) {
        let mut pieces: Vec<String> = EXAMPLE.split_inclusive(' ').map(str::to_owned).collect();
        let numbers: Vec<usize> = (0..pieces.len()).filter(|at| pieces[*at].starts_with(|c: char| c.is_ascii_digit())).collect();
        let at = numbers[which.index(numbers.len())];
        let rest = pieces[at].trim_start_matches(|c: char| c.is_ascii_alphanumeric()).to_owned();
        pieces[at] = number + &rest;
        let _ = Fleet::parse(&pieces.concat());
    }
}
