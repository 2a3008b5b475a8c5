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

pub(crate) fn load_balancer_arn(region: &str, kind: LoadBalancerKind, name: &str) -> String {
    let kind = path(kind);
    let id = number(&format!("loadbalancer {name}"));
    format!("arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:loadbalancer/{kind}/{name}/{id:016x}")
}

pub(crate) fn target_group_arn(region: &str, name: &str) -> String {
    let id = number(&format!("targetgroup {name}"));
    format!("arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:targetgroup/{name}/{id:016x}")
}

/// The ARN of the listener on this port: that of the load balancer with one more id.
pub(crate) fn listener_arn(load_balancer_arn: &str, port: u16) -> String {
    let id = number(&format!("listener {load_balancer_arn} {port}"));
    format!("{}/{id:016x}", load_balancer_arn.replacen(":loadbalancer/", ":listener/", 1))
}

fn path(kind: LoadBalancerKind) -> &'static str {
    match kind {
        LoadBalancerKind::Application => "app",
        LoadBalancerKind::Network => "net",
        LoadBalancerKind::Gateway => "gwy",
    }
}
