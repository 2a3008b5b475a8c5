//! Who AWS says somebody is, and whom a principal is meant to be.

use std::fmt;
use std::str::FromStr;

use elbm_core::InstanceId;

use crate::pattern;

/// The ARNs of users and of sessions of roles that a principal is meant to be.
///
/// `*` stands for any run of characters within a segment of the path; what comes before the path stands for itself, so that no
/// pattern is ever for another account. A role is meant by its ARN too, `arn:aws:iam::123456789012:role/deploy`: that is any
/// session of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArnPattern {
    /// As it was written.
    text: String,
    /// `arn:aws:sts::123456789012`.
    head: String,
    path: Vec<String>,
}

/// It is no such pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it must be the ARN of a role, of a session of a role or of a user, e.g. arn:aws:iam::123456789012:role/deploy or \
     arn:aws:sts::123456789012:assumed-role/deploy/*, with * after the first / only"
)]
pub struct BadArn;

impl ArnPattern {
    /// Whether this is meant.
    #[must_use]
    pub fn matches(&self, arn: &str) -> bool {
        let Some((head, path)) = split(arn) else { return false };
        let mut given = path.split('/');
        head == self.head
            && self.path.iter().all(|own| given.next().is_some_and(|given| pattern::matches(own, given)))
            && given.next().is_none()
    }

    /// Whether it is all sessions of one role, or all those of instances: of such a role the session name is an instance's own,
    /// where nobody but EC2 may assume it.
    #[must_use]
    pub fn is_of_one_role(&self) -> bool {
        matches!(self.path.as_slice(), [kind, role, session]
            if kind == "assumed-role" && !role.contains('*') && (session == "*" || session == "i-*"))
    }
}

/// The instance that a session of a role is named for.
#[must_use]
pub fn instance(arn: &str) -> Option<InstanceId> {
    let (head, path) = split(arn)?;
    match path.split('/').collect::<Vec<_>>().as_slice() {
        ["assumed-role", _, session] if head.contains(":sts::") => InstanceId::parse(session),
        _ => None,
    }
}

/// What comes before the path, and the path.
fn split(arn: &str) -> Option<(&str, &str)> {
    arn.match_indices(':').nth(4).map(|(at, _)| (&arn[..at], &arn[at + 1..]))
}

impl FromStr for ArnPattern {
    type Err = BadArn;

    fn from_str(text: &str) -> Result<Self, BadArn> {
        let (head, path) = split(text).ok_or(BadArn)?;
        let ["arn", partition, service, "", account] = head.split(':').collect::<Vec<_>>()[..] else {
            return Err(BadArn);
        };
        let is_partition =
            partition.starts_with("aws") && partition.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-*".contains(&byte);
        let segments: Vec<&str> = path.split('/').collect();
        let all_known = segments.iter().all(|part| !part.is_empty() && part.bytes().all(known));
        if !(is_partition && is_account && all_known) {
            return Err(BadArn);
        }
        let (service, path) = match (service, segments.as_slice()) {
            // A session does not tell the path of its role, and no two roles of an account have the same name.
            ("iam", ["role", .., role]) => ("sts", vec!["assumed-role", role, "*"]),
            ("sts", ["assumed-role", _, _] | ["federated-user", _]) | ("iam", ["user", .., _]) => (service, segments),
            _ => return Err(BadArn),
        };
        let head = format!("arn:{partition}:{service}::{account}");
        Ok(Self { text: text.to_owned(), head, path: path.into_iter().map(str::to_owned).collect() })
    }
}

impl fmt::Display for ArnPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::{ArnPattern, instance};

    const ROLE: &str = "arn:aws:iam::123456789012:role/deploy";

    #[test]
    fn a_pattern_is_for_its_account_and_its_segments() {
        let session = "arn:aws:sts::123456789012:assumed-role/deploy/ann@example.com";
        for (pattern, arn, expected) in [
            (ROLE, session, true),
            ("arn:aws:iam::123456789012:role/teams/web/deploy", session, true),
            (ROLE, "arn:aws:iam::123456789012:role/deploy", false),
            (ROLE, "arn:aws:sts::210987654321:assumed-role/deploy/ann@example.com", false),
            (ROLE, "arn:aws-cn:sts::123456789012:assumed-role/deploy/ann@example.com", false),
            (ROLE, "arn:aws:sts::123456789012:assumed-role/deploy2/ann", false),
            (ROLE, "arn:aws:iam::123456789012:user/deploy", false),
            ("arn:aws:sts::123456789012:assumed-role/deploy/*", session, true),
            ("arn:aws:sts::123456789012:assumed-role/deploy/ann@*", session, true),
            ("arn:aws:sts::123456789012:assumed-role/deploy/bob", session, false),
            ("arn:aws:sts::123456789012:assumed-role/*/*", session, true),
            ("arn:aws:sts::123456789012:assumed-role/dep*/*", session, true),
            // A star ends at a slash.
            ("arn:aws:iam::123456789012:user/*", "arn:aws:iam::123456789012:user/ann", true),
            ("arn:aws:iam::123456789012:user/*", "arn:aws:iam::123456789012:user/team/ann", false),
            ("arn:aws:iam::123456789012:user/team/*", "arn:aws:iam::123456789012:user/team/ann", true),
            ("arn:aws:iam::123456789012:user/ann", "arn:aws:iam::123456789012:user/ann2", false),
            ("arn:aws:iam::123456789012:user/ann", "", false),
            ("arn:aws:sts::123456789012:federated-user/ann", "arn:aws:sts::123456789012:federated-user/ann", true),
        ] {
            let parsed: ArnPattern = pattern.parse().unwrap_or_else(|bad| panic!("{pattern}: {bad}"));
            assert_eq!(parsed.matches(arn), expected, "{pattern} {arn}");
            assert_eq!(parsed.to_string(), pattern);
        }
    }

    #[test]
    fn what_could_mean_others_is_no_pattern() {
        for text in [
            "",
            "*",
            "arn:aws:iam::*:role/deploy",
            "arn:*:iam::123456789012:role/deploy",
            "arn:aws:*::123456789012:role/deploy",
            "arn:aws:iam::12345:role/deploy",
            "arn:aws:iam::123456789012:*",
            "arn:aws:iam::123456789012:root",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/a b",
            "arn:aws:iam::123456789012:group/ops",
            "arn:aws:sts::123456789012:assumed-role/deploy",
            "arn:aws:sts::123456789012:assumed-role/deploy*",
            "arn:aws:sts::123456789012:assumed-role/a/b/c",
            "arn:aws:s3::123456789012:user/ann",
            "arn:aws:iam:us-east-1:123456789012:user/ann",
        ] {
            assert!(text.parse::<ArnPattern>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_session_of_an_instance_has_its_id_as_its_name() {
        for (arn, expected) in [
            ("arn:aws:sts::123456789012:assumed-role/web/i-0a1b2c3d4e5f60718", Some("i-0a1b2c3d4e5f60718")),
            ("arn:aws:sts::123456789012:assumed-role/web/ann", None),
            ("arn:aws:sts::123456789012:assumed-role/i-0a1b2c3d4e5f60718/ann", None),
            ("arn:aws:sts::123456789012:assumed-role/web/i-0a1b2c3d4e5f60718/x", None),
            ("arn:aws:iam::123456789012:user/web/i-0a1b2c3d4e5f60718", None),
            ("arn:aws:iam::123456789012:assumed-role/web/i-0a1b2c3d4e5f60718", None),
        ] {
            assert_eq!(instance(arn).map(|id| id.to_string()).as_deref(), expected, "{arn}");
        }
    }

    #[test]
    fn one_role_is_told_from_many() {
        for (pattern, expected) in [
            (ROLE, true),
            ("arn:aws:sts::123456789012:assumed-role/web/*", true),
            ("arn:aws:sts::123456789012:assumed-role/web/i-*", true),
            ("arn:aws:sts::123456789012:assumed-role/web/ann", false),
            ("arn:aws:sts::123456789012:assumed-role/*/*", false),
            ("arn:aws:iam::123456789012:role/*", false),
            ("arn:aws:iam::123456789012:user/ann", false),
        ] {
            assert_eq!(pattern.parse::<ArnPattern>().expect(pattern).is_of_one_role(), expected, "{pattern}");
        }
    }
}
