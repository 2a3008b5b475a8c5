//! What is remembered of a drained machine, in the tags of its instance.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SubsecRound as _, Utc};

use super::codec;
use crate::{GroupId, InstanceId, Refusal, Step, TargetKey};

/// What is remembered of a machine that was drained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrainMemory {
    /// The machine. Tags can be copied to another one, which must not be taken for it.
    pub instance: InstanceId,
    /// Who drained it first.
    pub by: String,
    /// When it was first drained, in whole seconds.
    pub since: DateTime<Utc>,
    /// Why it was first drained.
    pub reason: Option<String>,
    /// Whether it was put into Standby.
    pub standby: bool,
    /// What it was drained from.
    pub registrations: BTreeSet<Remembered>,
}

/// A registration that a restore makes again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remembered {
    /// The group.
    pub group: RememberedGroup,
    /// The registration in it.
    pub key: TargetKey,
}

/// A group, by as much of its id as tells it apart within one account and region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RememberedGroup {
    /// A target group: name and id, as at the end of its ARN. One that was deleted and made again has another id.
    TargetGroup(String),
    /// A Classic load balancer, by its name.
    Classic(String),
}

impl RememberedGroup {
    /// The name of the target group, or of the Classic load balancer.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::TargetGroup(resource) => resource.split('/').next().unwrap_or(resource),
            Self::Classic(name) => name,
        }
    }

    /// Whether it is a Classic load balancer.
    #[must_use]
    pub fn is_classic(&self) -> bool {
        matches!(self, Self::Classic(_))
    }
}

impl From<&GroupId> for RememberedGroup {
    fn from(id: &GroupId) -> Self {
        match id {
            GroupId::Classic(name) => Self::Classic(name.clone()),
            GroupId::Arn(arn) => {
                let resource = arn.rsplit(':').next().unwrap_or(arn);
                Self::TargetGroup(resource.strip_prefix("targetgroup/").unwrap_or(resource).to_owned())
            }
        }
    }
}

/// Why tags are no memory that can be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMemory {
    /// The tags are not numbered one after the other.
    #[error("a part of it is missing")]
    Incomplete,
    /// A part was changed.
    #[error("its checksum is wrong")]
    Checksum,
    /// It is not written as this version writes it.
    #[error("it is not in the form of this version")]
    Form,
    /// It is the memory of another machine.
    #[error("it is that of {0}")]
    OtherInstance(InstanceId),
    /// It names an address that the machine does not have.
    #[error("the machine does not have the address {0}")]
    OtherAddress(String),
}

/// What the keys of the tags begin with; a number follows, from 0.
const PREFIX: &str = "elbm.drain.";

/// The most tags that an instance has, those of AWS aside (`Using_Tags`, "Tag restrictions").
const MOST_TAGS: usize = 50;

impl DrainMemory {
    /// The memory of a machine that is drained now.
    #[must_use]
    pub fn new(instance: InstanceId, by: String, now: DateTime<Utc>, reason: Option<String>) -> Self {
        Self { instance, by, since: now.trunc_subsecs(0), reason, standby: false, registrations: BTreeSet::new() }
    }

    /// Adds what these steps deregister.
    pub fn remember(&mut self, steps: &[Step]) {
        let all = steps.iter().flat_map(|step| step.keys.iter().map(move |key| (&step.group.id, key)));
        self.registrations.extend(all.map(|(group, key)| Remembered { group: group.into(), key: key.clone() }));
    }

    /// The tags that hold it: keys and values, in order.
    #[must_use]
    pub fn tags(&self) -> Vec<(String, String)> {
        let values = codec::split(&codec::encode(self));
        values.into_iter().enumerate().map(|(number, value)| (format!("{PREFIX}{number}"), value)).collect()
    }

    /// Every key that a memory can have.
    pub fn keys() -> impl Iterator<Item = String> {
        (0..MOST_TAGS).map(|number| format!("{PREFIX}{number}"))
    }

    /// The part of an instance's tags that is its memory.
    #[must_use]
    pub fn part(tags: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        tags.iter()
            .filter(|(key, _)| key.starts_with(PREFIX))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    /// Reads the memory of a machine out of its tags; `None` where they hold none.
    ///
    /// # Errors
    /// Any [`InvalidMemory`] but [`InvalidMemory::OtherAddress`].
    pub fn read(instance: &InstanceId, tags: &BTreeMap<String, String>) -> Result<Option<Self>, InvalidMemory> {
        let part = Self::part(tags);
        if part.is_empty() {
            return Ok(None);
        }
        let numbered = (0..part.len()).map(|number| part.get(&format!("{PREFIX}{number}")).map(String::as_str));
        let text = numbered.collect::<Option<String>>().ok_or(InvalidMemory::Incomplete)?;
        let memory = codec::decode(&text)?;
        if memory.instance != *instance {
            return Err(InvalidMemory::OtherInstance(memory.instance));
        }
        Ok(Some(memory))
    }

    /// Whether an instance with these tags has room for its memory.
    ///
    /// # Errors
    /// [`Refusal::TagQuota`].
    pub fn check_room(&self, tags: &BTreeMap<String, String>) -> Result<(), Refusal> {
        let other = tags.keys().filter(|key| !key.starts_with("aws:") && !key.starts_with(PREFIX)).count();
        let (needed, free) = (self.tags().len(), MOST_TAGS.saturating_sub(other));
        if needed <= free {
            return Ok(());
        }
        Err(Refusal::TagQuota { instance: self.instance.clone(), needed, free })
    }
}
