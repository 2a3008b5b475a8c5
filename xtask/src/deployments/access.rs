//! Who reaches whom in a deployment, and what it may do, read from Terraform's state and held against what it has to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What a deployment has to let pass, and nothing else.
#[derive(Debug)]
pub(super) struct Access {
    /// Connections, as `SOURCE -> DESTINATION PORT`.
    pub(super) ways: Vec<String>,
    /// Permissions, as `ACTION on RESOURCE`, and ` if TEST VARIABLE VALUE` for each condition.
    pub(super) rights: Vec<String>,
}

impl Access {
    /// What the deployment in this state lets pass too much or too little.
    pub(super) fn faults(&self, state: &Value) -> Vec<String> {
        let mut faults = differences("connection", &self.ways, &ways(state));
        faults.extend(differences("permission", &self.rights, &rights(state)));
        let tokens = resources(state, "aws_ssm_parameter").filter_map(|parameter| parameter["value_wo"].as_str());
        // A provider that knows write-only arguments leaves none in the state.
        faults.extend(
            tokens
                .filter(|token| state.to_string().matches(token).count() > 1)
                .map(|_| "the generated token stands somewhere besides the parameter that holds it".to_owned()),
        );
        faults
    }
}

/// The values of the resources of a type.
fn resources<'a>(state: &'a Value, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    let all = state["values"]["root_module"]["resources"].as_array().into_iter().flatten();
    all.filter(move |resource| resource["type"] == kind && resource["mode"] == "managed")
        .map(|resource| &resource["values"])
}

/// The connections that the security groups let pass.
fn ways(state: &Value) -> BTreeSet<String> {
    let groups: BTreeMap<_, _> =
        resources(state, "aws_security_group").map(|group| (text(&group["id"]), text(&group["name"]))).collect();
    let name = |id: &Value| groups.get(&text(id)).cloned().unwrap_or_else(|| text(id));
    let mut ways = BTreeSet::new();
    for (kind, inward) in [("aws_vpc_security_group_ingress_rule", true), ("aws_vpc_security_group_egress_rule", false)]
    {
        for rule in resources(state, kind) {
            let own = name(&rule["security_group_id"]);
            let other = match &rule["cidr_ipv4"] {
                Value::Null => name(&rule["referenced_security_group_id"]),
                network => text(network),
            };
            let port = match (&rule["from_port"], &rule["to_port"]) {
                (from, to) if from == to => text(from),
                (from, to) => format!("{}-{}", text(from), text(to)),
            };
            let (source, destination) = if inward { (other, own) } else { (own, other) };
            let protocol = if rule["ip_protocol"] == "tcp" { "" } else { " and not only TCP" };
            ways.insert(format!("{source} -> {destination} {port}{protocol}"));
        }
    }
    ways
}

/// The permissions that the policies of the roles give.
fn rights(state: &Value) -> BTreeSet<String> {
    let mut rights = BTreeSet::new();
    for policy in resources(state, "aws_iam_role_policy") {
        let document: Value =
            policy["policy"].as_str().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        for statement in several(&document["Statement"]) {
            if statement["Effect"] != "Allow" || statement["Action"].is_null() || statement["Resource"].is_null() {
                rights.insert(format!("{statement}"));
                continue;
            }
            let conditions = conditions(&statement["Condition"]);
            for action in several(&statement["Action"]) {
                for resource in several(&statement["Resource"]) {
                    rights.insert(format!("{} on {}{conditions}", text(action), text(resource)));
                }
            }
        }
    }
    rights
}

/// The conditions of a statement, each as ` if TEST VARIABLE VALUE`.
fn conditions(condition: &Value) -> String {
    let mut written = Vec::new();
    for (test, variables) in condition.as_object().into_iter().flatten() {
        for (variable, values) in variables.as_object().into_iter().flatten() {
            let values: Vec<_> = several(values).iter().map(text).collect();
            written.push(format!(" if {test} {variable} {}", values.join(" or ")));
        }
    }
    written.concat()
}

/// The members of a list, or the one value in place of a list.
fn several(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        value => std::slice::from_ref(value),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// What of the found is not expected, and what of the expected is not found.
fn differences(what: &str, expected: &[String], found: &BTreeSet<String>) -> Vec<String> {
    let expected: BTreeSet<_> = expected.iter().cloned().collect();
    let more = found.difference(&expected).map(|one| format!("a {what} too many: {one}"));
    let less = expected.difference(found).map(|one| format!("a {what} is missing: {one}"));
    more.chain(less).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Access;

    fn resource(kind: &str, values: Value) -> Value {
        let mut resource = json!({"mode": "managed", "type": kind});
        resource["values"] = values;
        resource
    }

    fn group(name: &str) -> Value {
        resource("aws_security_group", json!({"id": format!("sg-{name}"), "name": name}))
    }

    fn rule(direction: &str, values: &Value) -> Value {
        let mut all = json!({"security_group_id": "sg-alb", "cidr_ipv4": null, "ip_protocol": "tcp"});
        all.as_object_mut().expect("an object").extend(values.as_object().expect("an object").clone());
        resource(&format!("aws_vpc_security_group_{direction}_rule"), all)
    }

    fn policy(statement: &Value) -> Value {
        resource("aws_iam_role_policy", json!({"policy": json!({"Statement": statement}).to_string()}))
    }

    /// The faults of these resources where nothing is expected.
    fn found(resources: &[Value]) -> Vec<String> {
        let state = json!({"values": {"root_module": {"resources": resources}}});
        Access { ways: vec![], rights: vec![] }.faults(&state)
    }

    #[test]
    fn every_connection_is_seen() {
        for (rule, way) in [
            (
                rule("ingress", &json!({"cidr_ipv4": "0.0.0.0/0", "from_port": 80, "to_port": 80})),
                "0.0.0.0/0 -> alb 80",
            ),
            (
                rule("egress", &json!({"referenced_security_group_id": "sg-app", "from_port": 1, "to_port": 9})),
                "alb -> app 1-9",
            ),
            (
                rule(
                    "egress",
                    &json!({"cidr_ipv4": "10.0.0.0/8", "from_port": null, "to_port": null, "ip_protocol": "-1"}),
                ),
                "alb -> 10.0.0.0/8 null and not only TCP",
            ),
        ] {
            assert_eq!(found(&[group("alb"), group("app"), rule]), [format!("a connection too many: {way}")]);
        }
    }

    #[test]
    fn every_permission_is_seen_with_its_conditions() {
        let conditioned = json!({"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "i", "Condition": {
            "StringLike": {"aws:TagKeys": ["a.*", "b.*"]}, "Null": {"aws:TagKeys": "false"}}});
        for (statement, rights) in [
            (json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}), vec!["s3:* on *"]),
            (
                json!([{"Effect": "Allow", "Action": ["a:B", "a:C"], "Resource": ["x", "y"]}]),
                vec!["a:B on x", "a:B on y", "a:C on x", "a:C on y"],
            ),
            (conditioned, vec!["ec2:CreateTags on i if StringLike aws:TagKeys a.* or b.* if Null aws:TagKeys false"]),
            (
                json!({"Effect": "Allow", "NotAction": "a:B", "Resource": "*"}),
                vec![r#"{"Effect":"Allow","NotAction":"a:B","Resource":"*"}"#],
            ),
        ] {
            let expected: Vec<_> = rights.iter().map(|right| format!("a permission too many: {right}")).collect();
            assert_eq!(found(&[policy(&statement)]), expected);
        }
    }

    #[test]
    fn what_is_missing_is_told() {
        let access = Access { ways: vec!["a -> b 1".to_owned()], rights: vec!["a:B on *".to_owned()] };
        let faults = access.faults(&json!({"values": {}}));
        assert_eq!(faults, ["a connection is missing: a -> b 1", "a permission is missing: a:B on *"]);
    }

    #[test]
    fn a_token_that_got_elsewhere_is_seen() {
        let token = resource("aws_ssm_parameter", json!({"value_wo": "elbm_0123"}));
        assert!(found(std::slice::from_ref(&token)).is_empty());
        let user_data = resource("aws_instance", json!({"user_data": "curl -H elbm_0123"}));
        assert_eq!(found(&[token, user_data]).len(), 1);
    }
}
