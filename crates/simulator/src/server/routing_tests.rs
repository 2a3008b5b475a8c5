//! Listeners and rules are made, changed and deleted by call.

use super::lab::{Lab, balancer, group, listener, network_balancer, rule, text, texts};
use crate::fleet::{Fleet, LoadBalancerKind, LoadBalancerSpec, TargetGroupSpec};
use crate::services::Elbv2;

const OTHER_VPC: &str = "vpc-0f0f0f0f0f0f0f0f0";

#[test]
fn a_group_belongs_to_one_load_balancer_and_is_free_again() {
    let mut lab = Lab::empty();
    let (web, other) = (balancer(&mut lab, "web"), balancer(&mut lab, "other"));
    let (blue, green) = (group(&mut lab, "blue", "HTTP"), group(&mut lab, "green", "HTTP"));
    let on_web = listener(&mut lab, &web, "80", &blue).unwrap();
    listener(&mut lab, &web, "81", &blue).unwrap();
    assert_eq!(listener(&mut lab, &other, "80", &blue), Err("TargetGroupAssociationLimit".to_owned()));
    assert!(lab.world().load_balancers["other"].listeners.is_empty());
    let own = rule(&mut lab, &on_web, "1", &green).unwrap();
    assert_eq!(listener(&mut lab, &other, "80", &green), Err("TargetGroupAssociationLimit".to_owned()));
    let in_use = |lab: &mut Lab, arn: &str| lab.code(Elbv2::DeleteTargetGroup, &[("TargetGroupArn", arn)]);
    assert_eq!(in_use(&mut lab, &green), "ResourceInUse");
    lab.ask(Elbv2::DeleteRule, &[("RuleArn", &own)]);
    assert_eq!(in_use(&mut lab, &green), "OK");
    lab.ask(Elbv2::DeleteListener, &[("ListenerArn", &on_web)]);
    // The other listener still uses it.
    assert_eq!(in_use(&mut lab, &blue), "ResourceInUse");
    lab.ask(Elbv2::DeleteLoadBalancer, &[("LoadBalancerArn", &web)]);
    listener(&mut lab, &other, "80", &blue).unwrap();
}

/// The fields of a default action that forwards to a group.
fn to(arn: &str) -> [(&str, &str); 2] {
    [("DefaultActions.member.1.Type", "forward"), ("DefaultActions.member.1.TargetGroupArn", arn)]
}

/// The fields of a listener of a load balancer.
fn of<'a>(arn: &'a str, protocol: &'a str, port: &'a str) -> [(&'a str, &'a str); 3] {
    [("LoadBalancerArn", arn), ("Protocol", protocol), ("Port", port)]
}

#[test]
fn listeners_are_refused() {
    let mut fleet = Fleet::new("us-east-1");
    fleet.load_balancer(LoadBalancerSpec {
        name: "gw".into(),
        kind: LoadBalancerKind::Gateway,
        ..LoadBalancerSpec::default()
    });
    fleet.target_group(TargetGroupSpec { name: "far".into(), vpc: OTHER_VPC.into(), ..TargetGroupSpec::default() });
    let mut lab = Lab::new(fleet);
    let (web, net) = (balancer(&mut lab, "web"), network_balancer(&mut lab, "net"));
    let gateway = lab.world().load_balancers["gw"].arn.clone();
    let (http, tcp) = (group(&mut lab, "http", "HTTP"), group(&mut lab, "tcp", "TCP"));
    let free = group(&mut lab, "free", "HTTP");
    let far = lab.world().target_groups["far"].arn.clone();
    let absent = format!("{}{}", &http[..http.len() - 16], "0".repeat(16));
    listener(&mut lab, &web, "80", &http).unwrap();

    let answer = [
        ("DefaultActions.member.1.Type", "fixed-response"),
        ("DefaultActions.member.1.FixedResponseConfig.StatusCode", "404"),
    ];
    let certificate = ("Certificates.member.1.CertificateArn", "arn:aws:acm:us-east-1:123456789012:certificate/x");
    let table = [
        ([&of(&web, "HTTP", "81")[..], &to(&absent)].concat(), "TargetGroupNotFound"),
        ([&of(&web, "HTTP", "81")[..], &to(&far)].concat(), "InvalidConfigurationRequest"),
        ([&of(&web, "HTTP", "81")[..], &to(&tcp)].concat(), "IncompatibleProtocols"),
        ([&of(&net, "TCP", "81")[..], &to(&free)].concat(), "IncompatibleProtocols"),
        ([&of(&net, "UDP", "81")[..], &to(&tcp)].concat(), "IncompatibleProtocols"),
        ([&of(&web, "TCP", "81")[..], &to(&http)].concat(), "ValidationError"),
        ([&of(&net, "HTTP", "81")[..], &to(&tcp)].concat(), "ValidationError"),
        ([&of(&net, "TCP", "81")[..], &answer].concat(), "InvalidLoadBalancerAction"),
        ([&of(&web, "HTTP", "80")[..], &answer].concat(), "DuplicateListener"),
        ([&of(&web, "HTTPS", "443")[..], &answer].concat(), "ValidationError"),
        ([&of(&web, "HTTP", "81")[..], &answer, &[certificate]].concat(), "ValidationError"),
        ([&of(&web, "HTTP", "81")[..], &answer, &[("SslPolicy", "p")]].concat(), "ValidationError"),
        ([&of(&gateway, "GENEVE", "6081")[..], &to(&tcp)].concat(), "ValidationError"),
        (of(&web, "HTTP", "81").to_vec(), "ValidationError"),
        ([&of(&web, "HTTP", "81")[..], &[("DefaultActions.member.1.Type", "forward")]].concat(), "ValidationError"),
        (
            [&of(&web, "HTTP", "81")[..], &[("DefaultActions.member.1.Type", "authenticate-oidc")]].concat(),
            "InvalidLoadBalancerAction",
        ),
        ([&of(&web, "HTTP", "81")[..], &[answer[0]]].concat(), "ValidationError"),
        (
            [&of(&web, "HTTP", "81")[..], &answer, &[("DefaultActions.member.2.Type", "forward")]].concat(),
            "TooManyActions",
        ),
        (
            [&of(&web, "HTTP", "81")[..], &answer, &[("DefaultActions.member.1.TargetGroupArn", &http)]].concat(),
            "InvalidQueryParameter",
        ),
    ];
    for (fields, expected) in table {
        assert_eq!(lab.code(Elbv2::CreateListener, &fields), expected, "{fields:?}");
    }
    assert_eq!(lab.world().load_balancers["web"].listeners.len(), 1);
    assert!(lab.world().target_groups["far"].load_balancer.is_none());
    let https = [&of(&web, "HTTPS", "443")[..], &answer, &[certificate]].concat();
    let made = lab.ask(Elbv2::CreateListener, &https);
    assert_eq!(text(&made, "SslPolicy"), "ELBSecurityPolicy-2016-08");
    let arn = text(&made, "ListenerArn");
    let to_http = [("ListenerArn", arn.as_str()), ("Protocol", "HTTP")];
    assert!(!lab.ask(Elbv2::ModifyListener, &to_http).contains("SslPolicy"));
    assert_eq!(lab.code(Elbv2::ModifyListener, &[to_http[0], ("Protocol", "HTTPS")]), "ValidationError");
    assert_eq!(lab.code(Elbv2::ModifyListener, &[to_http[0], ("Port", "80")]), "DuplicateListener");
}

#[test]
fn forwards_have_weights_and_stickiness() {
    let mut lab = Lab::empty();
    let web = balancer(&mut lab, "web");
    let (blue, green) = (group(&mut lab, "blue", "HTTP"), group(&mut lab, "green", "HTTP"));
    let arn = listener(&mut lab, &web, "80", &blue).unwrap();
    let config = |name: &str| format!("DefaultActions.member.1.ForwardConfig.{name}");
    let names = [
        "TargetGroups.member.1.TargetGroupArn",
        "TargetGroups.member.1.Weight",
        "TargetGroups.member.2.TargetGroupArn",
        "TargetGroups.member.2.Weight",
        "TargetGroupStickinessConfig.Enabled",
        "TargetGroupStickinessConfig.DurationSeconds",
    ]
    .map(config);
    let values = [blue.as_str(), "999", &green, "0", "true", "60"];
    let mut fields: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(values).collect();
    fields.extend([("ListenerArn", arn.as_str()), ("DefaultActions.member.1.Type", "forward")]);
    let answer = lab.ask(Elbv2::ModifyListener, &fields);
    assert_eq!(texts(&answer, "Weight"), ["999", "0"]);
    assert!(answer.contains("<Enabled>true</Enabled><DurationSeconds>60</DurationSeconds>"), "{answer}");
    assert_eq!(lab.world().target_groups["green"].load_balancer.as_deref(), Some("web"));

    for (at, value) in [(1, "1000"), (4, "1"), (5, "0"), (2, blue.as_str())] {
        let mut bad = fields.clone();
        bad[at].1 = value;
        assert_eq!(lab.code(Elbv2::ModifyListener, &bad), "ValidationError", "{value}");
    }
    let without_duration: Vec<_> =
        fields.iter().filter(|(name, _)| !name.ends_with("DurationSeconds")).copied().collect();
    assert_eq!(lab.code(Elbv2::ModifyListener, &without_duration), "ValidationError");
}

#[test]
fn rules_have_their_conditions() {
    let mut lab = Lab::empty();
    let (web, blue) = (balancer(&mut lab, "web"), group(&mut lab, "blue", "HTTP"));
    let (net, tcp) = (network_balancer(&mut lab, "net"), group(&mut lab, "tcp", "TCP"));
    let (on_web, on_net) =
        (listener(&mut lab, &web, "80", &blue).unwrap(), listener(&mut lab, &net, "80", &tcp).unwrap());
    assert_eq!(rule(&mut lab, &on_net, "1", &tcp), Err("UnsupportedProtocol".to_owned()));
    let own = rule(&mut lab, &on_web, "1", &blue).unwrap();
    assert_eq!(rule(&mut lab, &on_web, "1", &blue), Err("PriorityInUse".to_owned()));
    assert_eq!(rule(&mut lab, &on_web, "50001", &blue), Err("ValidationError".to_owned()));

    let long = "/".repeat(129);
    let table: [(&[(&str, &str)], bool); 17] = [
        (&[("Field", "host-header"), ("Values.member.1", "*.example.com")], true),
        (
            &[
                ("Field", "host-header"),
                ("HostHeaderConfig.Values.member.1", "a"),
                ("HostHeaderConfig.Values.member.2", "b"),
            ],
            true,
        ),
        (
            &[
                ("Field", "http-header"),
                ("HttpHeaderConfig.HttpHeaderName", "X-A"),
                ("HttpHeaderConfig.Values.member.1", "a"),
            ],
            true,
        ),
        (&[("Field", "http-request-method"), ("HttpRequestMethodConfig.Values.member.1", "GET")], true),
        (&[("Field", "query-string"), ("QueryStringConfig.Values.member.1.Value", "a")], true),
        (&[("Field", "source-ip"), ("SourceIpConfig.Values.member.1", "10.0.0.0/8")], true),
        (&[("Field", "path-pattern")], false),
        (&[("Field", "path-pattern"), ("Values.member.1", &long)], false),
        (&[("Field", "path-pattern"), ("Values.member.1", "/??????")], false),
        (&[("Field", "path-pattern"), ("Values.member.1", "/a"), ("Values.member.2", "/b")], false),
        (&[("Field", "path-pattern"), ("Values.member.1", "/a"), ("PathPatternConfig.Values.member.1", "/b")], false),
        (&[("Field", "path-pattern"), ("HostHeaderConfig.Values.member.1", "a")], false),
        (
            &[
                ("Field", "http-header"),
                ("HttpHeaderConfig.HttpHeaderName", "Host"),
                ("HttpHeaderConfig.Values.member.1", "a"),
            ],
            false,
        ),
        (&[("Field", "http-request-method"), ("HttpRequestMethodConfig.Values.member.1", "get")], false),
        (&[("Field", "source-ip"), ("SourceIpConfig.Values.member.1", "10.0.0.0")], false),
        (&[("Field", "colour"), ("Values.member.1", "red")], false),
        (&[("Field", "host-header"), ("RegexValues.member.1", ".*")], false),
    ];
    for (condition, is_good) in table {
        let named: Vec<(String, &str)> =
            condition.iter().map(|(name, value)| (format!("Conditions.member.1.{name}"), *value)).collect();
        let mut fields: Vec<(&str, &str)> = named.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        fields.push(("RuleArn", &own));
        let code = lab.code(Elbv2::ModifyRule, &fields);
        assert_eq!(code == "OK", is_good, "{condition:?}: {code}");
        if is_good {
            let shown = lab.ask(Elbv2::DescribeRules, &[("RuleArns.member.1", &own)]);
            assert!(condition.iter().all(|(_, value)| shown.contains(&format!(">{value}<"))), "{shown}");
        }
    }
}

#[test]
fn rules_change_places_at_once() {
    let mut lab = Lab::empty();
    let (web, blue) = (balancer(&mut lab, "web"), group(&mut lab, "blue", "HTTP"));
    let (on_80, on_81) =
        (listener(&mut lab, &web, "80", &blue).unwrap(), listener(&mut lab, &web, "81", &blue).unwrap());
    let [a, b, c] = ["1", "2", "3"].map(|priority| rule(&mut lab, &on_80, priority, &blue).unwrap());
    let elsewhere = rule(&mut lab, &on_81, "1", &blue).unwrap();
    let rules = lab.ask(Elbv2::DescribeRules, &[("ListenerArn", &on_80)]);
    let default = texts(&rules, "RuleArn").pop().unwrap();
    let mut set = |wanted: &[(&String, &str)]| {
        let named: Vec<(String, &str)> = wanted
            .iter()
            .enumerate()
            .flat_map(|(at, (arn, priority))| {
                let pair = format!("RulePriorities.member.{}", at + 1);
                [(format!("{pair}.RuleArn"), arn.as_str()), (format!("{pair}.Priority"), *priority)]
            })
            .collect();
        let fields: Vec<(&str, &str)> = named.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let code = lab.code(Elbv2::SetRulePriorities, &fields);
        let shown = lab.ask(Elbv2::DescribeRules, &[("ListenerArn", &on_80)]);
        (code, texts(&shown, "RuleArn"))
    };
    let order = |rules: [&String; 4]| rules.map(Clone::clone).to_vec();
    assert_eq!(set(&[(&a, "2"), (&b, "1")]), ("OK".to_owned(), order([&b, &a, &c, &default])));
    assert_eq!(set(&[(&a, "3"), (&b, "7")]), ("PriorityInUse".to_owned(), order([&b, &a, &c, &default])));
    assert_eq!(set(&[(&a, "8"), (&a, "9")]).0, "ValidationError");
    assert_eq!(set(&[(&a, "8"), (&b, "8")]).0, "PriorityInUse");
    assert_eq!(set(&[(&a, "8"), (&elsewhere, "9")]).0, "ValidationError");
    assert_eq!(set(&[(&default, "8")]).0, "OperationNotPermitted");
    assert_eq!(set(&[]).0, "ValidationError");
    assert_eq!(set(&[(&a, "50000")]), ("OK".to_owned(), order([&b, &c, &a, &default])));
    assert_eq!(lab.code(Elbv2::DeleteRule, &[("RuleArn", &default)]), "OperationNotPermitted");
    lab.ask(Elbv2::DeleteListener, &[("ListenerArn", &on_80)]);
    assert_eq!(lab.code(Elbv2::DeleteRule, &[("RuleArn", &a)]), "RuleNotFound");
}
