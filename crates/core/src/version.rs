//! The version of a membership, for changes that expect one.

use sha2::{Digest as _, Sha256};

use crate::{GroupId, Membership, digest};

/// Sixteen hexadecimal digits that follow from who is registered where, and from nothing else: health does not change it,
/// draining targets do not count. It is the same in every process.
#[must_use]
pub fn membership_version(membership: &Membership) -> String {
    let mut live: Vec<_> = membership
        .groups
        .iter()
        .flat_map(|member| member.targets.iter().filter(|t| t.is_live()).map(|target| (&member.group.id, &target.key)))
        .collect();
    live.sort();
    let mut hash = Sha256::new();
    for (group, key) in live {
        let (kind, group) = match group {
            GroupId::Arn(arn) => ("arn", arn),
            GroupId::Classic(name) => ("classic", name),
        };
        let (port, zone) = (key.port.unwrap_or_default(), key.zone.as_deref().unwrap_or_default());
        hash.update(format!("{kind} {group} {} {port} {zone}\n", key.id));
    }
    digest::short(hash)
}
