//! Whether the roles that `self-only` principals are instances of can be assumed by EC2 alone: it names a session for its
//! instance, others choose the name.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::Value;

use crate::process::Process;

#[derive(Deserialize)]
struct Credentials {
    principals: Vec<Principal>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Principal {
    name: String,
    role: String,
    #[serde(default)]
    aws_arn: Option<String>,
}

/// Looks at the role of each `self-only` principal of a credentials file, and says what it found.
///
/// # Errors
/// Where the file cannot be read, or a role can be assumed by others.
pub(crate) fn check(file: &Path) -> anyhow::Result<()> {
    let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let credentials: Credentials =
        serde_json::from_slice(&text).with_context(|| format!("{} is no credentials file", file.display()))?;
    let mut wrong = Vec::new();
    for (name, role) in roles(&credentials) {
        match get(&role).read() {
            // Who runs this may not be let to read roles: that is said, and no verdict.
            Err(error) => eprintln!("unknown  {name:<14} the role {role} cannot be read: {error:#}"),
            Ok(answer) => {
                let answer: Value = serde_json::from_slice(&answer).context("aws iam get-role prints no JSON")?;
                match judge(&answer["Role"]["AssumeRolePolicyDocument"]) {
                    Ok(()) => eprintln!("ok       {name:<14} EC2 alone may assume the role {role}"),
                    Err(why) => {
                        eprintln!(
                            "wrong    {name:<14} the role {role} can be assumed by others, who can call themselves any instance: {why}"
                        );
                        wrong.push(name);
                    }
                }
            }
        }
    }
    if !wrong.is_empty() {
        bail!("not safe as self-only: {}", wrong.join(", "));
    }
    Ok(())
}

/// The principals that are instances, with the names of their roles.
fn roles(credentials: &Credentials) -> Vec<(String, String)> {
    let instances = credentials.principals.iter().filter(|principal| principal.role == "self-only");
    let role = |arn: &str| {
        let path = arn.splitn(6, ':').nth(5)?;
        match path.split('/').collect::<Vec<_>>().as_slice() {
            ["role", .., name] | ["assumed-role", name, _] => Some((*name).to_owned()),
            _ => None,
        }
    };
    instances.filter_map(|one| Some((one.name.clone(), role(one.aws_arn.as_deref()?)?))).collect()
}

fn get(role: &str) -> Process {
    Process::new("aws").args(["iam", "get-role", "--role-name", role]).words("--output json").env("AWS_PAGER", "")
}

/// Whether a trust policy lets EC2 assume the role, and nobody else.
fn judge(policy: &Value) -> Result<(), String> {
    let many = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    let mut ec2 = false;
    for statement in many(&policy["Statement"]) {
        match statement["Effect"].as_str() {
            Some("Deny") => continue,
            Some("Allow") => {}
            _ => return Err("a statement has no effect".to_owned()),
        }
        let Some(principals) = statement["Principal"].as_object() else {
            return Err(format!(
                "its principal is {}",
                statement.get("Principal").unwrap_or(&statement["NotPrincipal"])
            ));
        };
        for (kind, names) in principals {
            for name in many(names) {
                let is_ec2 = matches!(name.as_str(), Some("ec2.amazonaws.com" | "ec2.amazonaws.com.cn"));
                if kind != "Service" || !is_ec2 {
                    return Err(format!("it trusts {kind} {name}"));
                }
                ec2 = true;
            }
        }
    }
    if ec2 { Ok(()) } else { Err("it does not trust EC2".to_owned()) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Credentials, get, judge, roles};

    fn allow(principal: &Value) -> Value {
        json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    }

    #[test]
    fn only_a_role_that_trusts_ec2_alone_will_do() {
        let ec2 = allow(&json!({"Service": "ec2.amazonaws.com"}));
        let lambda = allow(&json!({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}));
        for (statements, expected) in [
            (json!([ec2]), None),
            (ec2.clone(), None),
            (json!([allow(&json!({"Service": ["ec2.amazonaws.com"]}))]), None),
            (json!([allow(&json!({"Service": "ec2.amazonaws.com.cn"}))]), None),
            (json!([ec2, {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}]), None),
            (json!([ec2, lambda]), Some("Service \"lambda.amazonaws.com\"")),
            (json!([ec2, allow(&json!({"AWS": "arn:aws:iam::123456789012:root"}))]), Some("AWS")),
            (json!([allow(&json!({"Service": "ec2.amazonaws.com", "Federated": "cognito"}))]), Some("Federated")),
            (json!([allow(&json!("*"))]), Some("\"*\"")),
            (json!([{"Effect": "Allow", "NotPrincipal": {"AWS": "a"}}]), Some("{\"AWS\":\"a\"}")),
            (json!([allow(&json!({"Service": "ec2.amazonaws.com.evil"}))]), Some("evil")),
            (json!([]), Some("does not trust EC2")),
            (json!([{"Principal": {"Service": "ec2.amazonaws.com"}}]), Some("no effect")),
        ] {
            let verdict = judge(&json!({"Version": "2012-10-17", "Statement": statements}));
            match (expected, &verdict) {
                (None, Ok(())) => {}
                (Some(part), Err(why)) if why.contains(part) => {}
                _ => panic!("{statements}: {verdict:?}"),
            }
        }
        judge(&Value::Null).expect_err("no policy");
    }

    #[test]
    fn the_roles_are_those_of_the_instances() {
        let credentials: Credentials = serde_json::from_value(json!({"principals": [
            {"name": "web", "role": "self-only", "awsArn": "arn:aws:iam::123456789012:role/teams/web", "loadBalancers": ["a"]},
            {"name": "api", "role": "self-only", "awsArn": "arn:aws:sts::123456789012:assumed-role/api/i-*"},
            {"name": "deploy", "role": "operator", "awsArn": "arn:aws:iam::123456789012:role/deploy"},
            {"name": "bot", "role": "viewer", "token": "sha256:…"},
        ]}))
        .expect("a credentials file");
        let pair = |name: &str, role: &str| (name.to_owned(), role.to_owned());
        assert_eq!(roles(&credentials), [pair("web", "web"), pair("api", "api")]);
        assert_eq!(get("web").to_string(), "AWS_PAGER= aws iam get-role --role-name web --output json");
    }
}
