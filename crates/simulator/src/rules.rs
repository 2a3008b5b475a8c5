//! What the simulator holds AWS to, in one table. The code names a rule by its id in a comment, `Rule: target-key.`; a
//! test proves that both sides match.

use std::sync::LazyLock;

/// Where a rule comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A page of AWS says so.
    Page(&'static str),
    /// It is assumed: AWS does not say, or is kinder.
    Assumed,
}

/// Something that the simulator does because AWS does it, or would not do more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name in the code.
    pub id: &'static str,
    /// What it says.
    pub sentence: &'static str,
    /// Where it comes from.
    pub source: Source,
}

macro_rules! elb {
    ($page:literal) => {
        Source::Page(concat!("https://docs.aws.amazon.com/elasticloadbalancing/latest/", $page))
    };
}

macro_rules! ec2 {
    ($page:literal) => {
        Source::Page(concat!("https://docs.aws.amazon.com/AWSEC2/latest/APIReference/", $page))
    };
}

const SIGNING: Source =
    Source::Page("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html");

const fn rule(id: &'static str, sentence: &'static str, source: Source) -> Rule {
    Rule { id, sentence, source }
}

mod auto_scaling;
mod balancing;
mod classic;
mod ec2;

/// Every rule of the simulator.
pub static RULES: LazyLock<Vec<Rule>> =
    LazyLock::new(|| [COMMON, balancing::RULES, ec2::RULES, classic::RULES, auto_scaling::RULES].concat());

/// The rules of requests, of what they describe, of targets and their health.
const COMMON: &[Rule] = &[
    // Requests
    rule(
        "query-protocol",
        "The query protocol wraps results in XResponse/XResult, errors in ErrorResponse.",
        elb!("APIReference/Welcome.html"),
    ),
    rule(
        "ec2-query-protocol",
        "EC2 flattens lists, names their elements item, and wraps errors in Response/Errors.",
        ec2!("Query-Requests.html"),
    ),
    rule(
        "http-form",
        "A request is a POST of a form to '/', or presigned; AWS also takes other GETs.",
        Source::Assumed,
    ),
    rule("body-size", "The body of a request has at most 1 MiB.", Source::Assumed),
    rule(
        "strict-body",
        "A parameter that is given twice, has no value or a broken escape is MalformedQueryString.",
        Source::Assumed,
    ),
    rule("unknown-parameter", "An unknown parameter is refused; AWS's load balancers ignore it.", Source::Assumed),
    rule("gapless-lists", "Lists are numbered from 1 without a gap.", Source::Assumed),
    rule(
        "signature-shape",
        "A request is signed with Signature Version 4: key, date, region, service, host and a signature.",
        SIGNING,
    ),
    rule(
        "signature",
        "A signature is that of the key's secret over method, path, query, signed headers and body; (assumed) with a key that the fleet does not have, any secret will do, but not in a presigned request.",
        SIGNING,
    ),
    rule(
        "signature-age",
        "A signature is good for 15 minutes, a presigned one for its own time at most.",
        Source::Assumed,
    ),
    rule(
        "presigned",
        "A GET may have its signature in the query.",
        Source::Page("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html"),
    ),
    rule("signature-scope", "A signature is for the service and the region that it is sent to.", SIGNING),
    rule("unknown-version", "An unknown version is InvalidAction, on EC2 NoSuchVersion.", Source::Assumed),
    rule("unknown-action", "An unknown action is InvalidAction.", elb!("APIReference/CommonErrors.html")),
    rule(
        "common-errors",
        "The load balancers' common errors: codes and statuses; the sentences are assumed.",
        elb!("APIReference/CommonErrors.html"),
    ),
    rule(
        "ec2-common-errors",
        "EC2's common errors: codes and statuses; the sentences are assumed.",
        ec2!("errors-overview.html"),
    ),
    // Load
    rule(
        "throttle-elb",
        "Registration calls share 20 tokens, 4 back a second; Describe calls 40 and 10; other calls 20 and 3.",
        elb!("userguide/elb-api-throttling.html"),
    ),
    rule(
        "throttle-ec2",
        "Each EC2 Describe call has 100 tokens, 20 back a second; 50 and 10 without filter, ids and page size.",
        Source::Page("https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html"),
    ),
    rule(
        "throttle-ec2-mutations",
        "Each EC2 call that changes something has 50 tokens, 5 back a second; for some AWS has other numbers.",
        Source::Assumed,
    ),
    rule(
        "throttle-refill",
        "The tokens of a second come back together at its end, and a full bucket takes no more.",
        elb!("userguide/elb-api-throttling.html"),
    ),
    rule(
        "throttle-callers-time",
        "Buckets fill in real time, however fast the clock runs, and with what the clock is moved by hand.",
        Source::Assumed,
    ),
    rule(
        "throttle-error",
        "A throttled call is Throttling, as load balancers answer; their page says ThrottlingException.",
        Source::Assumed,
    ),
    // Describe
    rule("required-parameter", "A missing required parameter is a ValidationError.", Source::Assumed),
    rule("one-choice", "A call chooses by ARN, by name or by load balancer, not by several of them.", Source::Assumed),
    rule(
        "twenty-load-balancers",
        "A call names at most 20 load balancers, by ARN or (assumed) by name.",
        elb!("APIReference/API_DescribeLoadBalancers.html"),
    ),
    rule(
        "page-size",
        "A page has 1 to 400 items, 400 where nothing is said.",
        elb!("APIReference/API_DescribeLoadBalancers.html"),
    ),
    rule("foreign-marker", "A marker is taken only by the question that it was given for.", Source::Assumed),
    rule("missing-beside-good", "One missing name or ARN fails the call, even beside good ones.", Source::Assumed),
    rule(
        "not-found",
        "What does not exist is LoadBalancerNotFound, TargetGroupNotFound, ListenerNotFound.",
        elb!("APIReference/API_DescribeTargetGroups.html"),
    ),
    rule("malformed-arn", "An ARN of the wrong form is a ValidationError.", Source::Assumed),
    rule(
        "names",
        "A name has 1 to 32 letters, digits and hyphens, no hyphen at either end.",
        elb!("APIReference/API_CreateTargetGroup.html"),
    ),
    rule(
        "gateway-has-no-scheme",
        "A gateway load balancer has neither scheme nor DNS name.",
        elb!("APIReference/API_CreateLoadBalancer.html"),
    ),
    rule(
        "gateway-listeners",
        "A listener of a gateway load balancer has neither port nor protocol.",
        elb!("APIReference/API_CreateListener.html"),
    ),
    rule(
        "forward-action",
        "A forward to one group says TargetGroupArn and ForwardConfig, to several ForwardConfig only.",
        elb!("APIReference/API_Action.html"),
    ),
    rule(
        "one-load-balancer",
        "A target group is used by one load balancer at most.",
        elb!("application/load-balancer-limits.html"),
    ),
    rule(
        "target-group-settings",
        "The limits of ports, thresholds, intervals and the deregistration delay.",
        elb!("APIReference/API_CreateTargetGroup.html"),
    ),
    // Targets
    rule(
        "target-key",
        "Targets of a group are told apart by id and port, addresses by their zone too.",
        elb!("APIReference/API_RegisterTargets.html"),
    ),
    rule(
        "target-default-port",
        "A target that is named without a port has the port of its group.",
        elb!("APIReference/API_RegisterTargets.html"),
    ),
    rule(
        "no-target-zone",
        "Instances and load balancers are named without a zone, lambda functions with all at most.",
        elb!("APIReference/API_TargetDescription.html"),
    ),
    rule(
        "lambda-has-no-port",
        "Lambda groups and targets have no port.",
        elb!("APIReference/API_TargetDescription.html"),
    ),
    rule("geneve-port", "The port of GENEVE is 6081.", elb!("APIReference/API_TargetDescription.html")),
    rule("register-whole-call", "One bad target rejects the whole call.", Source::Assumed),
    rule("register-malformed-id", "An instance id of the wrong form is a ValidationError.", Source::Assumed),
    rule(
        "register-target-type",
        "A target has the form that the target type of its group wants.",
        elb!("APIReference/API_TargetDescription.html"),
    ),
    rule("register-duplicates", "A call names a target once.", Source::Assumed),
    rule(
        "register-unknown-instance",
        "An instance that does not exist is an InvalidTarget.",
        elb!("APIReference/API_RegisterTargets.html"),
    ),
    rule(
        "register-other-vpc",
        "An instance of another VPC is an InvalidTarget.",
        elb!("APIReference/API_RegisterTargets.html"),
    ),
    rule(
        "register-not-running",
        "An instance must be running when it is registered.",
        elb!("APIReference/API_RegisterTargets.html"),
    ),
    rule("register-twice", "Registering what is registered changes nothing.", Source::Assumed),
    rule(
        "register-draining",
        "Registering a draining target makes it a member again, which begins anew.",
        Source::Assumed,
    ),
    rule(
        "deregister-absent",
        "Deregistering what is not registered, or drains, succeeds and changes nothing.",
        elb!("APIReference/API_DeregisterTargets.html"),
    ),
    rule(
        "deregister-exact-port",
        "Without a port only the target with the port of the group is deregistered.",
        elb!("APIReference/API_DeregisterTargets.html"),
    ),
    rule(
        "drain-delay",
        "A deregistered target drains for the whole deregistration delay, then it is gone.",
        elb!("application/edit-target-group-attributes.html"),
    ),
    // Health
    rule(
        "health-not-registered",
        "What is not registered is unused, Target.NotRegistered.",
        elb!("APIReference/API_TargetHealth.html"),
    ),
    rule(
        "health-draining",
        "What drains is draining, whatever else (assumed) is true of it.",
        elb!("APIReference/API_TargetHealth.html"),
    ),
    rule(
        "health-not-in-use",
        "A target of a group that no listener uses is unused, Target.NotInUse.",
        elb!("APIReference/API_TargetHealth.html"),
    ),
    rule(
        "health-invalid-state",
        "A registered instance that does not run is unused, Target.InvalidState, and (assumed) stays registered.",
        elb!("APIReference/API_TargetHealth.html"),
    ),
    rule(
        "health-zone",
        "A target in a zone that the load balancer does not serve is unused, Target.NotInUse.",
        elb!("APIReference/API_TargetHealth.html"),
    ),
    rule(
        "health-lambda",
        "A lambda group checks no health: unavailable, Target.HealthCheckDisabled.",
        elb!("APIReference/API_TargetHealth.html"),
    ),
    rule(
        "health-initial",
        "A new target is being registered for one interval and healthy after threshold times interval; on an ALB one passed check is enough.",
        Source::Assumed,
    ),
    rule(
        "health-thresholds",
        "A target is healthy after as many checks passed in a row as the healthy threshold says, and unhealthy after as many failed.",
        elb!("application/target-group-health-checks.html"),
    ),
    rule(
        "health-begins-anew",
        "Checks begin anew when a target is registered, its group comes into use, its instance runs or its address is free.",
        Source::Assumed,
    ),
    rule(
        "health-descriptions",
        "The descriptions of reason codes; (assumed) an instance that is neither stopped nor terminated is in an invalid state.",
        elb!("application/target-group-health-checks.html"),
    ),
    rule(
        "health-failures",
        "Network and gateway load balancers tell no more of an unhealthy target than Target.FailedHealthChecks.",
        elb!("network/check-target-health.html"),
    ),
    rule(
        "health-internal-error",
        "Elb.InternalError is unhealthy on an ALB, else unavailable, and (assumed) counts as a failed check.",
        elb!("APIReference/API_TargetHealth.html"),
    ),
    rule(
        "unhealthy-draining",
        "An unhealthy target of a network load balancer is unhealthy.draining for the interval, and (assumed) keeps its reason.",
        elb!("network/edit-target-group-attributes.html"),
    ),
    rule(
        "health-ip-unusable",
        "An address that a load balancer has is unused as a target, Target.IpUnusable.",
        elb!("APIReference/API_TargetHealth.html"),
    ),
    rule(
        "network-slowness",
        "Network and gateway load balancers take minutes, (assumed) three, to register a target, and to deregister it.",
        elb!("network/target-group-register-targets.html"),
    ),
    rule(
        "administrative-override",
        "Registered targets of application and network load balancers tell of zonal shifts in their own zone.",
        elb!("application/zonal-shift.html"),
    ),
    rule(
        "one-zonal-shift",
        "A load balancer is shifted away from one of its zones at most, a gateway load balancer from none.",
        elb!("application/zonal-shift.html"),
    ),
    rule(
        "override-delegated",
        "Only targets of network load balancers are zonal_shift_delegated_to_dns.",
        elb!("network/zonal-shift.html"),
    ),
    rule(
        "anomaly-detection",
        "Anomalies are told on demand, (assumed) of targets of application load balancers but for functions.",
        elb!("APIReference/API_DescribeTargetHealth.html"),
    ),
    rule(
        "include-values",
        "Include takes AnomalyDetection and All; the sentence for others is assumed.",
        elb!("APIReference/API_DescribeTargetHealth.html"),
    ),
    rule(
        "health-unavailable",
        "Health that cannot be retrieved is HealthUnavailable, status 500.",
        elb!("APIReference/API_DescribeTargetHealth.html"),
    ),
    // EC2
    rule("ec2-instance-id", "An instance id of the wrong form fails the whole call.", ec2!("errors-overview.html")),
    rule("ec2-unknown-instance", "An unknown instance id fails the whole call.", ec2!("API_DescribeInstances.html")),
    rule(
        "ec2-max-results",
        "A page has 5 to 1000 items; without MaxResults (assumed) 1000.",
        ec2!("API_DescribeInstances.html"),
    ),
    rule("ec2-ids-or-pages", "Instance ids and MaxResults exclude each other.", ec2!("API_DescribeInstances.html")),
    rule(
        "ec2-filters",
        "An item passes all filters of a call; some of AWS's filters are unknown.",
        ec2!("API_Filter.html"),
    ),
    rule("ec2-filter-values", "A filter has at most 200 values.", Source::Assumed),
    rule("ec2-no-wildcards", "A filter value has no wildcard; AWS takes them.", Source::Assumed),
    rule("ec2-terminated", "A terminated instance has neither VPC nor address.", Source::Assumed),
    rule("ec2-start", "An instance that is started again has a new launch time.", ec2!("API_Instance.html")),
    rule(
        "ec2-forgets",
        "EC2 forgets a terminated instance after about an hour; load balancers keep its registrations.",
        Source::Assumed,
    ),
];

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
