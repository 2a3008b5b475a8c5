//! Tags, and what a tag may be.

use std::collections::{BTreeMap, BTreeSet};

/// The most tags that a resource has, those of AWS aside. Rule: tag-count.
pub(crate) const MOST: usize = 50;

/// The longest key and value, in characters. Rule: tag-form.
const LONGEST: (usize, usize) = (128, 256);

/// The tags of a resource, by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tags(BTreeMap<String, String>);

/// Why a tag cannot be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TagFault {
    /// The key is empty, too long, or has other characters than a tag may have.
    Key(String),
    /// The value of this key is too long, or has other characters than a tag may have.
    Value(String),
    /// The key begins with `aws:`.
    Reserved(String),
    /// The call names the key twice.
    Twice(String),
    /// The resource would have more than [`MOST`].
    TooMany,
}

impl Tags {
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Keys and values, in the order of the keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether these tags, of a good form, can be set beside those that are there.
    pub(crate) fn check_room(&self, tags: &[(String, String)]) -> Result<(), TagFault> {
        let own = self.0.keys().filter(|key| !is_reserved(key)).count();
        let new = tags.iter().filter(|(key, _)| !self.0.contains_key(key)).count();
        if own + new > MOST { Err(TagFault::TooMany) } else { Ok(()) }
    }

    /// Removes all but those of AWS. Rule: tag-reserved.
    pub(crate) fn clear(&mut self) {
        self.0.retain(|key, _| is_reserved(key));
    }

    /// Sets tags; one whose key is there gets the new value.
    pub(crate) fn set(&mut self, tags: &[(String, String)]) {
        self.0.extend(tags.iter().cloned());
    }

    pub(crate) fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }
}

impl FromIterator<(String, String)> for Tags {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(tags: T) -> Self {
        Self(tags.into_iter().collect())
    }
}

/// Whether the tags of a call are well formed, each key once.
pub(crate) fn check_form(tags: &[(String, String)]) -> Result<(), TagFault> {
    let mut keys = BTreeSet::new();
    for (key, value) in tags {
        check_key(key)?;
        if value.chars().count() > LONGEST.1 || !is_writable(value) {
            return Err(TagFault::Value(key.clone()));
        }
        if !keys.insert(key) {
            return Err(TagFault::Twice(key.clone()));
        }
    }
    Ok(())
}

/// Whether a call may set or remove a tag of this key.
pub(crate) fn check_key(key: &str) -> Result<(), TagFault> {
    if !(1..=LONGEST.0).contains(&key.chars().count()) || !is_writable(key) {
        return Err(TagFault::Key(key.to_owned()));
    }
    // Rule: tag-reserved.
    if is_reserved(key) { Err(TagFault::Reserved(key.to_owned())) } else { Ok(()) }
}

/// Whether it is a key of AWS's own.
fn is_reserved(key: &str) -> bool {
    key.as_bytes().get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"aws:"))
}

fn is_writable(text: &str) -> bool {
    text.chars().all(|character| {
        character.is_alphabetic() || character.is_numeric() || character == ' ' || "_.:/=+-@".contains(character)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn tags_have_their_form() {
        let table = [
            (vec![pair("Name", "web 1"), pair("größe", "ü_.:/=+-@")], Ok(())),
            (vec![pair(&"k".repeat(128), &"v".repeat(256))], Ok(())),
            (vec![pair("empty", "")], Ok(())),
            (vec![pair("", "v")], Err(TagFault::Key(String::new()))),
            (vec![pair(&"ü".repeat(129), "v")], Err(TagFault::Key("ü".repeat(129)))),
            (vec![pair("k", &"v".repeat(257))], Err(TagFault::Value("k".to_owned()))),
            (vec![pair("k;", "v")], Err(TagFault::Key("k;".to_owned()))),
            (vec![pair("k", "a\nb")], Err(TagFault::Value("k".to_owned()))),
            (vec![pair("aws:x", "v")], Err(TagFault::Reserved("aws:x".to_owned()))),
            (vec![pair("AWS:x", "v")], Err(TagFault::Reserved("AWS:x".to_owned()))),
            (vec![pair("aws", "v")], Ok(())),
            (vec![pair("k", "v"), pair("k", "w")], Err(TagFault::Twice("k".to_owned()))),
        ];
        for (tags, expected) in table {
            assert_eq!(check_form(&tags), expected, "{tags:?}");
        }
    }

    #[test]
    fn a_resource_has_fifty_tags_at_most() {
        let mut tags: Tags = (0..49).map(|n| pair(&n.to_string(), "")).collect();
        assert_eq!(tags.check_room(&[pair("new", "")]), Ok(()));
        assert_eq!(tags.check_room(&[pair("new", ""), pair("newer", "")]), Err(TagFault::TooMany));
        tags.set(&[pair("new", "a")]);
        // A key that is there takes no room.
        assert_eq!(tags.check_room(&[pair("new", "b"), pair("0", "b")]), Ok(()));
        // Nor does one of AWS, which stays when all go.
        tags.set(&[pair("aws:autoscaling:groupName", "asg")]);
        assert_eq!(tags.check_room(&[pair("new", "b")]), Ok(()));
        let mut left = tags.clone();
        left.clear();
        assert_eq!(left.iter().collect::<Vec<_>>(), [("aws:autoscaling:groupName", "asg")]);
        tags.remove("aws:autoscaling:groupName");
        tags.set(&[pair("new", "b")]);
        assert_eq!(tags.get("new"), Some("b"));
        tags.remove("new");
        assert_eq!((tags.get("new"), tags.iter().count()), (None, 49));
    }
}
