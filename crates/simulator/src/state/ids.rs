//! Ids and ARNs in AWS's shape, which follow from names and order alone.

use crate::fleet::LoadBalancerKind;

/// The account that everything belongs to.
pub(crate) const ACCOUNT: &str = "123456789012";

/// A number for a text: the FNV-1a hash, which is the same in every run and release.
pub(crate) fn number(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The id of the instance of this position, or of the next whose id is free.
pub(crate) fn free_instance_id(position: usize, taken: impl Fn(&str) -> bool) -> String {
    let mut position = position;
    loop {
        let id = format!("i-0{:016x}", number(&format!("instance {position}")));
        if !taken(&id) {
            return id;
        }
        position += 1;
    }
}

/// How the ARNs of a service's resources begin.
pub(crate) fn prefix(service: &str, region: &str) -> String {
    format!("arn:aws:{service}:{region}:{ACCOUNT}")
}

/// The id of a resource of EC2 in its long form, `PREFIX-0…`, that follows from what is said of it.
pub(crate) fn resource(prefix: &str, seed: &str) -> String {
    format!("{prefix}-0{:016x}", number(&format!("{prefix} {seed}")))
}

/// The id of a user or role: what it is, in four letters, and thirteen more.
pub(crate) fn principal(kind: &str, seed: &str) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let number = number(seed);
    let letters = (0..13).filter_map(|place| usize::try_from((number >> (5 * place)) & 31).ok());
    format!("{kind}{}SIMU", letters.map(|index| char::from(LETTERS[index])).collect::<String>())
}

pub(crate) fn load_balancer_arn(region: &str, kind: LoadBalancerKind, name: &str) -> String {
    let kind = path(kind);
    let id = number(&format!("loadbalancer {name}"));
    format!("arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:loadbalancer/{kind}/{name}/{id:016x}")
}

pub(crate) fn target_group_arn(region: &str, name: &str) -> String {
    let id = number(&format!("targetgroup {name}"));
    format!("arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:targetgroup/{name}/{id:016x}")
}

/// An ARN with another id at its end, which follows from the serial number: that of a load balancer or target group that is
/// made while the simulator runs, so that it is told from an earlier one of the same name.
pub(crate) fn renewed(arn: &str, serial: u64) -> String {
    let id = number(&format!("{arn} {serial}"));
    let stem = arn.rsplit_once('/').map_or(arn, |(stem, _)| stem);
    format!("{stem}/{id:016x}")
}

/// The ARN of the listener with this mark: that of the load balancer with one more id.
pub(crate) fn listener_arn(load_balancer_arn: &str, mark: &str) -> String {
    let id = number(&format!("listener {load_balancer_arn} {mark}"));
    format!("{}/{id:016x}", load_balancer_arn.replacen(":loadbalancer/", ":listener/", 1))
}

/// The ARN of the rule with this mark: that of the listener with one more id.
pub(crate) fn rule_arn(listener_arn: &str, mark: &str) -> String {
    let id = number(&format!("rule {listener_arn} {mark}"));
    format!("{}/{id:016x}", listener_arn.replacen(":listener/", ":listener-rule/", 1))
}

fn path(kind: LoadBalancerKind) -> &'static str {
    match kind {
        LoadBalancerKind::Application => "app",
        LoadBalancerKind::Network => "net",
        LoadBalancerKind::Gateway => "gwy",
    }
}
