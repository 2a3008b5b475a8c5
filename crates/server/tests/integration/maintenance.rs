//! What tests of drains and restores have in common: a machine that is everywhere, its tags, and people.

use std::collections::BTreeMap;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{Filter, Tag};
use elbm_simulator::{Handle, HealthState, ListenerUse, TargetGroupSpec, TargetType};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::context::{Answer, TestContext, text};
use crate::kinds;

/// The machine 0 behind a load balancer of each kind, on a second port, by its address, and in a group that none uses; the
/// machine 1 is behind each too, so that the guard is content.
pub(crate) async fn everywhere() -> TestContext {
    let context = kinds::four_kinds(&["--verify-timeout", "1"]).await;
    let machine = context.aws.machine(0).to_owned();
    let address = text(&context.get(&format!("/instances/{machine}")).await.body["privateIpAddress"]);
    let simulator = context.aws.simulator();
    simulator.register("alb-tg", &machine, Some(8080)).expect("it fits");
    let used_by = vec![ListenerUse::rule("alb", 80)];
    let ips = TargetGroupSpec { name: "ips-tg".to_owned(), target_type: TargetType::Ip, used_by, ..Default::default() };
    simulator.add_target_group(ips).expect("it fits");
    for address in [address.as_str(), "10.0.9.9"] {
        simulator.register("ips-tg", address, Some(81)).expect("it fits");
    }
    let spare = TargetGroupSpec { name: "spare".to_owned(), ..TargetGroupSpec::default() };
    simulator.add_target_group(spare).expect("it fits");
    simulator.register("spare", &machine, None).expect("it fits");
    simulator.reset_calls();
    context
}

/// The target groups of [`everywhere`].
const GROUPS: [&str; 5] = ["alb-tg", "gwlb-tg", "ips-tg", "nlb-tg", "spare"];

/// Who is registered where, draining ones left out: group, id, port.
pub(crate) fn memberships(simulator: &Handle) -> Vec<(String, String, Option<u16>)> {
    let mut all = memberships_of(simulator, &GROUPS);
    let classic = simulator.classic_membership("clb").expect("it is there");
    all.extend(classic.into_iter().map(|id| ("clb".to_owned(), id, None)));
    all
}

/// The same of these target groups; one that is not there has nobody.
pub(crate) fn memberships_of(simulator: &Handle, groups: &[&str]) -> Vec<(String, String, Option<u16>)> {
    let members = |group: &&str| {
        let members = simulator.membership(group).unwrap_or_default().into_iter();
        let live = members.filter(|member| member.health.state != HealthState::Draining);
        live.map(|member| ((*group).to_owned(), member.id, member.port)).collect::<Vec<_>>()
    };
    groups.iter().flat_map(members).collect()
}

/// `POST /instances/{instance}/{what}`, with a reason.
pub(crate) async fn post(context: &TestContext, instance: &str, what: &str) -> Answer {
    let path = format!("/instances/{instance}/{what}");
    context.send(Method::POST, &path, |request| request.header("x-reason", "kernel update")).await
}

/// The same, as the principal with this token.
pub(crate) async fn post_as(context: &TestContext, who: &str, instance: &str, what: &str) -> Answer {
    let path = format!("/instances/{instance}/{what}");
    context.send(Method::POST, &path, |request| request.bearer_auth(token(who))).await
}

/// `GET`, as the principal with this token.
pub(crate) async fn get_as(context: &TestContext, who: &str, path: &str) -> Answer {
    context.send(Method::GET, path, |request| request.bearer_auth(token(who))).await
}

/// The registrations of a machine in an answer: load balancer, target group, port, state.
pub(crate) fn registrations(answer: &Answer) -> Vec<(String, String, u64, String)> {
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let all = answer.body["registrations"].as_array().expect("registrations");
    all.iter()
        .map(|one| {
            let port = one["port"].as_u64().unwrap_or_default();
            (word(&one["loadBalancer"]), word(&one["targetGroup"]), port, word(&one["state"]))
        })
        .collect()
}

/// AWS, as somebody else uses it.
fn aws(context: &TestContext) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(context.aws.endpoint())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("somebody", "else", None, None, "test")))
        .build()
}

fn ec2(context: &TestContext) -> Client {
    Client::new(&aws(context))
}

/// Deletes a target group that no load balancer uses.
pub(crate) async fn delete_group(context: &TestContext, name: &str) {
    let elb = aws_sdk_elasticloadbalancingv2::Client::new(&aws(context));
    let found = elb.describe_target_groups().names(name).send().await.expect("an answer");
    let arn = found.target_groups()[0].target_group_arn().expect("its ARN");
    elb.delete_target_group().target_group_arn(arn).send().await.expect("an answer");
}

/// The tags of an instance.
pub(crate) async fn tags(context: &TestContext, instance: &str) -> BTreeMap<String, String> {
    let filter = Filter::builder().name("resource-id").values(instance).build();
    let found = ec2(context).describe_tags().filters(filter).send().await.expect("an answer");
    let pairs = found.tags().iter().map(|tag| (tag.key().expect("a key"), tag.value().expect("a value")));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// Sets tags of an instance.
pub(crate) async fn set_tags(context: &TestContext, instance: &str, tags: &BTreeMap<String, String>) {
    let tags = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    ec2(context).create_tags().resources(instance).set_tags(Some(tags)).send().await.expect("an answer");
}

/// Deletes a tag of an instance.
pub(crate) async fn delete_tag(context: &TestContext, instance: &str, key: &str) {
    let tag = Tag::builder().key(key).build();
    ec2(context).delete_tags().resources(instance).tags(tag).send().await.expect("an answer");
}

/// The token of a principal of [`people`].
pub(crate) fn token(who: &str) -> String {
    format!("elbm_{who:A<43}")
}

/// Options for credentials of `ann`, who may do everything, `alb`, who may change `alb` and `ips` alone, and `vic`, who reads,
/// and the folder that holds them.
pub(crate) fn people() -> (TempDir, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("credentials.json");
    let principal = |name: &str, role: &str, pattern: &str| {
        let hash = format!("sha256:{}", hex::encode(Sha256::digest(token(name))));
        json!({"name": name, "role": role, "loadBalancers": [pattern], "token": hash})
    };
    let principals =
        [principal("ann", "operator", "*"), principal("alb", "operator", "alb*"), principal("vic", "viewer", "*")];
    std::fs::write(&path, json!({"principals": principals}).to_string()).expect("written");
    (folder, ["--credentials", path.to_str().expect("text")].map(str::to_owned).to_vec())
}
