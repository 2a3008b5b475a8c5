//! Tags of Classic load balancers.

use std::collections::BTreeMap;

use super::ClassicRefusal;
use crate::state::World;

/// The most tags of a load balancer. Rule: classic-tags.
const MOST: usize = 10;

impl World {
    /// Sets tags of a load balancer; one whose key is there gets the new value.
    pub(crate) fn tag_classic(&mut self, name: &str, tags: Vec<(String, String)>) -> Result<(), ClassicRefusal> {
        let owner = self.classic_mut(name)?;
        let tags = with(owner.tags.clone(), tags)?;
        owner.tags = tags;
        Ok(())
    }

    /// Removes tags of a load balancer; one that is not there is passed over.
    pub(crate) fn untag_classic(&mut self, name: &str, keys: &[String]) -> Result<(), ClassicRefusal> {
        let owner = self.classic_mut(name)?;
        owner.tags.retain(|key, _| !keys.contains(key));
        Ok(())
    }
}

/// These tags with more, each key of them once and of the right form.
pub(crate) fn with(
    mut tags: BTreeMap<String, String>,
    more: Vec<(String, String)>,
) -> Result<BTreeMap<String, String>, ClassicRefusal> {
    let mut keys: Vec<&String> = more.iter().map(|(key, _)| key).collect();
    keys.sort();
    if let Some(pair) = keys.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(ClassicRefusal::DuplicateTagKey(pair[0].clone()));
    }
    for (key, value) in &more {
        if !(1..=128).contains(&key.chars().count()) || key.starts_with("aws:") || !is_writable(key) {
            return Err(ClassicRefusal::Tag(key.clone()));
        }
        if value.chars().count() > 256 || !is_writable(value) {
            return Err(ClassicRefusal::Tag(value.clone()));
        }
    }
    tags.extend(more);
    if tags.len() > MOST { Err(ClassicRefusal::TooManyTags(MOST)) } else { Ok(tags) }
}

fn is_writable(text: &str) -> bool {
    text.chars().all(|character| character.is_alphanumeric() || " _.:/=+-@".contains(character))
}
