//! The rules of Auto Scaling.

use super::{Rule, Source, rule};

macro_rules! api {
    ($page:literal) => {
        Source::Page(concat!("https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_", $page, ".html"))
    };
}

macro_rules! guide {
    ($page:literal) => {
        Source::Page(concat!("https://docs.aws.amazon.com/autoscaling/ec2/userguide/", $page, ".html"))
    };
}

pub(super) const RULES: &[Rule] = &[
    rule("throttle-others", "Auto Scaling and STS throttle nothing where no bucket is given.", Source::Assumed),
    rule("asg-not-found", "A group that does not exist is a ValidationError.", Source::Assumed),
    rule("asg-duplicate-name", "A group's name is taken once: AlreadyExists.", api!("CreateAutoScalingGroup")),
    rule(
        "asg-names",
        "A group's name has 1 to 255 ASCII characters from 33 to 126, but no colon.",
        api!("CreateAutoScalingGroup"),
    ),
    rule(
        "asg-sizes",
        "Minimum, desired capacity and maximum are in this order; the maximum is (assumed) 1,000 at most.",
        api!("CreateAutoScalingGroup"),
    ),
    rule(
        "asg-from-instance",
        "A group is created by InstanceId and zones, and launches instances like it; AWS takes templates and subnets too.",
        api!("CreateAutoScalingGroup"),
    ),
    rule(
        "asg-launches",
        "A group launches the instances that it lacks, in the zone with the fewest (assumed), running at once (assumed).",
        api!("EnterStandby"),
    ),
    rule(
        "asg-tag",
        "The instances of a group have the tag aws:autoscaling:groupName, which does not count.",
        guide!("ec2-auto-scaling-tagging"),
    ),
    rule(
        "asg-replaces-nothing",
        "A group replaces no instance, unhealthy, stopped or terminated; AWS's does.",
        Source::Assumed,
    ),
    rule("asg-pages", "A page has 50 groups, 100 at most, or 50 instances.", api!("DescribeAutoScalingInstances")),
    rule(
        "asg-describe-absent",
        "Describing passes over instances, and (assumed) groups, that do not exist.",
        api!("DescribeAutoScalingInstances"),
    ),
    rule(
        "asg-health-status",
        "An instance is healthy while it is running: HEALTHY by itself, Healthy in its group.",
        Source::Assumed,
    ),
    rule(
        "asg-lifecycle",
        "An instance is Pending before InService, EnteringStandby before Standby.",
        guide!("ec2-auto-scaling-lifecycle"),
    ),
    rule("asg-pending", "An instance is pending, and a target group being added, for 30 s.", Source::Assumed),
    rule(
        "asg-standby",
        "Up to 20 instances a call go on standby or come back; the desired capacity goes with them, or others are launched.",
        api!("EnterStandby"),
    ),
    rule("asg-standby-minimum", "The desired capacity does not shrink below the minimum.", api!("EnterStandby")),
    rule("asg-standby-maximum", "The desired capacity does not grow above the maximum.", Source::Assumed),
    rule(
        "asg-standby-members",
        "A call names members of the group, InService to enter standby, Standby to exit it.",
        Source::Assumed,
    ),
    rule("asg-standby-running", "An instance is running when it exits standby.", Source::Assumed),
    rule("asg-activities", "A call on standby answers one activity for each instance.", api!("EnterStandby")),
    rule(
        "asg-deregisters",
        "An instance on standby is deregistered from the group's target groups and Classic load balancers, and drains.",
        guide!("as-enter-exit-standby"),
    ),
    rule(
        "asg-registers",
        "An instance that is launched, or exits standby, is registered in them; where one refuses it, the call fails (assumed).",
        guide!("as-enter-exit-standby"),
    ),
    rule(
        "asg-traffic-sources",
        "Target groups of instances and Classic load balancers are of the VPC of the group.",
        Source::Assumed,
    ),
    rule("asg-attach", "Up to 10 target groups a call are attached.", api!("AttachLoadBalancerTargetGroups")),
    rule(
        "asg-detach",
        "What is detached deregisters the instances and is Removing while they drain.",
        api!("DetachLoadBalancerTargetGroups"),
    ),
    rule(
        "asg-attachment-states",
        "Adding, then Added, and InService once an instance passed an ELB health check that counts, or when attached with the group.",
        guide!("load-balancer-status"),
    ),
    rule(
        "asg-delete",
        "A group with activities is ScalingActivityInProgress, with instances ResourceInUse, unless forced.",
        api!("DeleteAutoScalingGroup"),
    ),
];
