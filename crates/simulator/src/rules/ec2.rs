//! What holds for instances, VPCs and subnets.

use super::{Rule, Source, rule};

/// What holds for instances, VPCs and subnets.
pub(super) const RULES: &[Rule] = &[
    rule("ec2-required-parameter", "A missing required parameter is MissingParameter.", ec2!("errors-overview.html")),
    rule(
        "ec2-not-found",
        "A VPC or subnet that does not exist is InvalidVpcID.NotFound, InvalidSubnetID.NotFound.",
        Source::Assumed,
    ),
    rule("ec2-vpc-block", "A VPC has a block of /16 to /28, whose host bits are cleared.", ec2!("API_CreateVpc.html")),
    rule("ec2-vpc-count", "A region has at most 5 VPCs: VpcLimitExceeded.", Source::Assumed),
    rule(
        "ec2-subnet-block",
        "The block of a subnet is within its VPC, of /16 to /28, and overlaps no other.",
        ec2!("API_CreateSubnet.html"),
    ),
    rule(
        "ec2-subnet-zone",
        "A subnet is in a zone of the region; (assumed) in the first one where none is named.",
        ec2!("API_CreateSubnet.html"),
    ),
    rule(
        "subnet-addresses",
        "AWS keeps the first four addresses of a subnet and the last.",
        ec2!("API_CreateSubnet.html"),
    ),
    rule(
        "ec2-dependencies",
        "A VPC with subnets and a subnet with instances or load balancers are not deleted: DependencyViolation.",
        Source::Assumed,
    ),
    rule("ec2-zones", "The region has the zones a, b and c, and those of the fleet; AWS has others.", Source::Assumed),
    rule(
        "default-security-group",
        "A VPC has its default security group; (assumed) no other, and everything in the VPC has it where nothing is said.",
        ec2!("API_RunInstances.html"),
    ),
    rule(
        "ec2-interfaces",
        "Each instance has one network interface until it is terminated; AWS has more, those of load balancers too.",
        Source::Assumed,
    ),
    rule("private-dns-name", "The private name of an instance is that of its address.", Source::Assumed),
    rule(
        "ec2-status",
        "Running instances alone have a status, unless all are asked for; (assumed) it is ok.",
        ec2!("API_DescribeInstanceStatus.html"),
    ),
    rule(
        "ec2-tags",
        "A call names at most 1000 resources; tags keep to the load balancers' form (assumed) and their number: TagLimitExceeded.",
        ec2!("API_CreateTags.html"),
    ),
    rule("ec2-tagged-resources", "Instances, VPCs and subnets have tags; AWS has more.", Source::Assumed),
    rule(
        "ec2-tag-specification",
        "What is made gets the tags of its own type; AWS tags volumes and more beside instances.",
        Source::Assumed,
    ),
    rule(
        "ec2-delete-tags",
        "A tag that is deleted with a value goes only where it has this value; without tags all go.",
        ec2!("API_DeleteTags.html"),
    ),
    rule(
        "launch-form",
        "A launch names an image and (assumed) a type of the form family.size, m1.small by default; every image and type exists.",
        ec2!("API_RunInstances.html"),
    ),
    rule(
        "launch-count",
        "At least as many instances are launched as asked for, at most as there are addresses; (assumed) at most 1000.",
        ec2!("API_RunInstances.html"),
    ),
    rule(
        "launch-subnet",
        "Without a subnet instances are launched in a default one, of the zone where one is named.",
        ec2!("API_RunInstances.html"),
    ),
    rule(
        "launch-token",
        "A launch that is repeated with its client token launches nothing; another with it is IdempotentParameterMismatch.",
        Source::Page("https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html"),
    ),
    rule(
        "instance-transitions",
        "An instance is pending, stopping or shutting-down before it runs, is stopped or terminated; (assumed) for 30 s.",
        ec2!("API_InstanceState.html"),
    ),
    rule(
        "start-and-stop",
        "Starting wants a stopped instance, stopping a running one; what is there already changes nothing, anything else is IncorrectInstanceState.",
        Source::Assumed,
    ),
    rule("terminate-again", "Terminating what is terminated succeeds.", ec2!("API_TerminateInstances.html")),
];
