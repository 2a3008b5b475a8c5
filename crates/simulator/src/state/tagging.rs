//! The tags of load balancers, target groups, listeners and rules, found by ARN, and those of EC2's resources, by id.

use super::arn::{self, Resource};
use super::tags::{self, TagFault, Tags};
use super::world::name;
use super::{Refusal, World, is_id};

impl World {
    /// The tags of what an ARN names; `None` for a default rule, which has none. Rule: default-rule-tags.
    pub(crate) fn tags_of_arn(&self, arn: &str) -> Result<Option<&Tags>, Refusal> {
        match kind(arn)? {
            Resource::LoadBalancer => self.load_balancer(arn).map(|found| Some(&found.tags)),
            Resource::TargetGroup => self.target_group(arn).map(|found| Some(&found.tags)),
            Resource::Listener => self.listener(arn).map(|(_, found)| Some(&found.tags)),
            Resource::ListenerRule => Ok(self.rule(arn)?.1.map(|(_, rule)| &rule.tags)),
        }
    }

    /// Changes the tags of everything that the ARNs name, or of nothing.
    pub(crate) fn change_tags_of_arns(
        &mut self,
        arns: &[String],
        tags: &[(String, String)],
        change: impl Fn(&mut Tags),
    ) -> Result<(), Refusal> {
        for arn in arns {
            let Some(found) = self.tags_of_arn(arn)? else {
                let message = format!("Tags cannot be changed on the default rule '{arn}'");
                return Err(Refusal::because("OperationNotPermitted", message));
            };
            found.check_room(tags).map_err(|fault| balancing_fault(&fault))?;
        }
        for arn in arns {
            if let Some(found) = self.tags_of_arn_mut(arn)? {
                change(found);
            }
        }
        Ok(())
    }

    fn tags_of_arn_mut(&mut self, arn: &str) -> Result<Option<&mut Tags>, Refusal> {
        let kind = kind(arn)?;
        if kind == Resource::TargetGroup {
            return self.target_group_mut(arn).map(|found| Some(&mut found.tags));
        }
        let Some(owner) = self.load_balancers.get_mut(name(kind, arn)?) else { return Ok(None) };
        if kind == Resource::LoadBalancer {
            return Ok(Some(&mut owner.tags));
        }
        let mut listeners = owner.listeners.values_mut();
        Ok(match kind {
            Resource::Listener => listeners.find(|found| found.arn == arn).map(|found| &mut found.tags),
            _ => listeners
                .flat_map(|found| found.rules.values_mut())
                .find(|rule| rule.arn == arn)
                .map(|rule| &mut rule.tags),
        })
    }

    /// The tags of the resource of EC2 with this id. Rule: ec2-tagged-resources.
    pub(crate) fn tags_of_id(&self, id: &str) -> Result<&Tags, Refusal> {
        let instance = self.instances.get(id).map(|found| &found.tags);
        let vpc = self.vpcs.get(id).map(|found| &found.tags);
        let subnet = self.subnets.get(id).map(|found| &found.tags);
        instance.or(vpc).or(subnet).ok_or_else(|| unknown_id(id))
    }

    /// Changes the tags of every resource of these ids, or of none.
    pub(crate) fn change_tags_of_ids(
        &mut self,
        ids: &[String],
        tags: &[(String, String)],
        change: impl Fn(&mut Tags),
    ) -> Result<(), Refusal> {
        for id in ids {
            self.tags_of_id(id)?.check_room(tags).map_err(|fault| ec2_fault(&fault))?;
        }
        for id in ids {
            let instance = self.instances.get_mut(id).map(|found| &mut found.tags);
            let vpc = self.vpcs.get_mut(id).map(|found| &mut found.tags);
            let subnet = self.subnets.get_mut(id).map(|found| &mut found.tags);
            if let Some(found) = instance.or(vpc).or(subnet) {
                change(found);
            }
        }
        Ok(())
    }
}

fn kind(arn: &str) -> Result<Resource, Refusal> {
    arn::resource(arn).ok_or_else(|| Refusal::because("ValidationError", format!("'{arn}' is not a valid ARN")))
}

fn unknown_id(id: &str) -> Refusal {
    let kinds = [
        ("i", "InvalidInstanceID.NotFound", "instance"),
        ("vpc", "InvalidVpcID.NotFound", "vpc"),
        ("subnet", "InvalidSubnetID.NotFound", "subnet"),
    ];
    match kinds.into_iter().find(|(prefix, ..)| is_id(prefix, id)) {
        Some((_, code, words)) => Refusal::because(code, format!("The {words} ID '{id}' does not exist")),
        None => Refusal::because("InvalidID", format!("The ID '{id}' is not valid")),
    }
}

/// Whether the tags of a call to the load balancers are well formed.
pub(crate) fn check_balancing_tags(given: &[(String, String)]) -> Result<(), Refusal> {
    let room = tags::check_form(given).and_then(|()| Tags::default().check_room(given));
    room.map_err(|fault| balancing_fault(&fault))
}

/// Whether the tags of a call to EC2 are well formed.
pub(crate) fn check_ec2_tags(given: &[(String, String)]) -> Result<(), Refusal> {
    let room = tags::check_form(given).and_then(|()| Tags::default().check_room(given));
    room.map_err(|fault| ec2_fault(&fault))
}

/// Whether a call to the load balancers may remove tags of these keys.
pub(crate) fn check_balancing_keys(keys: &[String]) -> Result<(), Refusal> {
    keys.iter().try_for_each(|key| tags::check_key(key)).map_err(|fault| balancing_fault(&fault))
}

/// Rule: tag-form. Rule: tag-count.
fn balancing_fault(fault: &TagFault) -> Refusal {
    let invalid = |message: String| Refusal::because("ValidationError", message);
    match fault {
        TagFault::Key(key) => invalid(format!("The tag key '{key}' is not valid")),
        TagFault::Value(key) => invalid(format!("The value of the tag '{key}' is not valid")),
        TagFault::Reserved(key) => invalid(format!("The tag key '{key}' begins with 'aws:', which is reserved")),
        TagFault::Twice(key) => {
            Refusal::because("DuplicateTagKeys", format!("Tag key '{key}' was specified more than once"))
        }
        TagFault::TooMany => {
            let message = format!("The maximum number of tags for the resource has been reached: '{}'", tags::MOST);
            Refusal::because("TooManyTags", message)
        }
    }
}

/// Rule: ec2-tags.
fn ec2_fault(fault: &TagFault) -> Refusal {
    let invalid = |message: String| Refusal::because("InvalidParameterValue", message);
    match fault {
        TagFault::Key(key) => invalid(format!("Tag key '{key}' is not valid")),
        TagFault::Value(key) => invalid(format!("Tag value of the key '{key}' is not valid")),
        TagFault::Reserved(_) => invalid("Tag keys starting with 'aws:' are reserved for internal use".to_owned()),
        TagFault::Twice(key) => invalid(format!("Duplicate tag key '{key}' specified.")),
        TagFault::TooMany => {
            let message = format!("The maximum number of Tags for a resource has been reached: {}", tags::MOST);
            Refusal::because("TagLimitExceeded", message)
        }
    }
}
