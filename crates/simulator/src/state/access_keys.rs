//! Who signs with which access key.

use super::{World, ids};
use crate::fleet::{AccessKeySpec, FleetError};

/// An access key of the fleet.
#[derive(Debug, Clone)]
pub(crate) struct AccessKey {
    pub(crate) spec: AccessKeySpec,
    /// The id of whoever has it, as STS tells it.
    pub(crate) user_id: String,
}

impl World {
    /// Adds an access key. Rule: sts-identities.
    pub(super) fn add_access_key(&mut self, spec: AccessKeySpec) -> Result<(), FleetError> {
        let wrong = |reason| FleetError::AccessKey { id: spec.id.clone(), reason };
        if !(16..=128).contains(&spec.id.len()) || !spec.id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(wrong("its id must have 16 to 128 letters and digits"));
        }
        if spec.secret.is_empty() {
            return Err(wrong("its secret is empty"));
        }
        let user_id = user_id(&spec.arn).ok_or_else(|| wrong("its ARN is of no user and of no session of a role"))?;
        if self.access_keys.contains_key(&spec.id) {
            return Err(wrong("there is another one"));
        }
        self.access_keys.insert(spec.id.clone(), AccessKey { spec, user_id });
        Ok(())
    }
}

/// The id of a user, or of a session of a role.
fn user_id(arn: &str) -> Option<String> {
    let ["arn", _, service, "", account, resource] = arn.splitn(6, ':').collect::<Vec<_>>()[..] else { return None };
    if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let parts: Vec<&str> = resource.split('/').collect();
    match (service, parts.as_slice()) {
        ("iam", ["user", .., name]) if !name.is_empty() => Some(ids::principal("AIDA", &format!("user {name}"))),
        ("sts", ["assumed-role", role, session]) if !role.is_empty() && !session.is_empty() => {
            Some(format!("{}:{session}", ids::principal("AROA", &format!("role {role}"))))
        }
        _ => None,
    }
}
