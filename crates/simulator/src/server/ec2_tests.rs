//! VPCs, subnets and instances come and go by call.

use std::time::Duration;

use super::lab::{Lab, subnet, text, texts};
use super::*;
use crate::fleet::{
    DEFAULT_VPC, Fleet, FleetError, InstanceSpec, LoadBalancerSpec, SubnetSpec, TargetGroupSpec, VpcSpec,
};
use crate::services::Ec2;
use crate::state::ids;

const IMAGE: (&str, &str) = ("ImageId", "ami-12345678");

/// A VPC of 10.9.0.0/16 with a subnet of 10.9.0.0/28.
fn lab() -> (Lab, String, String) {
    let mut lab = Lab::empty();
    let vpc = text(&lab.ask(Ec2::CreateVpc, &[("CidrBlock", "10.9.0.0/16")]), "vpcId");
    let fields = [("VpcId", vpc.as_str()), ("CidrBlock", "10.9.0.0/28"), ("AvailabilityZone", "us-east-1b")];
    let subnet = text(&lab.ask(Ec2::CreateSubnet, &fields), "subnetId");
    (lab, vpc, subnet)
}

fn run(lab: &mut Lab, subnet: &str, count: &str) -> Vec<String> {
    let fields = [IMAGE, ("MinCount", count), ("MaxCount", count), ("SubnetId", subnet)];
    texts(&lab.ask(Ec2::RunInstances, &fields), "instanceId")
}

#[test]
fn vpcs_and_subnets_have_their_blocks() {
    let (mut lab, vpc, subnet) = lab();
    let table = [
        ("10.0.0.0/8", "InvalidVpc.Range"),
        ("10.0.0.0/29", "InvalidVpc.Range"),
        ("10.0.0.0", "InvalidParameterValue"),
        ("", "InvalidParameterValue"),
    ];
    for (block, expected) in table {
        assert_eq!(lab.code(Ec2::CreateVpc, &[("CidrBlock", block)]), expected, "{block}");
    }
    assert_eq!(lab.code(Ec2::CreateVpc, &[]), "MissingParameter");
    let table = [
        ("10.9.0.0/28", "InvalidSubnet.Conflict"),
        ("10.9.0.0/24", "InvalidSubnet.Conflict"),
        ("10.9.0.8/29", "InvalidSubnet.Range"),
        ("10.8.0.0/24", "InvalidSubnet.Range"),
        ("10.9.0.0/15", "InvalidSubnet.Range"),
        ("10.9.1.0/24", "OK"),
    ];
    for (block, expected) in table {
        assert_eq!(lab.code(Ec2::CreateSubnet, &[("VpcId", &vpc), ("CidrBlock", block)]), expected, "{block}");
    }
    let more = ("CidrBlock", "10.9.9.0/24");
    let zone = ("AvailabilityZone", "us-east-1z");
    assert_eq!(lab.code(Ec2::CreateSubnet, &[("VpcId", &vpc), more, zone]), "InvalidParameterValue");
    assert_eq!(lab.code(Ec2::CreateSubnet, &[("VpcId", "vpc-0"), more]), "InvalidVpcID.NotFound");
    // Host bits are cleared.
    let made = lab.ask(Ec2::CreateSubnet, &[("VpcId", &vpc), ("CidrBlock", "10.9.2.77/24")]);
    assert_eq!(
        (text(&made, "cidrBlock"), text(&made, "availableIpAddressCount")),
        ("10.9.2.0/24".into(), "251".into())
    );
    assert_eq!(lab.code(Ec2::DeleteVpc, &[("VpcId", &vpc)]), "DependencyViolation");
    run(&mut lab, &subnet, "1");
    assert_eq!(lab.code(Ec2::DeleteSubnet, &[("SubnetId", &subnet)]), "DependencyViolation");
    assert_eq!(lab.code(Ec2::DeleteSubnet, &[("SubnetId", "subnet-0")]), "InvalidSubnetID.NotFound");
    for _ in 0..3 {
        lab.ask(Ec2::CreateVpc, &[("CidrBlock", "10.9.0.0/16")]);
    }
    assert_eq!(lab.code(Ec2::CreateVpc, &[("CidrBlock", "10.9.0.0/16")]), "VpcLimitExceeded");
}

#[test]
fn a_load_balancer_keeps_its_subnets() {
    let mut fleet = Fleet::new("us-east-1");
    fleet.load_balancer(LoadBalancerSpec { name: "web".into(), ..LoadBalancerSpec::default() });
    let mut lab = Lab::new(fleet);
    assert_eq!(lab.code(Ec2::DeleteSubnet, &[("SubnetId", &subnet("a"))]), "DependencyViolation");
    assert_eq!(lab.code(Ec2::DeleteSubnet, &[("SubnetId", &subnet("c"))]), "OK");
}

#[test]
fn addresses_run_out_and_come_back() {
    let (mut lab, _, subnet) = lab();
    // A /28 has 16 addresses, of which AWS keeps 5.
    let all = run(&mut lab, &subnet, "11");
    assert_eq!(all.len(), 11);
    let addresses: std::collections::BTreeSet<_> =
        lab.world().instances.values().map(|found| found.private_ip).collect();
    assert_eq!(
        (addresses.len(), addresses.first().unwrap().octets(), addresses.last().unwrap().octets()),
        (11, [10, 9, 0, 4], [10, 9, 0, 14])
    );
    let one = [IMAGE, ("MinCount", "1"), ("MaxCount", "1"), ("SubnetId", &subnet)];
    assert_eq!(lab.code(Ec2::RunInstances, &one), "InsufficientFreeAddressesInSubnet");
    lab.ask(Ec2::TerminateInstances, &[("InstanceId.1", &all[3]), ("InstanceId.2", &all[5])]);
    let shown = lab.ask(Ec2::DescribeSubnets, &[("SubnetId.1", &subnet)]);
    assert_eq!(text(&shown, "availableIpAddressCount"), "2");
    // Two are wanted at least, five at most, and there is room for two.
    let some = [IMAGE, ("MinCount", "2"), ("MaxCount", "5"), ("SubnetId", &subnet)];
    assert_eq!(texts(&lab.ask(Ec2::RunInstances, &some), "imageId").len(), 2);
    let again = [("InstanceId.1", all[3].as_str())];
    assert_eq!(lab.code(Ec2::TerminateInstances, &again), "OK");
    assert_eq!(text(&lab.ask(Ec2::DescribeSubnets, &[("SubnetId.1", &subnet)]), "availableIpAddressCount"), "0");
}

#[test]
fn launches_are_refused() {
    let (mut lab, _, subnet) = lab();
    let (least, most) = (("MinCount", "1"), ("MaxCount", "1"));
    let own = ("SubnetId", subnet.as_str());
    let taken = run(&mut lab, &subnet, "1").remove(0);
    let taken = lab.world().instances[&taken].private_ip.to_string();
    let table: [(&[(&str, &str)], &str); 18] = [
        (&[IMAGE, least, own], "MissingParameter"),
        (&[IMAGE, most, own], "MissingParameter"),
        (&[least, most, own], "MissingParameter"),
        (&[IMAGE, ("MinCount", "0"), most, own], "InvalidParameterValue"),
        (&[IMAGE, ("MinCount", "2"), most, own], "InvalidParameterCombination"),
        (&[("ImageId", "ami"), least, most, own], "InvalidAMIID.Malformed"),
        (&[IMAGE, least, most, own, ("InstanceType", "t3")], "InvalidParameterValue"),
        (&[IMAGE, least, most, ("SubnetId", "subnet-0")], "InvalidSubnetID.NotFound"),
        (&[IMAGE, least, most, own, ("Placement.AvailabilityZone", "us-east-1a")], "InvalidParameterCombination"),
        (&[IMAGE, least, most, ("Placement.AvailabilityZone", "us-east-1z")], "InvalidParameterValue"),
        (&[IMAGE, least, most, own, ("PrivateIpAddress", "10.9.0.3")], "InvalidParameterValue"),
        (&[IMAGE, least, most, own, ("PrivateIpAddress", "10.9.0.15")], "InvalidParameterValue"),
        (&[IMAGE, least, most, own, ("PrivateIpAddress", "x")], "InvalidParameterValue"),
        (&[IMAGE, least, most, own, ("PrivateIpAddress", &taken)], "InvalidIPAddress.InUse"),
        (&[IMAGE, least, ("MaxCount", "2"), own, ("PrivateIpAddress", "10.9.0.7")], "InvalidParameterCombination"),
        (&[IMAGE, least, most, own, ("SecurityGroupId.1", "sg-1")], "InvalidGroup.NotFound"),
        (&[IMAGE, least, most, own, ("TagSpecification.1.ResourceType", "volume")], "InvalidParameterValue"),
        (&[IMAGE, least, most, own, ("KeyName", "k")], "UnknownParameter"),
    ];
    for (fields, expected) in table {
        assert_eq!(lab.code(Ec2::RunInstances, fields), expected, "{fields:?}");
        assert_eq!(lab.world().instances.len(), 1, "{fields:?}");
    }
    lab.ask(Ec2::RunInstances, &[IMAGE, least, most, own, ("PrivateIpAddress", "10.9.0.7")]);
    let in_default = lab.ask(Ec2::RunInstances, &[IMAGE, least, most, ("Placement.AvailabilityZone", "us-east-1c")]);
    assert_eq!(
        (text(&in_default, "vpcId"), text(&in_default, "availabilityZone")),
        (DEFAULT_VPC.into(), "us-east-1c".into())
    );
    assert_eq!(text(&lab.ask(Ec2::RunInstances, &[IMAGE, least, most]), "availabilityZone"), "us-east-1a");
}

#[test]
fn a_token_launches_once() {
    let mut lab = Lab::empty();
    let fields = [IMAGE, ("MinCount", "2"), ("MaxCount", "2"), ("ClientToken", "t")];
    let first = texts(&lab.ask(Ec2::RunInstances, &fields), "instanceId");
    assert_eq!(texts(&lab.ask(Ec2::RunInstances, &fields), "instanceId"), first);
    assert_eq!(lab.world().instances.len(), 2);
    let other = [IMAGE, ("MinCount", "1"), ("MaxCount", "2"), ("ClientToken", "t")];
    assert_eq!(lab.code(Ec2::RunInstances, &other), "IdempotentParameterMismatch");
    let reservations = lab.ask(Ec2::DescribeInstances, &[]);
    assert_eq!(texts(&reservations, "reservationId").len(), 1);
}

#[test]
fn instances_take_their_time() {
    let mut lab = Lab::empty();
    let fields = [IMAGE, ("MinCount", "1"), ("MaxCount", "1")];
    let id = text(&lab.ask(Ec2::RunInstances, &fields), "instanceId");
    let own = [("InstanceId.1", id.as_str())];
    let state = |lab: &mut Lab| texts(&lab.ask(Ec2::DescribeInstances, &own), "name").remove(0);
    let change = |lab: &mut Lab, action: Ec2| texts(&lab.ask(action, &own), "name").join(" from ");
    let wait = Duration::from_secs(30);
    assert_eq!(state(&mut lab), "pending");
    assert_eq!(lab.code(Ec2::DescribeInstanceStatus, &own), "OK");
    assert!(texts(&lab.ask(Ec2::DescribeInstanceStatus, &own), "instanceId").is_empty());
    lab.advance(wait);
    assert_eq!(state(&mut lab), "running");
    assert!(lab.ask(Ec2::DescribeInstanceStatus, &own).contains("<status>ok</status>"));
    assert_eq!(change(&mut lab, Ec2::StartInstances), "running from running");
    assert_eq!(change(&mut lab, Ec2::StopInstances), "stopping from running");
    assert_eq!(lab.code(Ec2::StartInstances, &own), "IncorrectInstanceState");
    lab.advance(wait);
    assert_eq!(state(&mut lab), "stopped");
    let launched = lab.world().instances[&id].launch_time;
    assert_eq!(change(&mut lab, Ec2::StartInstances), "pending from stopped");
    assert!(lab.world().instances[&id].launch_time > launched);
    assert_eq!(change(&mut lab, Ec2::TerminateInstances), "shutting-down from pending");
    lab.advance(wait);
    assert_eq!(change(&mut lab, Ec2::TerminateInstances), "terminated from terminated");
    assert_eq!(lab.code(Ec2::StopInstances, &own), "IncorrectInstanceState");
    let all = lab.ask(Ec2::DescribeInstanceStatus, &[("IncludeAllInstances", "true")]);
    assert!(all.contains("<name>terminated</name>"), "{all}");
    let unknown = [own[0], ("InstanceId.2", "i-0ffffffffffffffff")];
    assert_eq!(lab.code(Ec2::TerminateInstances, &unknown), "InvalidInstanceID.NotFound");
    assert_eq!(lab.code(Ec2::TerminateInstances, &[]), "MissingParameter");
}

#[test]
fn tags_are_set_found_and_removed() {
    let (mut lab, vpc, subnet) = lab();
    let id = run(&mut lab, &subnet, "1").remove(0);
    let resources = [("ResourceId.1", id.as_str()), ("ResourceId.2", &vpc), ("ResourceId.3", &subnet)];
    let tag = [("Tag.1.Key", "k"), ("Tag.1.Value", "v")];
    lab.ask(Ec2::CreateTags, &[&resources[..], &tag].concat());
    assert_eq!(texts(&lab.ask(Ec2::DescribeTags, &[]), "resourceType").len(), 3);
    let found = |lab: &mut Lab, name: &str, value: &str| {
        texts(&lab.ask(Ec2::DescribeInstances, &[("Filter.1.Name", name), ("Filter.1.Value.1", value)]), "instanceId")
    };
    for (name, value, is_there) in
        [("tag:k", "v", true), ("tag:k", "w", false), ("tag-key", "k", true), ("tag-key", "v", false)]
    {
        assert_eq!(found(&mut lab, name, value).contains(&id), is_there, "{name} {value}");
    }
    lab.ask(Ec2::DeleteTags, &[resources[0], tag[0], ("Tag.1.Value", "w")]);
    assert_eq!(found(&mut lab, "tag:k", "v").len(), 1);
    lab.ask(Ec2::DeleteTags, &[resources[0], tag[0]]);
    assert!(found(&mut lab, "tag:k", "v").is_empty());
    lab.ask(Ec2::DeleteTags, &[("ResourceId.1", &vpc), ("ResourceId.2", &subnet)]);
    assert!(texts(&lab.ask(Ec2::DescribeTags, &[]), "key").is_empty());

    let mut code = |fields: &[(&str, &str)]| lab.code(Ec2::CreateTags, fields);
    assert_eq!(code(&[resources[0], ("ResourceId.2", "i-0ffffffffffffffff"), tag[0]]), "InvalidInstanceID.NotFound");
    assert_eq!(code(&[("ResourceId.1", "vpc-0ffffffffffffffff"), tag[0]]), "InvalidVpcID.NotFound");
    assert_eq!(code(&[("ResourceId.1", "x"), tag[0]]), "InvalidID");
    assert_eq!(code(&[resources[0], ("Tag.1.Key", "aws:x")]), "InvalidParameterValue");
    assert_eq!(code(&[resources[0]]), "MissingParameter");
    assert_eq!(code(&[tag[0]]), "MissingParameter");
    let names: Vec<String> = (1..=51).map(|n| format!("Tag.{n}.Key")).collect();
    let values: Vec<String> = (1..=51).map(|n| n.to_string()).collect();
    let many: Vec<(&str, &str)> =
        names.iter().zip(&values).map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(code(&[&resources[..1], &many[..50]].concat()), "OK");
    assert_eq!(code(&[resources[0], ("Tag.1.Key", "one-more")]), "TagLimitExceeded");
    assert!(
        texts(&lab.ask(Ec2::DescribeTags, &[("Filter.1.Name", "key"), ("Filter.1.Value.1", "k")]), "key").is_empty()
    );
}

#[test]
fn what_there_is_is_found_by_its_filters() {
    let (mut lab, vpc, subnet) = lab();
    let id = run(&mut lab, &subnet, "1").remove(0);
    let eni = ids::resource("eni", &id);
    let cases: [(Ec2, &str, &str, &str, &[&str]); 20] = [
        (Ec2::DescribeInstances, "private-ip-address", "10.9.0.4", "instanceId", &[&id]),
        (Ec2::DescribeInstances, "network-interface.network-interface-id", &eni, "instanceId", &[&id]),
        (Ec2::DescribeInstances, "network-interface.addresses.private-ip-address", "10.9.0.4", "instanceId", &[&id]),
        (Ec2::DescribeInstances, "subnet-id", &subnet, "instanceId", &[&id]),
        (Ec2::DescribeInstances, "instance-state-code", "0", "instanceId", &[&id]),
        (Ec2::DescribeInstances, "instance-state-name", "running", "instanceId", &[]),
        (Ec2::DescribeInstances, "availability-zone", "us-east-1b", "instanceId", &[&id]),
        (Ec2::DescribeInstances, "instance-type", "m1.small", "instanceId", &[&id]),
        (Ec2::DescribeInstances, "private-dns-name", "ip-10-9-0-4.ec2.internal", "instanceId", &[&id]),
        (Ec2::DescribeVpcs, "is-default", "false", "vpcId", &[&vpc]),
        (Ec2::DescribeVpcs, "cidr", "10.9.0.0/16", "vpcId", &[&vpc]),
        (Ec2::DescribeSubnets, "vpc-id", &vpc, "subnetId", &[&subnet]),
        (Ec2::DescribeSubnets, "default-for-az", "false", "subnetId", &[&subnet]),
        (Ec2::DescribeSubnets, "availability-zone", "us-east-1c", "cidrBlock", &["10.2.0.0/16"]),
        (Ec2::DescribeNetworkInterfaces, "addresses.private-ip-address", "10.9.0.4", "networkInterfaceId", &[&eni]),
        (Ec2::DescribeNetworkInterfaces, "attachment.instance-id", &id, "networkInterfaceId", &[&eni]),
        (Ec2::DescribeAvailabilityZones, "zone-name", "us-east-1b", "zoneName", &["us-east-1b"]),
        (Ec2::DescribeSecurityGroups, "vpc-id", &vpc, "groupName", &["default"]),
        (Ec2::DescribeInstanceStatus, "instance-state-name", "running", "instanceId", &[]),
        (Ec2::DescribeTags, "resource-id", &id, "key", &[]),
    ];
    for (action, name, value, element, expected) in cases {
        let shown = lab.ask(action, &[("Filter.1.Name", name), ("Filter.1.Value.1", value)]);
        assert_eq!(texts(&shown, element), expected, "{name}: {shown}");
        let unknown = [("Filter.1.Name", "colour"), ("Filter.1.Value.1", value)];
        assert_eq!(lab.code(action, &unknown), "InvalidParameterValue", "{name}");
    }
    let absent = [
        (Ec2::DescribeVpcs, "VpcId.1", "InvalidVpcID.NotFound"),
        (Ec2::DescribeSubnets, "SubnetId.1", "InvalidSubnetID.NotFound"),
        (Ec2::DescribeNetworkInterfaces, "NetworkInterfaceId.1", "InvalidNetworkInterfaceID.NotFound"),
        (Ec2::DescribeSecurityGroups, "GroupId.1", "InvalidGroup.NotFound"),
        (Ec2::DescribeAvailabilityZones, "ZoneName.1", "InvalidParameterValue"),
        (Ec2::DescribeInstanceStatus, "InstanceId.1", "InvalidInstanceID.Malformed"),
    ];
    for (action, name, expected) in absent {
        assert_eq!(lab.code(action, &[(name, "absent")]), expected);
    }
}

/// A change to a good fleet that makes it a bad one.
type Break = (fn(&mut Fleet), &'static str);

#[test]
fn a_fleet_has_its_own_vpcs() {
    let vpc = || {
        let subnet = |zone: &str, block: &str| SubnetSpec {
            id: Some(format!("subnet-0000000{zone}")),
            availability_zone: Some(format!("us-east-1{zone}")),
            block: block.parse().unwrap(),
            tags: [("tier".to_owned(), "front".to_owned())].into(),
        };
        let subnets = vec![subnet("a", "172.31.0.0/24"), subnet("d", "172.31.1.0/28")];
        VpcSpec { id: Some("vpc-00000001".into()), subnets, ..VpcSpec::default() }
    };
    let good = || {
        let mut fleet = Fleet::new("us-east-1");
        fleet.vpc(vpc());
        fleet.instance(InstanceSpec {
            subnet: Some("subnet-0000000d".into()),
            tags: [("role".to_owned(), "web".to_owned())].into(),
            name: Some("web-1".into()),
            ..InstanceSpec::default()
        });
        fleet.load_balancer(LoadBalancerSpec {
            name: "lb".into(),
            subnets: vec!["subnet-0000000a".into(), "subnet-0000000d".into()],
            attributes: [("idle_timeout.timeout_seconds".to_owned(), "120".to_owned())].into(),
            ..LoadBalancerSpec::default()
        });
        fleet.target_group(TargetGroupSpec {
            name: "tg".into(),
            vpc: "vpc-00000001".into(),
            ..TargetGroupSpec::default()
        });
        fleet
    };
    let mut lab = Lab::new(good());
    let shown = lab.ask(Ec2::DescribeInstances, &[]);
    assert_eq!(
        (text(&shown, "vpcId"), text(&shown, "availabilityZone"), text(&shown, "privateIpAddress")),
        ("vpc-00000001".into(), "us-east-1d".into(), "172.31.1.4".into())
    );
    assert_eq!(texts(&shown, "key"), ["Name", "role"]);
    assert_eq!(texts(&lab.ask(Ec2::DescribeAvailabilityZones, &[]), "zoneName").len(), 4);
    let balancer = &lab.world().load_balancers["lb"];
    assert!(balancer.vpc == "vpc-00000001" && balancer.serves("us-east-1d") && !balancer.serves("us-east-1b"));

    let breaks: [Break; 13] = [
        (|fleet| fleet.vpcs.push(fleet.vpcs[0].clone()), "exists already"),
        (|fleet| fleet.vpcs[0].block = "10.0.0.0/8".parse().unwrap(), "/16 to /28"),
        (|fleet| fleet.vpcs[0].subnets[1].block = "172.31.0.128/28".parse().unwrap(), "overlaps no other"),
        (|fleet| fleet.vpcs[0].subnets[1].block = "172.32.0.0/28".parse().unwrap(), "within the VPC"),
        (|fleet| fleet.vpcs[0].subnets[1].id = Some("subnet-0000000a".into()), "exists already"),
        (|fleet| fleet.instances[0].subnet = Some("subnet-0".into()), "there is no subnet"),
        (|fleet| fleet.instances[0].private_ip = Some([172, 31, 1, 3].into()), "cannot give 172.31.1.3"),
        (|fleet| fleet.instances[0].tags = [("aws:x".to_owned(), String::new())].into(), "cannot have the tag 'aws:x'"),
        (|fleet| fleet.load_balancers[0].subnets = vec!["subnet-0".into()], "there is no subnet"),
        (|fleet| fleet.load_balancers[0].attributes = [("x".to_owned(), String::new())].into(), "is not recognized"),
        (|fleet| fleet.target_groups[0].attributes = [("x".to_owned(), String::new())].into(), "is not recognized"),
        (
            |fleet| fleet.target_groups[0].tags = (0..51).map(|n| (n.to_string(), String::new())).collect(),
            "cannot have the tag",
        ),
        (
            |fleet| {
                fleet.instances[0].subnet = None;
                fleet.instances[0].vpc = "vpc-00000001".into();
                fleet.instances[0].availability_zone = Some("us-east-1c".into());
            },
            "has no subnet in 'us-east-1c'",
        ),
    ];
    for (change, expected) in breaks {
        let mut fleet = good();
        change(&mut fleet);
        let error =
            Inner::new(fleet, crate::clock::Clock::Stepped, crate::load::Load::default()).err().map(
                |error| match error {
                    crate::server::StartError::Fleet(error) => FleetError::to_string(&error),
                    other => other.to_string(),
                },
            );
        assert!(error.as_ref().is_some_and(|error| error.contains(expected)), "{expected}: {error:?}");
    }
}

#[test]
fn a_named_vpc_grows_with_its_fleet() {
    let mut fleet = Fleet::new("us-east-1");
    for (vpc, zone) in
        [("vpc-1", "us-east-1a"), ("vpc-1", "us-east-1f"), ("vpc-2", "us-east-1a"), (DEFAULT_VPC, "us-east-1f")]
    {
        let availability_zone = Some(zone.to_owned());
        fleet.instance(InstanceSpec { vpc: vpc.into(), availability_zone, ..InstanceSpec::default() });
    }
    let lab = Lab::new(fleet);
    let blocks: std::collections::BTreeSet<_> = lab.world().subnets.values().map(|subnet| subnet.block).collect();
    assert_eq!((blocks.len(), lab.world().subnets.len(), lab.world().vpcs.len()), (7, 7, 3));
    for subnet in lab.world().subnets.values() {
        let vpc = &lab.world().vpcs[&subnet.vpc];
        assert!(vpc.blocks.iter().any(|block| block.contains(&subnet.block)), "{subnet:?}");
        assert_eq!(subnet.is_default, vpc.is_default);
    }
}
