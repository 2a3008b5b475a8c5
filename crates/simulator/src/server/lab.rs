//! A simulator without I/O, for signed raw requests.

use std::fmt::Write as _;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode as encode};

use super::tests::{authorization, code, good};
use super::*;
use crate::clock::Clock;
use crate::fleet::{DEFAULT_VPC, Fleet};
use crate::load::Load;
use crate::services::Elbv2;
use crate::state::{World, ids};

pub(super) struct Lab {
    pub(super) inner: Inner,
}

impl Lab {
    pub(super) fn new(fleet: Fleet) -> Self {
        Self { inner: Inner::new(fleet, Clock::Stepped, Load::default()).unwrap() }
    }

    pub(super) fn empty() -> Self {
        Self::new(Fleet::new("us-east-1"))
    }

    pub(super) fn world(&self) -> &World {
        &self.inner.world
    }

    pub(super) fn advance(&mut self, by: Duration) {
        self.inner.clock.advance(by);
    }

    /// The XML of the answer to a call that succeeds.
    pub(super) fn ask(&mut self, action: impl Into<Action>, fields: &[(&str, &str)]) -> String {
        let answer = self.send(action.into(), fields);
        assert_eq!(answer.status, 200, "{}", answer.xml);
        answer.xml
    }

    /// The code of the answer to a call that is refused, or `OK`.
    pub(super) fn code(&mut self, action: impl Into<Action>, fields: &[(&str, &str)]) -> String {
        let answer = self.send(action.into(), fields);
        if answer.status == 200 { "OK".to_owned() } else { code(&answer.xml) }
    }

    fn send(&mut self, action: Action, fields: &[(&str, &str)]) -> Answer {
        let mut body = format!("Action={action}&Version={}", action.service().version());
        for (name, value) in fields {
            write!(body, "&{name}={}", encode(value, NON_ALPHANUMERIC)).unwrap();
        }
        let signed = authorization("us-east-1", action.service().scope());
        self.inner.answer(&good(&signed, &body))
    }
}

/// The text of the first element of this name.
pub(super) fn text(xml: &str, name: &str) -> String {
    texts(xml, name).swap_remove(0)
}

/// The texts of all elements of this name that hold nothing but text.
pub(super) fn texts(xml: &str, name: &str) -> Vec<String> {
    let open = format!("<{name}>");
    let inner =
        xml.split(open.as_str()).skip(1).filter_map(|rest| rest.split_once('<').map(|(text, _)| text.to_owned()));
    inner.collect()
}

/// The default subnet of a zone.
pub(super) fn subnet(zone: &str) -> String {
    ids::resource("subnet", &format!("{DEFAULT_VPC} us-east-1{zone}"))
}

/// Makes an application load balancer.
pub(super) fn balancer(lab: &mut Lab, name: &str) -> String {
    let (a, b) = (subnet("a"), subnet("b"));
    let fields = [("Name", name), ("Subnets.member.1", &a), ("Subnets.member.2", &b)];
    text(&lab.ask(Elbv2::CreateLoadBalancer, &fields), "LoadBalancerArn")
}

/// Makes a network load balancer.
pub(super) fn network_balancer(lab: &mut Lab, name: &str) -> String {
    let a = subnet("a");
    let fields = [("Name", name), ("Type", "network"), ("Subnets.member.1", &a)];
    text(&lab.ask(Elbv2::CreateLoadBalancer, &fields), "LoadBalancerArn")
}

/// Makes a target group.
pub(super) fn group(lab: &mut Lab, name: &str, protocol: &str) -> String {
    let fields = [("Name", name), ("Protocol", protocol), ("Port", "80"), ("VpcId", DEFAULT_VPC)];
    text(&lab.ask(Elbv2::CreateTargetGroup, &fields), "TargetGroupArn")
}

fn forward<'a>(list: &'a str, arn: &'a str) -> [(String, &'a str); 2] {
    [(format!("{list}.member.1.Type"), "forward"), (format!("{list}.member.1.TargetGroupArn"), arn)]
}

/// Makes a listener that forwards to a group, or gives the code of the refusal.
pub(super) fn listener(lab: &mut Lab, balancer: &str, port: &str, group: &str) -> Result<String, String> {
    let [kind, to] = forward("DefaultActions", group);
    let fields = [
        ("LoadBalancerArn", balancer),
        ("Protocol", if balancer.contains("/net/") { "TCP" } else { "HTTP" }),
        ("Port", port),
        (kind.0.as_str(), kind.1),
        (to.0.as_str(), to.1),
    ];
    match lab.code(Elbv2::CreateListener, &fields).as_str() {
        // The same call again returns the same listener.
        "OK" => Ok(text(&lab.ask(Elbv2::CreateListener, &fields), "ListenerArn")),
        code => Err(code.to_owned()),
    }
}

/// Makes a rule that forwards to a group, or gives the code of the refusal.
pub(super) fn rule(lab: &mut Lab, listener: &str, priority: &str, group: &str) -> Result<String, String> {
    let [kind, to] = forward("Actions", group);
    let fields = [
        ("ListenerArn", listener),
        ("Priority", priority),
        ("Conditions.member.1.Field", "path-pattern"),
        ("Conditions.member.1.Values.member.1", "/x/*"),
        (kind.0.as_str(), kind.1),
        (to.0.as_str(), to.1),
    ];
    let answer = lab.code(Elbv2::CreateRule, &fields);
    if answer != "OK" {
        return Err(answer);
    }
    let rules = lab.ask(Elbv2::DescribeRules, &[("ListenerArn", listener)]);
    let at = texts(&rules, "Priority").iter().position(|own| own == priority).unwrap();
    Ok(texts(&rules, "RuleArn").swap_remove(at))
}
