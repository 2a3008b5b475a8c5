//! What holds for load balancers, target groups, listeners and rules.

use super::{Rule, Source, rule};

/// What holds for load balancers, target groups, listeners and rules.
pub(super) const RULES: &[Rule] = &[
    rule(
        "create-again",
        "Making what is there with the same settings (assumed: tags included) returns it; with others its name, or the listener's port, is taken.",
        elb!("APIReference/API_CreateLoadBalancer.html"),
    ),
    rule(
        "no-internal-names",
        "The name of a load balancer does not begin with internal-.",
        elb!("APIReference/API_CreateLoadBalancer.html"),
    ),
    rule(
        "balancer-subnets",
        "A load balancer has subnets of one VPC, one for a zone, an application load balancer of two zones at least; the sentences are assumed.",
        elb!("APIReference/API_CreateLoadBalancer.html"),
    ),
    rule(
        "subnet-mappings",
        "Subnets are named in one of two ways; a mapping (assumed) says the subnet alone.",
        elb!("APIReference/API_CreateLoadBalancer.html"),
    ),
    rule(
        "subnet-room",
        "A load balancer wants 8 free addresses of each subnet; (assumed) it takes none of them, and InvalidSubnet is the code of all kinds.",
        elb!("application/application-load-balancers.html"),
    ),
    rule(
        "balancer-security-groups",
        "Application and network load balancers can have security groups, gateway load balancers cannot; one that does not exist is InvalidSecurityGroup.",
        elb!("APIReference/API_CreateLoadBalancer.html"),
    ),
    rule(
        "set-security-groups",
        "A network load balancer that was made without security groups gets none.",
        elb!("APIReference/API_SetSecurityGroups.html"),
    ),
    rule(
        "set-subnets",
        "The subnets that are set replace the earlier ones, in the same VPC; (assumed) a gateway load balancer keeps its zones.",
        elb!("APIReference/API_SetSubnets.html"),
    ),
    rule(
        "load-balancer-provisioning",
        "A load balancer is provisioning at first; (assumed) for two minutes.",
        elb!("APIReference/API_LoadBalancerState.html"),
    ),
    rule(
        "delete-absent",
        "Deleting a load balancer, or (assumed) a target group, that is not there succeeds.",
        elb!("APIReference/API_DeleteLoadBalancer.html"),
    ),
    rule(
        "deletion-protection",
        "A load balancer with deletion protection cannot be deleted: OperationNotPermitted.",
        elb!("APIReference/API_DeleteLoadBalancer.html"),
    ),
    rule(
        "balancer-is-target",
        "An application load balancer that is the target of a group (assumed) cannot be deleted: ResourceInUse.",
        elb!("APIReference/API_DeleteLoadBalancer.html"),
    ),
    rule(
        "hosted-zone",
        "A load balancer with a DNS name has a hosted zone; its id is assumed.",
        elb!("APIReference/API_LoadBalancer.html"),
    ),
    rule("ipv4-only", "The type of addresses is ipv4; AWS has others.", Source::Assumed),
    rule(
        "load-balancer-attributes",
        "The attributes of load balancers: those of the kind, their defaults and their values.",
        elb!("APIReference/API_LoadBalancerAttribute.html"),
    ),
    rule(
        "target-group-attributes",
        "The attributes of target groups: those of protocol and target type, their defaults and their values.",
        elb!("APIReference/API_TargetGroupAttribute.html"),
    ),
    rule(
        "attributes-together",
        "Logs want a bucket, both failovers of a gateway group are the same, and unhealthy targets drain only where their connections are not terminated; the codes are assumed.",
        elb!("APIReference/API_TargetGroupAttribute.html"),
    ),
    rule("attributes-once", "A call changes an attribute once.", Source::Assumed),
    rule(
        "target-group-place",
        "A target group has protocol, port and VPC, a lambda group none of them; a group of load balancers is of TCP.",
        elb!("APIReference/API_CreateTargetGroup.html"),
    ),
    rule(
        "protocol-versions",
        "Groups of HTTP and HTTPS have the version HTTP1 or HTTP2; (assumed) GRPC is refused.",
        elb!("APIReference/API_CreateTargetGroup.html"),
    ),
    rule(
        "health-check-defaults",
        "What a health check is where nothing is said; (assumed) 5 s of timeout for HTTP and HTTPS, as the guide has it.",
        elb!("APIReference/API_CreateTargetGroup.html"),
    ),
    rule(
        "health-check-settings",
        "What a health check can be: protocols, codes and paths, always on but for lambda groups, and (assumed) an interval above the timeout.",
        elb!("APIReference/API_CreateTargetGroup.html"),
    ),
    rule(
        "group-in-use",
        "A target group that a listener or a rule uses cannot be deleted: ResourceInUse.",
        elb!("APIReference/API_DeleteTargetGroup.html"),
    ),
    rule(
        "drain-delay-changed",
        "A changed deregistration delay holds for the targets that drain already.",
        Source::Assumed,
    ),
    rule(
        "target-zone",
        "An address in a subnet of the VPC is in its zone; one outside of the VPC is in the zone that is named, or in all; the sentences are assumed.",
        elb!("APIReference/API_TargetDescription.html"),
    ),
    rule(
        "target-private-address",
        "An address is in the VPC or in a private range.",
        elb!("APIReference/API_CreateTargetGroup.html"),
    ),
    rule(
        "address-drains",
        "An address that drains cannot be registered until it is gone; the code (assumed) is InvalidTarget.",
        elb!("application/target-group-register-targets.html"),
    ),
    rule(
        "alb-target",
        "A load balancer that is a target has a listener on the port of the group, and is in its VPC.",
        elb!("APIReference/API_TargetDescription.html"),
    ),
    rule(
        "listener-protocols",
        "The protocols of listeners by the kind of load balancer.",
        elb!("APIReference/API_CreateListener.html"),
    ),
    rule(
        "listener-certificate",
        "HTTPS and TLS listeners have exactly one certificate, others none; (assumed) every certificate of ACM or IAM exists.",
        elb!("APIReference/API_CreateListener.html"),
    ),
    rule(
        "default-ssl-policy",
        "An HTTPS or TLS listener that names no policy has ELBSecurityPolicy-2016-08; every policy exists.",
        Source::Assumed,
    ),
    rule(
        "duplicate-listener",
        "A port has one listener: DuplicateListener.",
        elb!("APIReference/API_CreateListener.html"),
    ),
    rule(
        "group-in-vpc",
        "A target group is in the VPC of its load balancer; the code and the sentence are assumed.",
        Source::Assumed,
    ),
    rule(
        "protocols-together",
        "The protocols of a listener and its target groups fit: IncompatibleProtocols; but for TCP_UDP (assumed) which.",
        elb!("APIReference/API_CreateTargetGroup.html"),
    ),
    rule(
        "terminal-actions",
        "An action forwards, redirects or answers, on network and gateway load balancers it forwards; (assumed) there is one, and no authentication.",
        elb!("APIReference/API_Action.html"),
    ),
    rule("fixed-response", "What a fixed response can be.", elb!("APIReference/API_FixedResponseActionConfig.html")),
    rule(
        "redirect",
        "What a redirect can be; it changes something.",
        elb!("APIReference/API_RedirectActionConfig.html"),
    ),
    rule(
        "rule-conditions",
        "What the conditions of a rule can be; (assumed) without regular expressions.",
        elb!("APIReference/API_RuleCondition.html"),
    ),
    rule(
        "rule-priorities",
        "A listener's rules have different priorities, and are moved at once: PriorityInUse.",
        elb!("APIReference/API_SetRulePriorities.html"),
    ),
    rule(
        "default-rule",
        "A listener has a default rule, the last one, which can be neither changed nor deleted by itself.",
        elb!("APIReference/API_DeleteRule.html"),
    ),
    rule("default-rule-tags", "A default rule has no tags of its own.", Source::Assumed),
    rule(
        "rules-of-application-load-balancers",
        "Application load balancers have rules; AWS has some for network load balancers too.",
        Source::Assumed,
    ),
    rule(
        "quotas",
        "How many load balancers, target groups, listeners, rules and conditions there are; calls keep to it, a fleet may begin with more.",
        elb!("APIReference/API_DescribeAccountLimits.html"),
    ),
    rule(
        "target-quotas",
        "How many targets a group, a load balancer and a zone of it have: TooManyTargets; (assumed) those that drain count.",
        elb!("application/load-balancer-limits.html"),
    ),
    rule(
        "gateway-targets",
        "A gateway load balancer has at most 300 targets in all its zones together.",
        elb!("gateway/quotas-limits.html"),
    ),
    rule("tag-count", "A resource has at most 50 tags: TooManyTags.", elb!("application/load-balancer-tags.html")),
    rule(
        "tag-form",
        "A key has 1 to 128 characters, a value at most 256: letters, digits, spaces and _.:/=+-@.",
        elb!("APIReference/API_Tag.html"),
    ),
    rule("tag-reserved", "Tags that begin with aws: are AWS's.", elb!("application/load-balancer-tags.html")),
    rule(
        "twenty-tagged-resources",
        "A call names at most 20 resources whose tags it describes or (assumed) changes.",
        elb!("APIReference/API_DescribeTags.html"),
    ),
];
