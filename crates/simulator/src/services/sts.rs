//! STS: API version 2011-06-15.

use super::action::actions;
use crate::state::{ACCOUNT, ids};
use crate::wire::{AwsError, Params, Xml};

actions! {
    /// The actions of STS.
    Sts {
        GetCallerIdentity,
    }
}

/// Carries an action out and returns what stands in its result element.
pub(super) fn perform(action: Sts, params: &Params, access_key: &str) -> Result<Xml, AwsError> {
    match action {
        Sts::GetCallerIdentity => caller_identity(params, access_key),
    }
}

/// The user of the name that is the access key. Rule: sts-caller.
fn caller_identity(params: &Params, access_key: &str) -> Result<Xml, AwsError> {
    params.finish()?;
    let is_name = access_key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte));
    if !is_name || access_key.len() > 64 {
        let message = "The security token included in the request is invalid.";
        return Err(AwsError::new("InvalidClientTokenId", message).with_status(403));
    }
    let mut xml = Xml::default();
    xml.text("UserId", user_id(access_key));
    xml.text("Account", ACCOUNT);
    xml.text("Arn", format!("arn:aws:iam::{ACCOUNT}:user/{access_key}"));
    Ok(xml)
}

/// An id in the form of a user's.
fn user_id(name: &str) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let number = ids::number(&format!("user {name}"));
    let letters = (0..13).filter_map(|place| usize::try_from((number >> (5 * place)) & 31).ok());
    format!("AIDA{}SIMU", letters.map(|index| char::from(LETTERS[index])).collect::<String>())
}
