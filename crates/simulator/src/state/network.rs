//! VPCs, their subnets, and who has which address.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::tags::Tags;
use super::{World, ids};

/// The zones of every region, by their letters.
const ZONES: [&str; 3] = ["a", "b", "c"];

/// The addresses of a subnet that AWS keeps: the first four and the last. Rule: subnet-addresses.
const KEPT: u32 = 5;

/// A VPC.
#[derive(Debug, Clone)]
pub(crate) struct Vpc {
    pub(crate) id: String,
    /// Its blocks of addresses, the primary one first.
    pub(crate) blocks: Vec<Ipv4Net>,
    pub(crate) is_default: bool,
    /// Whether it is only named by the fleet, and gets a subnet whenever one is missing.
    pub(super) grows: bool,
    /// The id of its security group. Rule: default-security-group.
    pub(crate) security_group: String,
    pub(crate) tags: Tags,
}

/// A subnet of a VPC, in one zone.
#[derive(Debug, Clone)]
pub(crate) struct Subnet {
    pub(crate) id: String,
    pub(crate) vpc: String,
    pub(crate) zone: String,
    pub(crate) block: Ipv4Net,
    /// Whether instances go there that name the zone only.
    pub(crate) is_default: bool,
    pub(crate) tags: Tags,
    pub(super) taken: BTreeSet<Ipv4Addr>,
}

impl Vpc {
    pub(crate) fn new(id: String, block: Ipv4Net, is_default: bool) -> Self {
        let security_group = ids::resource("sg", &format!("default {id}"));
        Self { id, blocks: vec![block], is_default, grows: false, security_group, tags: Tags::default() }
    }
}

impl Subnet {
    pub(crate) fn new(id: String, vpc: String, zone: String, block: Ipv4Net, is_default: bool) -> Self {
        Self { id, vpc, zone, block, is_default, tags: Tags::default(), taken: BTreeSet::new() }
    }

    /// How many addresses are free.
    pub(crate) fn free(&self) -> u32 {
        let taken = u32::try_from(self.taken.len()).unwrap_or(u32::MAX);
        (u32::from(self.block.broadcast()) - u32::from(self.block.network()) + 1).saturating_sub(KEPT + taken)
    }

    /// Whether something has an address in it.
    pub(crate) fn is_used(&self) -> bool {
        !self.taken.is_empty()
    }

    /// Whether the address is one that instances can have here, free or not.
    pub(crate) fn has(&self, address: Ipv4Addr) -> bool {
        self.block.contains(&address)
            && u32::from(address) - u32::from(self.block.network()) >= KEPT - 1
            && address != self.block.broadcast()
    }

    pub(super) fn is_taken(&self, address: Ipv4Addr) -> bool {
        self.taken.contains(&address)
    }

    /// Takes a certain address; false where it is taken.
    pub(super) fn take(&mut self, address: Ipv4Addr) -> bool {
        self.taken.insert(address)
    }

    /// Takes the first address above the highest one taken, or where there is none the lowest that is free; `None` where
    /// none is.
    pub(super) fn take_any(&mut self) -> Option<Ipv4Addr> {
        let first = u32::from(self.block.network()) + KEPT - 1;
        let next = self.taken.last().map_or(first, |last| u32::from(*last).saturating_add(1));
        let mut candidates = (next..u32::from(self.block.broadcast())).chain(first..next).map(Ipv4Addr::from);
        let address = candidates.find(|address| self.has(*address) && !self.taken.contains(address))?;
        self.taken.insert(address);
        Some(address)
    }

    pub(super) fn release(&mut self, address: Ipv4Addr) {
        self.taken.remove(&address);
    }
}

impl World {
    /// The names of the region's zones: `a`, `b`, `c`, and those of the fleet.
    pub(crate) fn zones(&self) -> BTreeSet<String> {
        let always = ZONES.iter().map(|letter| format!("{}{letter}", self.region));
        always.chain(self.subnets.values().map(|subnet| subnet.zone.clone())).collect()
    }

    /// The subnets of a VPC.
    pub(crate) fn subnets_of<'a>(&'a self, vpc: &'a str) -> impl Iterator<Item = &'a Subnet> {
        self.subnets.values().filter(move |subnet| subnet.vpc == vpc)
    }

    /// Makes the VPC of this id where there is none, with default subnets in the usual zones where it is the default VPC.
    pub(super) fn name_vpc(&mut self, id: &str, is_default: bool) {
        if self.vpcs.contains_key(id) {
            return;
        }
        let before = self.vpcs.values().filter(|vpc| vpc.grows).count();
        let vpc = Vpc { grows: true, ..Vpc::new(id.to_owned(), wide_block(before * 16), is_default) };
        self.vpcs.insert(id.to_owned(), vpc);
        if is_default {
            for letter in ZONES {
                self.subnet_for(id, &format!("{}{letter}", self.region));
            }
        }
    }

    /// The id of the subnet of a VPC that an instance goes to which names the zone only; `None` where there is none. A VPC
    /// that the fleet only names gets one in any zone of the region: a /16 network in 10.0.0.0/8, so that there is room for
    /// 65,000 instances in each zone.
    pub(super) fn subnet_for(&mut self, vpc: &str, zone: &str) -> Option<String> {
        self.name_vpc(vpc, false);
        let there = self.subnets_of(vpc).filter(|subnet| subnet.zone == zone);
        if let Some(found) = there.min_by_key(|subnet| !subnet.is_default) {
            return Some(found.id.clone());
        }
        let letter = zone.strip_prefix(&self.region)?;
        let is_zone = letter.len() == 1 && letter.bytes().all(|byte| byte.is_ascii_lowercase());
        let owner = self.vpcs.get(vpc).filter(|vpc| vpc.grows && is_zone)?;
        let first = usize::from(owner.blocks.first()?.network().octets()[1]);
        let mut blocks = (first..first + 256).map(wide_block);
        let block = blocks.find(|block| self.subnets_of(vpc).all(|subnet| !overlap(*block, subnet.block)))?;
        let id = ids::resource("subnet", &format!("{vpc} {zone}"));
        let subnet = Subnet::new(id.clone(), vpc.to_owned(), zone.to_owned(), block, owner.is_default);
        let owner = self.vpcs.get_mut(vpc)?;
        if !owner.blocks.iter().any(|known| known.contains(&block)) {
            owner.blocks.push(block);
        }
        self.subnets.insert(id.clone(), subnet);
        Some(id)
    }
}

/// Whether two blocks have an address in common: one of them holds the other.
pub(super) fn overlap(a: Ipv4Net, b: Ipv4Net) -> bool {
    a.contains(&b) || b.contains(&a)
}

/// The /16 block of this number in 10.0.0.0/8; they begin anew after the last one.
fn wide_block(number: usize) -> Ipv4Net {
    let second = u8::try_from(number % 256).unwrap_or_default();
    Ipv4Net::new_assert(Ipv4Addr::new(10, second, 0, 0), 16)
}
