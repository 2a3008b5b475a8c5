//! The rules of Classic load balancers, and of STS.

use super::{Rule, Source, rule};

macro_rules! api {
    ($page:literal) => {
        Source::Page(concat!(
            "https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_",
            $page,
            ".html"
        ))
    };
}

macro_rules! guide {
    ($page:literal) => {
        Source::Page(concat!("https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/", $page, ".html"))
    };
}

pub(super) const RULES: &[Rule] = &[
    rule(
        "classic-not-found",
        "A Classic load balancer that does not exist is LoadBalancerNotFound.",
        api!("DescribeLoadBalancers"),
    ),
    rule(
        "classic-names",
        "A Classic load balancer's name has 1 to 32 letters, digits and hyphens, no hyphen at either end.",
        api!("CreateLoadBalancer"),
    ),
    rule(
        "classic-duplicate-name",
        "A Classic name is taken once; a load balancer with target groups may (assumed) have the same.",
        api!("CreateLoadBalancer"),
    ),
    rule(
        "classic-delete-absent",
        "Deleting a Classic load balancer that does not exist succeeds.",
        api!("DeleteLoadBalancer"),
    ),
    rule(
        "classic-quotas",
        "20 Classic load balancers a region, 100 listeners and 1,000 instances each; the codes of the last two are assumed.",
        guide!("elb-limits"),
    ),
    rule(
        "classic-listeners",
        "HTTP and HTTPS go together, TCP and SSL do; HTTPS and SSL want a certificate; a port has one listener.",
        api!("Listener"),
    ),
    rule(
        "classic-scheme",
        "The scheme of a new Classic load balancer is internal, or not given for internet-facing.",
        api!("CreateLoadBalancer"),
    ),
    rule(
        "classic-default-vpc",
        "A Classic load balancer is created by zones, in the default VPC; AWS takes subnets and security groups too.",
        Source::Assumed,
    ),
    rule(
        "classic-zones",
        "Zones are the region's name with a letter; one at least stays enabled.",
        api!("DisableAvailabilityZonesForLoadBalancer"),
    ),
    rule(
        "classic-health-check",
        "The limits of a Classic health check; a new one (assumed) checks TCP on the first instance port, 30 s, 5 s, 2, 10.",
        api!("HealthCheck"),
    ),
    rule(
        "classic-attributes",
        "The attributes of Classic load balancers and their limits; a change answers all of them (assumed).",
        api!("LoadBalancerAttributes"),
    ),
    rule("classic-tags", "A Classic load balancer has at most 10 tags; a call tags one.", api!("AddTags")),
    rule("classic-whole-call", "One bad instance rejects the whole call.", Source::Assumed),
    rule(
        "classic-unknown-instance",
        "What EC2 does not know, or (assumed) the load balancer never had, is InvalidInstance.",
        api!("DescribeInstanceHealth"),
    ),
    rule(
        "classic-instance-state",
        "An instance must be running when it is registered with a Classic load balancer.",
        api!("RegisterInstancesWithLoadBalancer"),
    ),
    rule(
        "classic-instance-vpc",
        "An instance is registered in its own VPC.",
        api!("RegisterInstancesWithLoadBalancer"),
    ),
    rule(
        "classic-draining",
        "A deregistered instance is InService, deregistration in progress, for the whole draining time; without draining it is gone at once.",
        guide!("config-conn-drain"),
    ),
    rule(
        "classic-health",
        "The states InService, OutOfService and Unknown, the reasons ELB, Instance and N/A, and their descriptions.",
        api!("InstanceState"),
    ),
    rule("classic-terminated", "The state of a terminated instance is not returned.", api!("DescribeInstanceHealth")),
    rule(
        "classic-other-zone",
        "An instance in a zone that is not enabled is OutOfService.",
        api!("RegisterInstancesWithLoadBalancer"),
    ),
    rule(
        "classic-checks",
        "Registration takes one interval; the thresholds' passed or failed checks, one an interval, change the state; AWS's own failure makes it Unknown.",
        Source::Assumed,
    ),
    rule(
        "throttle-classic",
        "Classic load balancers have buckets of their own, with (assumed) the same numbers.",
        Source::Page("https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html"),
    ),
    rule("boolean", "A boolean is true or false.", Source::Assumed),
    rule(
        "sts-caller",
        "GetCallerIdentity tells user, account and ARN; where the fleet does not say whose a key is, the user's name (assumed) is the key.",
        Source::Page("https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"),
    ),
    rule(
        "sts-identities",
        "A user's id begins with AIDA, that of a session with its role's, AROA…, and ends with its name.",
        Source::Page("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"),
    ),
];
