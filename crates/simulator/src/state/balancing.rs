//! Load balancers come, change and go.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::attributes::{Attributes, DELETION_PROTECTION};
use super::tags::Tags;
use super::{EnabledZone, LoadBalancer, Refusal, World, arn, ids};
use crate::fleet::{LoadBalancerKind, LoadBalancerState, Scheme, TargetType};

/// How long a load balancer is being set up. Rule: load-balancer-provisioning.
const PROVISIONING: TimeDelta = TimeDelta::minutes(2);

/// The free addresses that a load balancer wants of each subnet. Rule: subnet-room.
const FREE_ADDRESSES: u32 = 8;

/// What is said of a load balancer when it is made.
#[derive(Debug)]
pub(crate) struct LoadBalancerRequest {
    pub(crate) name: String,
    pub(crate) kind: LoadBalancerKind,
    pub(crate) scheme: Option<Scheme>,
    pub(crate) subnets: Vec<String>,
    pub(crate) security_groups: Vec<String>,
    pub(crate) tags: Tags,
}

impl World {
    /// Makes a load balancer and returns its ARN; one that is there with the same settings is taken for it.
    /// Rule: create-again.
    pub(crate) fn create_load_balancer(
        &mut self,
        request: LoadBalancerRequest,
        now: DateTime<Utc>,
    ) -> Result<String, Refusal> {
        let LoadBalancerRequest { name, kind, scheme, subnets, security_groups, tags } = request;
        check_name(&name)?;
        // Rule: gateway-has-no-scheme.
        if kind == LoadBalancerKind::Gateway && scheme.is_some() {
            let message = "You cannot specify a scheme for a Gateway Load Balancer";
            return Err(Refusal::because("InvalidScheme", message));
        }
        let scheme = scheme.unwrap_or(Scheme::InternetFacing);
        let (vpc, zones) = self.zones_of_subnets(kind, &subnets)?;
        let security_groups = self.security_groups(kind, &vpc, security_groups)?;
        if let Some(there) = self.load_balancers.get(&name) {
            let mut own: Vec<&str> = there.zones.iter().map(|zone| zone.subnet.as_str()).collect();
            let mut wanted: Vec<&str> = zones.iter().map(|zone| zone.subnet.as_str()).collect();
            own.sort_unstable();
            wanted.sort_unstable();
            let is_same = (there.kind, there.scheme, &there.security_groups) == (kind, scheme, &security_groups)
                && (own, &there.tags) == (wanted, &tags);
            if is_same {
                return Ok(there.arn.clone());
            }
            let message = format!("A load balancer with the same name '{name}' exists, but with different settings");
            return Err(Refusal::because("DuplicateLoadBalancerName", message));
        }
        self.check_balancer_count(kind)?;
        let arn = ids::renewed(&ids::load_balancer_arn(&self.region, kind, &name), self.next_serial());
        let balancer = LoadBalancer {
            arn: arn.clone(),
            name: name.clone(),
            kind,
            scheme,
            state: LoadBalancerState::Active,
            ready: now.checked_add_signed(PROVISIONING).unwrap_or(now),
            zones,
            vpc,
            security_groups,
            created: now,
            listeners: BTreeMap::new(),
            attributes: Attributes::of_load_balancer(kind, scheme),
            tags,
        };
        self.load_balancers.insert(name, balancer);
        Ok(arn)
    }

    /// Deletes a load balancer with its listeners; one that is not there is deleted already. Rule: delete-absent.
    pub(crate) fn delete_load_balancer(&mut self, arn: &str, now: DateTime<Utc>) -> Result<(), Refusal> {
        let found = match self.load_balancer(arn) {
            Ok(found) => found,
            Err(Refusal::NotFound(_)) => return Ok(()),
            Err(malformed) => return Err(malformed),
        };
        // Rule: deletion-protection.
        if found.attributes.is_on(DELETION_PROTECTION) {
            let message = format!("Load balancer '{arn}' cannot be deleted because deletion protection is enabled");
            return Err(Refusal::because("OperationNotPermitted", message));
        }
        // Rule: balancer-is-target.
        let mut groups = self.target_groups.values().filter(|group| group.target_type == TargetType::Alb);
        if groups.any(|group| group.targets.members(now).any(|(key, _)| key.id == arn)) {
            let message = format!(
                "Load balancer '{arn}' cannot be deleted because it is currently associated with another service"
            );
            return Err(Refusal::because("ResourceInUse", message));
        }
        let name = found.name.clone();
        self.load_balancers.remove(&name);
        for group in self.target_groups.values_mut() {
            if group.load_balancer.as_ref() == Some(&name) {
                group.set_load_balancer(None, now);
            }
        }
        Ok(())
    }

    /// Lets a load balancer serve the zones of these subnets and no others. Rule: set-subnets.
    pub(crate) fn set_subnets(&mut self, arn: &str, subnets: &[String]) -> Result<(), Refusal> {
        let found = self.load_balancer(arn)?;
        let (vpc, zones) = self.zones_of_subnets(found.kind, subnets)?;
        if vpc != found.vpc {
            let message = format!("The subnets must belong to the VPC of the load balancer: '{}'", found.vpc);
            return Err(Refusal::because("InvalidConfigurationRequest", message));
        }
        let keeps = found.zones.iter().all(|zone| zones.iter().any(|other| other.name == zone.name));
        if found.kind == LoadBalancerKind::Gateway && !keeps {
            let message = "Availability Zones cannot be removed from a Gateway Load Balancer";
            return Err(Refusal::because("InvalidConfigurationRequest", message));
        }
        let after = LoadBalancer { zones, ..found.clone() };
        self.load_balancers.insert(after.name.clone(), after);
        Ok(())
    }

    /// Gives a load balancer other security groups.
    pub(crate) fn set_security_groups(&mut self, arn: &str, groups: Vec<String>) -> Result<(), Refusal> {
        let found = self.load_balancer(arn)?;
        // Rule: set-security-groups.
        if found.kind == LoadBalancerKind::Network && found.security_groups.is_empty() {
            let message = "You cannot set security groups on a Network Load Balancer that was created without any";
            return Err(Refusal::because("InvalidConfigurationRequest", message));
        }
        let security_groups = self.security_groups(found.kind, &found.vpc, groups)?;
        let after = LoadBalancer { security_groups, ..found.clone() };
        self.load_balancers.insert(after.name.clone(), after);
        Ok(())
    }

    /// Changes attributes of a load balancer.
    pub(crate) fn modify_load_balancer_attributes(
        &mut self,
        arn: &str,
        changes: &[(String, String)],
    ) -> Result<(), Refusal> {
        let found = self.load_balancer(arn)?;
        let after = LoadBalancer { attributes: found.attributes.with(changes)?, ..found.clone() };
        self.load_balancers.insert(after.name.clone(), after);
        Ok(())
    }

    /// The VPC of subnets, and their zones, one subnet for each. Rule: balancer-subnets.
    fn zones_of_subnets(
        &self,
        kind: LoadBalancerKind,
        subnets: &[String],
    ) -> Result<(String, Vec<EnabledZone>), Refusal> {
        let configuration = |message: &str| Err(Refusal::because("InvalidConfigurationRequest", message));
        let mut vpc = None;
        let mut zones: Vec<EnabledZone> = Vec::new();
        for id in subnets {
            let missing = || Refusal::because("SubnetNotFound", format!("The subnet ID '{id}' does not exist"));
            let subnet = self.subnets.get(id).ok_or_else(missing)?;
            if vpc.get_or_insert(&subnet.vpc) != &&subnet.vpc {
                return configuration("All subnets must belong to the same VPC");
            }
            if zones.iter().any(|zone| zone.name == subnet.zone) {
                return configuration(
                    "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
                );
            }
            if subnet.free() < FREE_ADDRESSES {
                let message = format!(
                    "Not enough IP space available in {id}. ELB requires at least {FREE_ADDRESSES} free IP addresses \
                     in each subnet."
                );
                return Err(Refusal::because("InvalidSubnet", message));
            }
            zones.push(EnabledZone { name: subnet.zone.clone(), subnet: id.clone() });
        }
        let wanted = if kind == LoadBalancerKind::Application { 2 } else { 1 };
        match vpc {
            Some(vpc) if zones.len() >= wanted => Ok((vpc.clone(), zones)),
            _ if wanted == 2 => {
                let message = "At least two subnets in two different Availability Zones must be specified";
                Err(Refusal::because("ValidationError", message))
            }
            _ => Err(Refusal::because("ValidationError", "At least one subnet must be specified")),
        }
    }

    /// The security groups of a load balancer, those of the VPC where none are named. Rule: balancer-security-groups.
    fn security_groups(&self, kind: LoadBalancerKind, vpc: &str, groups: Vec<String>) -> Result<Vec<String>, Refusal> {
        if groups.is_empty() {
            return Ok(self.default_security_groups(kind, vpc));
        }
        if kind == LoadBalancerKind::Gateway {
            let message = "Security groups are not supported for load balancers of type 'gateway'";
            return Err(Refusal::because("InvalidConfigurationRequest", message));
        }
        let own = self.vpcs.get(vpc).map(|vpc| &vpc.security_group);
        if groups.iter().any(|group| Some(group) != own) || groups.len() > 1 {
            return Err(Refusal::because("InvalidSecurityGroup", "One or more security groups are invalid"));
        }
        Ok(groups)
    }
}

/// Rule: names. Rule: no-internal-names.
fn check_name(name: &str) -> Result<(), Refusal> {
    let is_internal = name.starts_with("internal-");
    if arn::is_name(name) && !is_internal {
        return Ok(());
    }
    let message = format!("The load balancer name '{name}' is not valid");
    Err(Refusal::because("ValidationError", message))
}
