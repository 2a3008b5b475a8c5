//! STS: API version 2011-06-15.

use super::action::actions;
use crate::state::{ACCOUNT, World, ids};
use crate::wire::{AwsError, Params, Xml};

actions! {
    /// The actions of STS.
    Sts {
        GetCallerIdentity,
    }
}

/// Carries an action out and returns what stands in its result element.
pub(super) fn perform(action: Sts, params: &Params, world: &World, access_key: &str) -> Result<Xml, AwsError> {
    match action {
        Sts::GetCallerIdentity => caller_identity(params, world, access_key),
    }
}

/// Who has the access key; the user of the name that is the access key where the fleet does not say. Rule: sts-caller.
fn caller_identity(params: &Params, world: &World, access_key: &str) -> Result<Xml, AwsError> {
    params.finish()?;
    if let Some(key) = world.access_keys.get(access_key) {
        return Ok(identity(&key.user_id, key.spec.arn.split(':').nth(4).unwrap_or(ACCOUNT), &key.spec.arn));
    }
    let is_name = access_key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte));
    if !is_name || access_key.len() > 64 {
        let message = "The security token included in the request is invalid.";
        return Err(AwsError::new("InvalidClientTokenId", message).with_status(403));
    }
    let user_id = ids::principal("AIDA", &format!("user {access_key}"));
    Ok(identity(&user_id, ACCOUNT, &format!("arn:aws:iam::{ACCOUNT}:user/{access_key}")))
}

fn identity(user_id: &str, account: &str, arn: &str) -> Xml {
    let mut xml = Xml::default();
    xml.text("UserId", user_id);
    xml.text("Account", account);
    xml.text("Arn", arn);
    xml
}
