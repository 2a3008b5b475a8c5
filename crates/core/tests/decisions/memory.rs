//! What is remembered of a drained machine: it can be read back exactly, and nothing else can.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use elbm_core::*;
use proptest::collection::btree_set;
use proptest::prelude::*;

use crate::world::{MACHINE, OTHER, id};

const GROUP: &str = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web-tg/50dc6c495c0c9188";

fn since(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("a time")
}

fn key(id: &str, port: Option<u16>, zone: Option<&str>) -> TargetKey {
    TargetKey { id: id.to_owned(), port, zone: zone.map(str::to_owned) }
}

fn remembered(group: &GroupId, key: TargetKey) -> Remembered {
    Remembered { group: group.into(), key }
}

/// A memory with every kind of registration.
fn memory() -> DrainMemory {
    let (group, classic) = (GroupId::Arn(GROUP.to_owned()), GroupId::Classic("old".to_owned()));
    let registrations = [
        remembered(&group, key(MACHINE, Some(80), None)),
        remembered(&group, key(MACHINE, Some(8080), None)),
        remembered(&group, key("10.0.0.1", Some(80), Some("all"))),
        remembered(&group, key("2001:db8::7", Some(80), None)),
        remembered(&classic, key(MACHINE, None, None)),
    ];
    let (by, reason) = ("ann@ops".to_owned(), Some("kernel update: 100% + #7 'now'".to_owned()));
    let registrations = registrations.into();
    DrainMemory { instance: id(MACHINE), by, since: since(1_768_464_000), reason, standby: true, registrations }
}

fn tags(memory: &DrainMemory) -> BTreeMap<String, String> {
    memory.tags().into_iter().collect()
}

fn read(tags: &BTreeMap<String, String>) -> Result<Option<DrainMemory>, InvalidMemory> {
    DrainMemory::read(&id(MACHINE), tags)
}

#[test]
fn it_is_written_in_one_way() {
    let expected = concat!(
        "1+i-06060a1e235609999+2026-01-15T08:00:00Z+ann=40ops+",
        "kernel=20update=3A=20100=25=20=2B=20=237=20=27now=27+s+",
        "t@web-tg/50dc6c495c0c9188@80@10.0.0.1@all+t@web-tg/50dc6c495c0c9188@80@2001=3Adb8=3A=3A7+",
        "t@web-tg/50dc6c495c0c9188@80+t@web-tg/50dc6c495c0c9188@8080+c@old+",
    );
    let written = memory().tags();
    let keys: Vec<_> = written.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["elbm.drain.0", "elbm.drain.1"]);
    let text: String = written.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(&text[..text.len() - 16], expected);
    assert_eq!(read(&tags(&memory())), Ok(Some(memory())));
}

#[test]
fn other_tags_are_no_memory_of_this_machine() {
    let good = tags(&memory());
    let with = |change: &dyn Fn(&mut BTreeMap<String, String>)| {
        let mut tags = good.clone();
        change(&mut tags);
        read(&tags)
    };
    assert_eq!(read(&BTreeMap::new()), Ok(None));
    assert_eq!(read(&BTreeMap::from([("Name".to_owned(), "web".to_owned())])), Ok(None));
    assert_eq!(with(&|tags| drop(tags.insert("Name".to_owned(), "web".to_owned()))), Ok(Some(memory())));
    let missing = |tags: &mut BTreeMap<String, String>| drop(tags.remove("elbm.drain.0"));
    assert_eq!(with(&missing), Err(InvalidMemory::Incomplete));
    let shorter = |tags: &mut BTreeMap<String, String>| drop(tags.remove("elbm.drain.1"));
    assert_eq!(with(&shorter), Err(InvalidMemory::Checksum));
    let longer = |tags: &mut BTreeMap<String, String>| drop(tags.insert("elbm.drain.2".to_owned(), "c".to_owned()));
    assert_eq!(with(&longer), Err(InvalidMemory::Checksum));
    let surplus = |tags: &mut BTreeMap<String, String>| drop(tags.insert("elbm.drain.x".to_owned(), String::new()));
    assert_eq!(with(&surplus), Err(InvalidMemory::Incomplete));
    assert_eq!(with(&|tags| tags.values_mut().for_each(String::clear)), Err(InvalidMemory::Form));
    let cloned = DrainMemory::read(&id(OTHER), &good);
    assert_eq!(cloned, Err(InvalidMemory::OtherInstance(id(MACHINE))));
}

/// The text with a checksum that fits it, as whoever forges one makes it.
fn forged(text: &str) -> BTreeMap<String, String> {
    use sha2::{Digest as _, Sha256};
    let checksum = Sha256::digest(text).iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    BTreeMap::from([("elbm.drain.0".to_owned(), format!("{text}{checksum:016x}"))])
}

#[test]
fn what_we_would_not_have_written_is_refused_with_a_good_checksum_too() {
    let head = format!("1+{MACHINE}+2026-01-15T08:00:00Z+ann");
    assert!(read(&forged(&format!("{head}+++t@web/1@80+"))).is_ok_and(|memory| memory.is_some()));
    for tail in ["+", "++", "++x+", "+++x@web+", "+++t+", "+++t@web@65536+", "+++t@web@080+", "+++t@web@80@+", "+=FF++"]
    {
        assert_eq!(read(&forged(&format!("{head}{tail}"))), Err(InvalidMemory::Form), "{tail}");
    }
    for text in ["2+", "1+", "1+i-xyz+2026-01-15T08:00:00Z+ann+++", &format!("1+{MACHINE}+yesterday+ann+++"), ""] {
        let form = read(&forged(text));
        assert_eq!(form, Err(InvalidMemory::Form), "{text}");
    }
}

#[test]
fn there_is_room_for_fifty_tags_but_those_of_aws() {
    let own = |count: usize| -> BTreeMap<String, String> {
        (0..count).map(|number| (format!("own{number}"), String::new())).collect()
    };
    let memory = memory();
    assert_eq!(memory.check_room(&own(48)), Ok(()));
    let refused = Refusal::TagQuota { instance: id(MACHINE), needed: 2, free: 1 };
    assert_eq!(memory.check_room(&own(49)), Err(refused));
    let mut tags = own(48);
    tags.extend(memory.tags());
    tags.insert("aws:autoscaling:groupName".to_owned(), "asg".to_owned());
    assert_eq!(memory.check_room(&tags), Ok(()), "what it has itself, and AWS's, take no room");
}

#[test]
fn a_group_that_was_made_again_is_another() {
    let again = GROUP.replace("50dc6c495c0c9188", "50dc6c495c0c9189");
    assert_ne!(RememberedGroup::from(&GroupId::Arn(GROUP.to_owned())), RememberedGroup::from(&GroupId::Arn(again)));
    let (group, classic) = (GroupId::Arn(GROUP.to_owned()), GroupId::Classic("web-tg".to_owned()));
    assert_eq!(RememberedGroup::from(&group).name(), RememberedGroup::from(&classic).name());
    assert_ne!(RememberedGroup::from(&group), RememberedGroup::from(&classic));
}

fn any_memory() -> impl Strategy<Value = DrainMemory> {
    let group = prop_oneof![
        "[a-zA-Z0-9-]{1,32}/[0-9a-f]{16}".prop_map(RememberedGroup::TargetGroup),
        "[a-zA-Z0-9-]{1,32}".prop_map(RememberedGroup::Classic),
    ];
    let target = prop_oneof![Just(MACHINE.to_owned()), "[0-9]{1,3}(\\.[0-9]{1,3}){3}", "[0-9a-f:]{2,39}"];
    let key = (target, any::<Option<u16>>(), proptest::option::of(prop_oneof![Just("all"), Just("us-east-1a")]));
    let key = key.prop_map(|(id, port, zone)| TargetKey { id, port, zone: zone.map(str::to_owned) });
    let registrations = btree_set((group, key).prop_map(|(group, key)| Remembered { group, key }), 0..40);
    let reason = proptest::option::of("\\PC{1,200}");
    ("[A-Za-z0-9._@-]{1,64}", 0..4_000_000_000_i64, reason, any::<bool>(), registrations).prop_map(
        |(by, seconds, reason, standby, registrations)| {
            let (instance, since) = (id(MACHINE), since(seconds));
            DrainMemory { instance, by, since, reason, standby, registrations }
        },
    )
}

proptest! {
    #[test]
    fn every_memory_is_read_back_from_tags_that_aws_takes(memory in any_memory()) {
        for (key, value) in memory.tags() {
            prop_assert!(key.starts_with("elbm.drain.") && value.len() <= 256, "{key} {value}");
            let known = |letter: char| letter.is_ascii_alphanumeric() || "+-=._:/@".contains(letter);
            prop_assert!(value.chars().all(known) && !value.to_lowercase().starts_with("aws:"), "{value}");
        }
        prop_assert_eq!(read(&tags(&memory)), Ok(Some(memory)));
    }

    #[test]
    fn any_changed_character_is_seen(
        memory in any_memory(), place in any::<prop::sample::Index>(), letter in "[A-Za-z0-9+=._:/@-]",
    ) {
        let mut tags = tags(&memory);
        let characters: usize = tags.values().map(String::len).sum();
        let mut place = place.index(characters);
        for value in tags.values_mut() {
            if place < value.len() {
                prop_assume!(value[place..=place] != letter);
                value.replace_range(place..=place, &letter);
                break;
            }
            place -= value.len();
        }
        prop_assert!(matches!(read(&tags), Err(InvalidMemory::Checksum | InvalidMemory::Form)), "{tags:?}");
    }
}
