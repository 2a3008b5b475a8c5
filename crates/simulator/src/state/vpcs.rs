//! VPCs and subnets come and go.

use ipnet::Ipv4Net;

use super::build::fleet_tags;
use super::network::overlap;
use super::tags::Tags;
use super::{Refusal, Subnet, Vpc, World, ids};
use crate::fleet::{FleetError, VpcSpec};

/// The VPCs of a region. Rule: ec2-vpc-count.
const VPCS: usize = 5;

impl World {
    /// Adds a VPC of a fleet with its subnets.
    pub(super) fn add_vpc(&mut self, spec: VpcSpec) -> Result<(), FleetError> {
        let id = spec.id.unwrap_or_else(|| ids::resource("vpc", &self.vpcs.len().to_string()));
        let refused = |id: &str, block, reason| Err(FleetError::Block { id: id.to_owned(), block, reason });
        if self.vpcs.contains_key(&id) {
            return Err(FleetError::DuplicateVpc(id));
        }
        if !has_size(spec.block) {
            return refused(&id, spec.block, "it is /16 to /28");
        }
        let vpc = Vpc { tags: fleet_tags(&id, spec.tags)?, ..Vpc::new(id.clone(), spec.block.trunc(), false) };
        self.vpcs.insert(id.clone(), vpc);
        for (number, subnet) in spec.subnets.into_iter().enumerate() {
            let own = subnet.id.unwrap_or_else(|| ids::resource("subnet", &format!("{id} {number}")));
            if self.subnets.contains_key(&own) {
                return Err(FleetError::DuplicateSubnet(own));
            }
            match self.check_subnet_block(&id, subnet.block) {
                Ok(()) => {}
                Err(SubnetFault::Range) => return refused(&own, subnet.block, "it is /16 to /28 and within the VPC"),
                Err(SubnetFault::Conflict) => return refused(&own, subnet.block, "it overlaps no other subnet"),
            }
            let zone = subnet.availability_zone.unwrap_or_else(|| format!("{}a", self.region));
            let tags = fleet_tags(&own, subnet.tags)?;
            let subnet = Subnet { tags, ..Subnet::new(own.clone(), id.clone(), zone, subnet.block.trunc(), false) };
            self.subnets.insert(own, subnet);
        }
        Ok(())
    }

    /// Makes a VPC and returns its id. Rule: ec2-vpc-block.
    pub(crate) fn create_vpc(&mut self, block: Ipv4Net, tags: Tags) -> Result<String, Refusal> {
        let block = block.trunc();
        if !has_size(block) {
            return Err(Refusal::because("InvalidVpc.Range", format!("The CIDR '{block}' is invalid.")));
        }
        if self.vpcs.len() >= VPCS {
            return Err(Refusal::because("VpcLimitExceeded", "The maximum number of VPCs has been reached."));
        }
        let id = ids::resource("vpc", &format!("made {}", self.next_serial()));
        self.vpcs.insert(id.clone(), Vpc { tags, ..Vpc::new(id.clone(), block, false) });
        Ok(id)
    }

    /// Deletes a VPC that holds nothing. Rule: ec2-dependencies.
    pub(crate) fn delete_vpc(&mut self, id: &str) -> Result<(), Refusal> {
        self.vpc(id)?;
        if self.subnets_of(id).next().is_some() {
            let message = format!("The vpc '{id}' has dependencies and cannot be deleted.");
            return Err(Refusal::because("DependencyViolation", message));
        }
        self.vpcs.remove(id);
        Ok(())
    }

    /// Makes a subnet and returns its id; without a zone it is in the first one.
    /// Rule: ec2-subnet-block. Rule: ec2-subnet-zone.
    pub(crate) fn create_subnet(
        &mut self,
        vpc: &str,
        block: Ipv4Net,
        zone: Option<String>,
        tags: Tags,
    ) -> Result<String, Refusal> {
        self.vpc(vpc)?;
        let zones = self.zones();
        let zone = match zone {
            Some(zone) if zones.contains(&zone) => zone,
            Some(zone) => {
                let zones: Vec<String> = zones.into_iter().collect();
                let message = format!(
                    "Value ({zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in \
                     the following availability zones: {}.",
                    zones.join(", ")
                );
                return Err(Refusal::because("InvalidParameterValue", message));
            }
            None => zones.into_iter().next().unwrap_or_default(),
        };
        let block = block.trunc();
        match self.check_subnet_block(vpc, block) {
            Ok(()) => {}
            Err(SubnetFault::Range) => {
                return Err(Refusal::because("InvalidSubnet.Range", format!("The CIDR '{block}' is invalid.")));
            }
            Err(SubnetFault::Conflict) => {
                let message = format!("The CIDR '{block}' conflicts with another subnet");
                return Err(Refusal::because("InvalidSubnet.Conflict", message));
            }
        }
        let id = ids::resource("subnet", &format!("made {}", self.next_serial()));
        let subnet = Subnet { tags, ..Subnet::new(id.clone(), vpc.to_owned(), zone, block, false) };
        self.subnets.insert(id.clone(), subnet);
        Ok(id)
    }

    /// Deletes a subnet that nothing is in. Rule: ec2-dependencies.
    pub(crate) fn delete_subnet(&mut self, id: &str) -> Result<(), Refusal> {
        let subnet = self.subnet(id)?;
        let mut balancers = self.load_balancers.values().flat_map(|balancer| &balancer.zones);
        if subnet.is_used() || balancers.any(|zone| zone.subnet == id) {
            let message = format!("The subnet '{id}' has dependencies and cannot be deleted.");
            return Err(Refusal::because("DependencyViolation", message));
        }
        self.subnets.remove(id);
        Ok(())
    }

    /// Rule: ec2-not-found.
    pub(crate) fn vpc(&self, id: &str) -> Result<&Vpc, Refusal> {
        let missing = || Refusal::because("InvalidVpcID.NotFound", format!("The vpc ID '{id}' does not exist"));
        self.vpcs.get(id).ok_or_else(missing)
    }

    /// Rule: ec2-not-found.
    pub(crate) fn subnet(&self, id: &str) -> Result<&Subnet, Refusal> {
        let missing = || Refusal::because("InvalidSubnetID.NotFound", format!("The subnet ID '{id}' does not exist"));
        self.subnets.get(id).ok_or_else(missing)
    }

    fn check_subnet_block(&self, vpc: &str, block: Ipv4Net) -> Result<(), SubnetFault> {
        let is_within = self.vpcs.get(vpc).is_some_and(|vpc| vpc.blocks.iter().any(|own| own.contains(&block)));
        if !is_within || !has_size(block) {
            return Err(SubnetFault::Range);
        }
        if self.subnets_of(vpc).any(|other| overlap(other.block, block)) {
            return Err(SubnetFault::Conflict);
        }
        Ok(())
    }
}

/// What is wrong with the block of a subnet.
enum SubnetFault {
    Range,
    Conflict,
}

/// Whether a block has the size of a VPC or subnet.
fn has_size(block: Ipv4Net) -> bool {
    (16..=28).contains(&block.prefix_len())
}
