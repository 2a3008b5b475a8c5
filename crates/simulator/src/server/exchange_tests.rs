//! What is refused before an action is reached, and that nothing makes the simulator panic.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::clock::Clock;
use crate::fleet::{AutoScalingGroupSpec, ClassicLoadBalancerSpec, Fleet};
use crate::load::Load;
use crate::services::{AutoScaling, Ec2, Elb, Elbv2};

pub(super) fn authorization(region: &str, service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKID/20160829/{region}/{service}/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature={}",
        "0".repeat(64)
    )
}

fn inner() -> Inner {
    Inner::new(Fleet::seeded(), Clock::Stepped, Load::default()).unwrap()
}

pub(super) fn good<'a>(authorization: &'a str, body: &'a str) -> Request<'a> {
    Request {
        method: "POST",
        path_and_query: "/",
        content_type: Some("application/x-www-form-urlencoded"),
        authorization: Some(authorization),
        date: Some("20160829T091233Z"),
        headers: &[],
        body: Some(body.as_bytes()),
    }
}

/// The status and the code of the answer to a signed body.
fn ask(service: &str, body: &str) -> (u16, String) {
    let authorization = authorization("us-east-1", service);
    let answer = inner().answer(&good(&authorization, body));
    (answer.status, code(&answer.xml))
}

pub(super) fn code(xml: &str) -> String {
    let code = xml
        .split_once("<Error>")
        .and_then(|(_, rest)| rest.split_once("<Code>"))
        .and_then(|(_, rest)| rest.split_once("</Code>"));
    code.map_or_else(String::new, |(code, _)| code.to_owned())
}

const ELB: &str = "elasticloadbalancing";
const ASG: &str = "autoscaling";

#[test]
fn each_service_refuses_in_its_own_words() {
    let table = [
        (ELB, "Action=DescribeLoadBalancers&Version=2015-12-01", 200, ""),
        ("ec2", "Action=DescribeInstances&Version=2016-11-15", 200, ""),
        (ELB, "Action=Dance&Version=2015-12-01", 400, "InvalidAction"),
        ("ec2", "Action=Dance&Version=2016-11-15", 400, "InvalidAction"),
        (ELB, "Action=DescribeInstances&Version=2015-12-01", 400, "InvalidAction"),
        ("ec2", "Action=DescribeLoadBalancers&Version=2016-11-15", 400, "InvalidAction"),
        (ELB, "Action=DescribeLoadBalancers", 400, "InvalidAction"),
        (ELB, "Action=DescribeLoadBalancers&Version=2011-01-01", 403, "SignatureDoesNotMatch"),
        (ELB, "Action=DescribeLoadBalancers&Version=2010-07-01", 400, "InvalidAction"),
        ("ec2", "Action=DescribeInstances&Version=2015-10-01", 400, "NoSuchVersion"),
        ("ec2", "Action=DescribeInstances", 400, "NoSuchVersion"),
        (ELB, "Version=2015-12-01", 400, "MissingAction"),
        (ELB, "", 400, "MissingAction"),
        ("ec2", "Version=2016-11-15", 400, "MissingAction"),
        ("ec2", "Action=DescribeLoadBalancers&Version=2015-12-01", 403, "SignatureDoesNotMatch"),
        ("s3", "Action=DescribeLoadBalancers&Version=2015-12-01", 403, "SignatureDoesNotMatch"),
        (ELB, "Action=DescribeLoadBalancers&Version=2015-12-01&Colour=red", 400, "InvalidQueryParameter"),
        (ELB, "Action=DescribeLoadBalancers&Version=2015-12-01&PageSize=0", 400, "ValidationError"),
        (ELB, "Action=DescribeLoadBalancers&Version=2015-12-01&Marker=x", 400, "ValidationError"),
        (ELB, "Action=DescribeLoadBalancers&Version=2015-12-01&Names.member.2=a", 400, "MalformedInput"),
        (ELB, "Action=DescribeLoadBalancers&Version=2015-12-01&Names.member.1", 400, "MalformedQueryString"),
        (ELB, "Action=DescribeLoadBalancers&Version=2012-06-01&LoadBalancerNames.member.2=a", 400, "MalformedInput"),
        (
            ASG,
            "Action=DescribeAutoScalingGroups&Version=2011-01-01&AutoScalingGroupNames.member.2=a",
            400,
            "MalformedInput",
        ),
        (
            "ec2",
            "Action=DescribeInstances&Version=2016-11-15&InstanceId.2=i-06060a1e235609999",
            400,
            "InvalidParameterValue",
        ),
        ("sts", "Action=GetCallerIdentity&Version=2011-06-16", 400, "InvalidAction"),
        (ASG, "Action=DescribeAutoScalingGroups&Version=2011-01-02", 400, "InvalidAction"),
        (ELB, "Action=DescribeTargetHealth&Version=2015-12-01", 400, "ValidationError"),
        (ELB, "Action=DescribeListeners&Version=2015-12-01", 400, "ValidationError"),
        (ELB, "Action=RegisterTargets&Version=2015-12-01&TargetGroupArn=web", 400, "ValidationError"),
        ("ec2", "Action=DescribeInstances&Version=2016-11-15&DryRun=true", 400, "UnknownParameter"),
        ("ec2", "Action=DescribeInstances&Version=2016-11-15&MaxResults=4", 400, "InvalidParameterValue"),
        ("ec2", "Action=DescribeInstances&Version=2016-11-15&NextToken=x", 400, "InvalidParameterValue"),
        ("ec2", "Action=DescribeInstances&Version=2016-11-15&Filter.1.Value.1=a", 400, "MissingParameter"),
        ("ec2", "Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=vpc-id", 400, "MissingParameter"),
        (ELB, "Action=DescribeLoadBalancers&Version=2012-06-01", 200, ""),
        (ELB, "Action=DescribeTargetHealth&Version=2012-06-01", 400, "InvalidAction"),
        (ELB, "Action=DescribeInstanceHealth&Version=2012-06-01", 400, "ValidationError"),
        (ELB, "Action=DescribeInstanceHealth&Version=2012-06-01&LoadBalancerName=a", 400, "LoadBalancerNotFound"),
        (ELB, "Action=DescribeLoadBalancers&Version=2012-06-01&PageSize=401", 400, "ValidationError"),
        (ELB, "Action=DescribeLoadBalancers&Version=2012-06-01&Names.member.1=a", 400, "InvalidQueryParameter"),
        (ELB, "Action=DeleteLoadBalancer&Version=2012-06-01&LoadBalancerName=a", 200, ""),
        (ELB, "Action=CreateLoadBalancer&Version=2012-06-01&LoadBalancerName=a", 400, "ValidationError"),
        (ASG, "Action=DescribeAutoScalingGroups&Version=2011-01-01", 200, ""),
        (ASG, "Action=DescribeAutoScalingGroups&Version=2015-12-01", 403, "SignatureDoesNotMatch"),
        (ASG, "Action=DescribeAutoScalingGroups", 400, "InvalidAction"),
        (ASG, "Action=Dance&Version=2011-01-01", 400, "InvalidAction"),
        (ASG, "Action=DescribeAutoScalingGroups&Version=2011-01-01&NextToken=x", 400, "InvalidNextToken"),
        (ASG, "Action=DescribeAutoScalingInstances&Version=2011-01-01&MaxRecords=51", 400, "ValidationError"),
        (ASG, "Action=EnterStandby&Version=2011-01-01&AutoScalingGroupName=a", 400, "ValidationError"),
        (ASG, "Action=DeleteAutoScalingGroup&Version=2011-01-01&AutoScalingGroupName=a", 400, "ValidationError"),
        ("sts", "Action=GetCallerIdentity&Version=2011-06-15", 200, ""),
        ("sts", "Action=GetCallerIdentity&Version=2011-06-15&Colour=red", 400, "InvalidQueryParameter"),
        ("sts", "Action=AssumeRole&Version=2011-06-15", 400, "InvalidAction"),
    ];
    for (service, body, status, expected) in table {
        assert_eq!(ask(service, body), (status, expected.to_owned()), "{service}: {body}");
    }
}

#[test]
fn errors_come_in_the_codec_of_their_service() {
    let cases = [
        (ELB, "2015-12-01", "<ErrorResponse xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\">"),
        (ASG, "2011-01-01", "<ErrorResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\">"),
        ("sts", "2011-06-15", "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"),
        ("ec2", "2016-11-15", "<Response><Errors>"),
    ];
    for (service, version, begin) in cases {
        let authorization = authorization("us-east-1", service);
        for body in [format!("Action=Dance&Version={version}"), "Action=Dance".to_owned()] {
            let answer = inner().answer(&good(&authorization, &body));
            assert!(answer.xml.starts_with(begin), "{body}: {}", answer.xml);
            assert!(answer.xml.contains(&answer.request_id), "{body}");
        }
    }
}

#[test]
fn what_is_not_a_signed_form_is_refused() {
    let signed = authorization("us-east-1", ELB);
    let elsewhere = authorization("eu-west-1", ELB);
    let request = good(&signed, "Action=DescribeLoadBalancers&Version=2015-12-01");
    assert_eq!(inner().answer(&request).status, 200);
    let table = [
        (Request { method: "GET", ..request }, 405, "MethodNotAllowed"),
        (Request { path_and_query: "/elb", ..request }, 404, "NotFound"),
        (Request { path_and_query: "/?Action=DescribeLoadBalancers", ..request }, 404, "NotFound"),
        (Request { content_type: None, ..request }, 415, "UnsupportedMediaType"),
        (Request { content_type: Some("application/json"), ..request }, 415, "UnsupportedMediaType"),
        (Request { body: None, ..request }, 413, "RequestEntityTooLarge"),
        (Request { authorization: None, ..request }, 403, "MissingAuthenticationToken"),
        (Request { authorization: Some("Basic YWxhZGRpbg=="), ..request }, 400, "IncompleteSignature"),
        (Request { date: None, ..request }, 400, "IncompleteSignature"),
        (Request { authorization: Some(&elsewhere), ..request }, 403, "SignatureDoesNotMatch"),
    ];
    for (request, status, expected) in table {
        let mut inner = inner();
        let answer = inner.answer(&request);
        assert_eq!((answer.status, code(&answer.xml)), (status, expected.to_owned()), "{request:?}");
        assert_eq!(inner.journal.calls(), [], "{request:?}");
    }
}

#[test]
fn a_dropped_connection_keeps_from_acting_or_not() {
    use crate::faults::{Fault, Times};
    let arn = crate::state::ids::target_group_arn("us-east-1", "default-tg");
    let body = format!(
        "Action=RegisterTargets&Version=2015-12-01&TargetGroupArn={arn}&Targets.member.1.Id=i-06060a1e235609999"
    );
    let signed = authorization("us-east-1", ELB);
    for (fault, members) in [
        (Fault::ConnectionDropped, 3),
        (Fault::ConnectionDroppedAfterEffect, 4),
        (Fault::AnswerTruncated, 4),
        (Fault::EffectLost, 3),
        (Fault::Throttled, 3),
    ] {
        let mut inner = inner();
        inner.faults.push(Elbv2::RegisterTargets.into(), Times::All, fault.clone());
        let answer = inner.answer(&good(&signed, &body));
        assert_eq!(answer.sending.delivery, fault.delivery());
        let now = inner.clock.now();
        assert_eq!(inner.world.target_groups["default-tg"].targets.members(now).count(), members, "{fault:?}");
    }
}

#[test]
fn a_lost_effect_is_answered_and_nothing_is_changed_in_any_service() {
    use crate::faults::{Fault, Times};
    let arn = crate::state::ids::target_group_arn("us-east-1", "default-tg");
    let id = "i-06060a1e235609999";
    let clb = "Version=2012-06-01&LoadBalancerName=default-clb";
    let asg = format!("Version=2011-01-01&AutoScalingGroupName=default-asg&InstanceIds.member.1={id}");
    let on = |action: &str, rest: &str| format!("Action={action}&{rest}");
    let of = "Instances.member.1.InstanceId";
    for (service, action, body) in [
        (
            ELB,
            Action::from(Elbv2::DeregisterTargets),
            format!("Version=2015-12-01&TargetGroupArn={arn}&Targets.member.1.Id={id}"),
        ),
        (ELB, Elb::DeregisterInstancesFromLoadBalancer.into(), format!("{clb}&{of}={id}")),
        (ELB, Elb::DeleteLoadBalancer.into(), clb.to_owned()),
        (
            ELB,
            Elb::AddTags.into(),
            "Version=2012-06-01&LoadBalancerNames.member.1=default-clb&Tags.member.1.Key=a".to_owned(),
        ),
        (ASG, AutoScaling::EnterStandby.into(), format!("{asg}&ShouldDecrementDesiredCapacity=true")),
        ("ec2", Ec2::TerminateInstances.into(), format!("Version=2016-11-15&InstanceId.1={id}")),
    ] {
        let signed = authorization("us-east-1", service);
        let body = on(action.name(), &body);
        let mut inner = inner();
        inner.world.add_target("default-tg", id, None, inner.clock.now()).unwrap();
        inner.world.add_classic(named_classic(), inner.clock.now()).unwrap();
        inner.world.add_scaling_group(named_group(), inner.clock.now()).unwrap();
        let before = format!("{:?}", inner.world);
        inner.faults.push(action, Times::Next(1), Fault::EffectLost);
        let lost = inner.answer(&good(&signed, &body));
        assert_eq!((lost.status, format!("{:?}", inner.world)), (200, before.clone()), "{action}: {}", lost.xml);
        let made = inner.answer(&good(&signed, &body));
        assert_eq!(made.status, 200, "{action}: {}", made.xml);
        assert_ne!(format!("{:?}", inner.world), before, "{action}");
    }
}

proptest! {
    #[test]
    fn no_bytes_cause_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let signed = authorization("us-east-1", ELB);
        let answer = inner().answer(&Request { body: Some(&bytes), ..good(&signed, "") });
        prop_assert!(answer.status >= 400);
    }

    #[test]
    fn no_parameters_cause_a_panic(
        action in proptest::sample::select(Action::all().collect::<Vec<_>>()),
        fields in proptest::collection::vec(
            (
                "(Names?|Include|LoadBalancerArns?|ListenerArns?|RuleArns?|ResourceArns?|Targets|TagKeys|Tags?|Attributes|Actions\
                  |DefaultActions|Conditions|Subnets|SecurityGroups|Filter|InstanceId|VpcId|SubnetId|ResourceId|ImageId\
                  |MinCount|MaxCount|CidrBlock|PageSize|Marker|MaxResults|NextToken|TargetGroupArn|Port|Protocol|Type\
                  |Priority|RulePriorities|LoadBalancerNames?|Instances|AvailabilityZones|HealthCheck|Listeners\
                  |LoadBalancerAttributes|AutoScalingGroupName|InstanceIds|TargetGroupARNs|MinSize|MaxSize\
                  |ShouldDecrementDesiredCapacity|ForceDelete)([.]member)?([.][0-3])?\
                  ([.](Id|Port|Name|Value|Key|Type|Field|Values|RuleArn|Priority|TargetGroupArn|InstanceId|Target|Interval\
                  |Protocol|ConnectionDraining[.]Enabled))?([.](member[.])?[0-3])?",
                "(default-tg|default-alb|default-clb|default-asg|true|us-east-1a|TCP:80|[0-9]{1,12}|i-[0-9a-f]{8}\
                  |i-06060a1e235609999|arn:aws:elasticloadbalancing:[a-z0-9:/-]{0,60}|10[.]0[.]0[.]0/[0-9]{1,2}\
                  |vpc-0a1b2c3d4e5f60718|ami-12345678|HTTP|forward|path-pattern|[a-z*?%+]{0,9})",
            ),
            0..7,
        ),
    ) {
        let service = action.service();
        let mut body = format!("Action={action}&Version={}", service.version());
        for (name, value) in fields {
            write!(body, "&{name}={value}").unwrap();
        }
        let signed = authorization("us-east-1", service.scope());
        let mut inner = inner();
        inner.world.add_classic(named_classic(), inner.clock.now()).unwrap();
        inner.world.add_scaling_group(named_group(), inner.clock.now()).unwrap();
        let answer = inner.answer(&good(&signed, &body));
        prop_assert!([200, 400, 409].contains(&answer.status), "{}", answer.xml);
    }
}

fn named_classic() -> ClassicLoadBalancerSpec {
    let instances = vec!["i-06060a1e235609999".to_owned()];
    ClassicLoadBalancerSpec { name: "default-clb".to_owned(), instances, ..ClassicLoadBalancerSpec::default() }
}

fn named_group() -> AutoScalingGroupSpec {
    let instances = vec!["i-06060a1e235609999".to_owned()];
    AutoScalingGroupSpec { name: "default-asg".to_owned(), instances, ..AutoScalingGroupSpec::default() }
}

#[test]
fn the_caller_is_the_user_of_the_access_key() {
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let signed = authorization("us-east-1", "sts");
    let answer = inner().answer(&good(&signed, body));
    for part in ["<Account>123456789012</Account>", "<Arn>arn:aws:iam::123456789012:user/AKID</Arn>", "<UserId>AIDA"] {
        assert!(answer.xml.contains(part), "{part}: {}", answer.xml);
    }
    let strange = signed.replace("AKID", "A*D");
    let answer = inner().answer(&good(&strange, body));
    assert_eq!((answer.status, code(&answer.xml)), (403, "InvalidClientTokenId".to_owned()));
}
