//! Deploys the module for trial, once with each runtime: apply, nothing more to change, destroy.

use std::fs;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use super::access::Access;
use super::module::Module;
use super::provider::Provider;

/// Deploys both.
///
/// # Errors
/// Where a command fails, the second plan has changes, something is left behind, or the deployment lets more or less pass
/// than it has to.
pub(super) fn run(module: &Module, provider: &Provider) -> anyhow::Result<()> {
    for (name, variables, access) in [least(), most()] {
        deploy(module, provider, name, &variables, &access).with_context(|| format!("deployment '{name}'"))?;
    }
    Ok(())
}

fn deploy(module: &Module, provider: &Provider, name: &str, variables: &Value, access: &Access) -> anyhow::Result<()> {
    let file = module.file(&format!("{name}.tfvars.json"));
    fs::write(&file, variables.to_string()).with_context(|| format!("cannot write {}", file.display()))?;
    let with = |command: &str| {
        provider
            .terraform(module, command)
            .args([format!("-var-file={}", file.display()), "-var=docker_tag=0.1.0".to_owned()])
    };
    let state = || provider.terraform(module, "show -json").read();

    with("apply -auto-approve -input=false").read()?;
    let made = serde_json::from_slice(&state()?).context("terraform show did not print JSON")?;
    let faults = access.faults(&made);
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    with("plan -input=false -detailed-exitcode").run().context("a second plan has changes")?;
    with("destroy -auto-approve -input=false").read()?;
    if serde_json::from_slice::<Value>(&state()?)?.get("values").is_some() {
        bail!("destroy left something behind");
    }
    Ok(())
}

/// The shortest configuration: one instance for the VPC.
fn least() -> (&'static str, Value, Access) {
    let variables = json!({
        "region": "us-east-1",
        "vpc_id": "vpc-0123456789abcdef0",
        "public_subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        "docker_image": "mycompany/elb-instance-manager",
        "internal": true,
    });
    let ways = [
        "10.0.0.0/16 -> elb-instance-manager-alb 80",
        "elb-instance-manager-alb -> elb-instance-manager-service 80",
        "elb-instance-manager-service -> 0.0.0.0/0 443",
    ];
    let rights = always("elbm.managed", "/elb-instance-manager/credentials");
    ("ec2", variables, Access { ways: ways.map(ToOwned::to_owned).to_vec(), rights })
}

/// ECS with everything that can be switched on.
fn most() -> (&'static str, Value, Access) {
    let (_, mut variables, _) = least();
    let more = json!({
        "docker_image": "210987654321.dkr.ecr.eu-west-1.amazonaws.com/tools/elbm",
        "runtime": "ecs",
        "architecture": "arm64",
        "internal": false,
        "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef",
        "allowed_cidrs": ["203.0.113.0/24"],
        "deletion_protection": true,
        "access_logs_bucket": "my-access-logs",
        "log_retention_days": 30,
        "credentials_parameter": "/ops/elbm",
        "credentials_key_arn": "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
        "managed_tag": "team/managed",
        "classic_load_balancers": ["web"],
        "allow_drain": true,
        "allow_standby": true,
        "replicas": 2,
        "aws_sign_in": "elbm.example.com",
        "tags": {"team": "ops"},
    });
    if let (Value::Object(variables), Value::Object(more)) = (&mut variables, more) {
        variables.extend(more);
    }
    let ways = [
        "203.0.113.0/24 -> elb-instance-manager-alb 443",
        "203.0.113.0/24 -> elb-instance-manager-alb 80",
        "elb-instance-manager-alb -> elb-instance-manager-service 8080",
        "elb-instance-manager-service -> 0.0.0.0/0 443",
    ];
    let drain = "arn:aws:ec2:us-east-1:123456789012:instance/* if ForAllValues:StringLike aws:TagKeys elbm.drain.* if Null \
                 aws:TagKeys false";
    let standby = "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:* if StringEquals \
                   aws:ResourceTag/team/managed true";
    let table = "arn:aws:dynamodb:us-east-1:123456789012:table/elb-instance-manager";
    let classic = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/web";
    let image = "arn:aws:ecr:eu-west-1:210987654321:repository/tools/elbm";
    let key = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef";
    let mut rights = always("team/managed", "/ops/elbm");
    rights.extend([
        "autoscaling:DescribeAutoScalingInstances on *".to_owned(),
        format!("autoscaling:EnterStandby on {standby}"),
        format!("autoscaling:ExitStandby on {standby}"),
        format!("dynamodb:PutItem on {table}"),
        format!("ec2:CreateTags on {drain}"),
        format!("ec2:DeleteTags on {drain}"),
        "ec2:DescribeTags on *".to_owned(),
        format!("ecr:BatchCheckLayerAvailability on {image}"),
        format!("ecr:BatchGetImage on {image}"),
        "ecr:GetAuthorizationToken on *".to_owned(),
        format!("ecr:GetDownloadUrlForLayer on {image}"),
        format!("elasticloadbalancing:DeregisterInstancesFromLoadBalancer on {classic}"),
        format!("elasticloadbalancing:RegisterInstancesWithLoadBalancer on {classic}"),
        format!("kms:Decrypt on {key}"),
    ]);
    ("ecs", variables, Access { ways: ways.map(ToOwned::to_owned).to_vec(), rights })
}

/// The permissions that every deployment needs: reads, changes of target groups with the tag, and what starts it.
fn always(tag: &str, parameter: &str) -> Vec<String> {
    let groups = format!(
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/* if StringEquals aws:ResourceTag/{tag} true"
    );
    let parameter = format!("arn:aws:ssm:us-east-1:123456789012:parameter{parameter}");
    let log = "arn:aws:logs:us-east-1:123456789012:log-group:/elb-instance-manager:*";
    vec![
        "autoscaling:DescribeAutoScalingGroups on *".to_owned(),
        "ec2:DescribeInstances on *".to_owned(),
        "elasticloadbalancing:DescribeAccountLimits on *".to_owned(),
        "elasticloadbalancing:DescribeInstanceHealth on *".to_owned(),
        "elasticloadbalancing:DescribeListeners on *".to_owned(),
        "elasticloadbalancing:DescribeLoadBalancerAttributes on *".to_owned(),
        "elasticloadbalancing:DescribeLoadBalancers on *".to_owned(),
        "elasticloadbalancing:DescribeTags on *".to_owned(),
        "elasticloadbalancing:DescribeTargetGroupAttributes on *".to_owned(),
        "elasticloadbalancing:DescribeTargetGroups on *".to_owned(),
        "elasticloadbalancing:DescribeTargetHealth on *".to_owned(),
        format!("elasticloadbalancing:DeregisterTargets on {groups}"),
        format!("elasticloadbalancing:RegisterTargets on {groups}"),
        format!("logs:CreateLogStream on {log}"),
        format!("logs:PutLogEvents on {log}"),
        format!("ssm:GetParameter on {parameter}"),
        format!("ssm:GetParameters on {parameter}"),
    ]
}
