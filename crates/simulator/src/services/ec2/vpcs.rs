//! `DescribeVpcs`, `CreateVpc`, `DeleteVpc`, `DescribeSecurityGroups`.

use std::borrow::Cow;

use ipnet::Ipv4Net;

use super::filters::{Filtered, Filters, Paging};
use super::{done, missing, tags};
use crate::state::tags::Tags;
use crate::state::{ACCOUNT, Vpc, World, ids};
use crate::wire::{AwsError, Params, Xml};

impl Filtered for &Vpc {
    const NAMES: &'static [&'static str] = &["cidr", "is-default", "isDefault", "owner-id", "state", "vpc-id"];

    fn values(&self, name: &str) -> Vec<Cow<'_, str>> {
        match name {
            "cidr" => self.blocks.first().map(|block| block.to_string().into()).into_iter().collect(),
            "is-default" | "isDefault" => vec![self.is_default.to_string().into()],
            "owner-id" => vec![ACCOUNT.into()],
            "state" => vec!["available".into()],
            _ => vec![self.id.as_str().into()],
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}

pub(crate) fn describe(mut params: Params, world: &World) -> Result<Xml, AwsError> {
    let chosen = params.texts("VpcId")?;
    let filters = Filters::read::<&Vpc>(&mut params)?;
    let paging = Paging::read(&mut params)?;
    params.finish()?;
    let mut found: Vec<&Vpc> = if chosen.is_empty() {
        world.vpcs.values().collect()
    } else {
        chosen.iter().map(|id| world.vpc(id)).collect::<Result<_, _>>()?
    };
    found.retain(|vpc| filters.pass(vpc));
    let page = paging.page(found, |vpc| &vpc.id, &format!("vpcs {chosen:?} {filters:?}"))?;
    let mut xml = Xml::default();
    xml.list("vpcSet", "item", page.items, encode);
    xml.optional("nextToken", page.next);
    Ok(xml)
}

pub(crate) fn create(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let block = block(&mut params)?;
    let tags = tags::read_new(&mut params, "vpc")?;
    params.finish()?;
    let id = world.create_vpc(block, tags)?;
    let vpc = world.vpc(&id)?;
    let mut xml = Xml::default();
    xml.element("vpc", |xml| encode(xml, vpc));
    Ok(xml)
}

pub(crate) fn delete(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let id = params.text("VpcId").ok_or_else(|| missing("VpcId"))?;
    params.finish()?;
    world.delete_vpc(&id)?;
    Ok(done())
}

/// A block of addresses. Rule: ec2-vpc-block. Rule: ec2-subnet-block.
pub(super) fn block(params: &mut Params) -> Result<Ipv4Net, AwsError> {
    let text = params.text("CidrBlock").ok_or_else(|| missing("CidrBlock"))?;
    text.parse().map_err(|_| {
        let message = format!("Value ({text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.");
        AwsError::new("InvalidParameterValue", message)
    })
}

fn encode(xml: &mut Xml, vpc: &Vpc) {
    xml.text("vpcId", &vpc.id);
    xml.text("ownerId", ACCOUNT);
    xml.text("state", "available");
    xml.optional("cidrBlock", vpc.blocks.first());
    xml.list("cidrBlockAssociationSet", "item", &vpc.blocks, |xml, block| {
        xml.text("cidrBlock", block);
        xml.text("associationId", ids::resource("vpc-cidr-assoc", &format!("{} {block}", vpc.id)));
        xml.element("cidrBlockState", |xml| xml.text("state", "associated"));
    });
    xml.text("instanceTenancy", "default");
    xml.text("isDefault", vpc.is_default);
    tags::encode(xml, &vpc.tags);
}

/// The one security group of a VPC.
struct Group<'a>(&'a Vpc);

impl Filtered for Group<'_> {
    const NAMES: &'static [&'static str] = &["group-id", "group-name", "owner-id", "vpc-id"];

    fn values(&self, name: &str) -> Vec<Cow<'_, str>> {
        vec![match name {
            "group-id" => self.0.security_group.as_str().into(),
            "group-name" => "default".into(),
            "owner-id" => ACCOUNT.into(),
            _ => self.0.id.as_str().into(),
        }]
    }

    fn tags(&self) -> Option<&Tags> {
        None
    }
}

/// Rule: default-security-group.
pub(crate) fn describe_security_groups(mut params: Params, world: &World) -> Result<Xml, AwsError> {
    let chosen = params.texts("GroupId")?;
    let filters = Filters::read::<Group<'_>>(&mut params)?;
    let paging = Paging::read(&mut params)?;
    params.finish()?;
    let all: Vec<Group<'_>> = world.vpcs.values().map(Group).collect();
    if let Some(unknown) = chosen.iter().find(|id| !all.iter().any(|Group(vpc)| vpc.security_group == **id)) {
        let message = format!("The security group '{unknown}' does not exist");
        return Err(AwsError::new("InvalidGroup.NotFound", message));
    }
    let is_chosen = |Group(vpc): &Group<'_>| chosen.is_empty() || chosen.contains(&vpc.security_group);
    let found = all.into_iter().filter(|group| is_chosen(group) && filters.pass(group)).collect();
    let question = format!("security groups {chosen:?} {filters:?}");
    let page = paging.page(found, |Group(vpc)| &vpc.security_group, &question)?;
    let mut xml = Xml::default();
    xml.list("securityGroupInfo", "item", page.items, |xml, Group(vpc)| {
        xml.text("ownerId", ACCOUNT);
        xml.text("groupId", &vpc.security_group);
        xml.text("groupName", "default");
        xml.text("groupDescription", "default VPC security group");
        xml.text("vpcId", &vpc.id);
    });
    xml.optional("nextToken", page.next);
    Ok(xml)
}
