//! What the AWS account has to offer, asked through the `aws` command line: the commands do not link the AWS SDK.

use serde::Deserialize;

use crate::process::Process;

/// A VPC.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Vpc {
    /// Its id.
    #[serde(rename = "VpcId")]
    pub(crate) id: String,
    cidr_block: String,
    is_default: bool,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// A subnet.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Subnet {
    /// Its id.
    #[serde(rename = "SubnetId")]
    pub(crate) id: String,
    /// Its zone, e.g. `us-east-1a`.
    #[serde(rename = "AvailabilityZone")]
    pub(crate) zone: String,
    cidr_block: String,
    /// Whether machines get a public address there: a sign of a public subnet, no proof.
    #[serde(rename = "MapPublicIpOnLaunch")]
    public: bool,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Region {
    region_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Regions {
    regions: Vec<Region>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Vpcs {
    vpcs: Vec<Vpc>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Subnets {
    subnets: Vec<Subnet>,
}

impl Vpc {
    /// What tells it from others.
    pub(crate) fn description(&self) -> String {
        described(&[&self.cidr_block, if self.is_default { "default" } else { "" }, name(&self.tags)])
    }
}

impl Subnet {
    /// What tells it from others.
    pub(crate) fn description(&self) -> String {
        let public = if self.public { "public addresses" } else { "no public addresses" };
        described(&[&self.zone, &self.cidr_block, public, name(&self.tags)])
    }
}

fn name(tags: &[Tag]) -> &str {
    tags.iter().find(|tag| tag.key == "Name").map_or("", |tag| &tag.value)
}

fn described(words: &[&str]) -> String {
    words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(", ")
}

/// The regions that the account may use, by name.
///
/// # Errors
/// Where the command line or its credentials are missing, or AWS refuses.
pub(crate) fn regions(from: &str) -> anyhow::Result<Vec<String>> {
    let mut regions: Vec<_> = ask::<Regions>(&describe("regions", from))?.regions;
    regions.sort_by(|one, other| one.region_name.cmp(&other.region_name));
    Ok(regions.into_iter().map(|region| region.region_name).collect())
}

/// The VPCs of a region, the default one first.
///
/// # Errors
/// Those of [`regions`].
pub(crate) fn vpcs(region: &str) -> anyhow::Result<Vec<Vpc>> {
    let mut vpcs = ask::<Vpcs>(&describe("vpcs", region))?.vpcs;
    vpcs.sort_by_key(|vpc| !vpc.is_default);
    Ok(vpcs)
}

/// The subnets of a VPC, those with public addresses first, by zone.
///
/// # Errors
/// Those of [`regions`].
pub(crate) fn subnets(region: &str, vpc: &str) -> anyhow::Result<Vec<Subnet>> {
    let mut subnets = ask::<Subnets>(&of_vpc(region, vpc))?.subnets;
    subnets.sort_by(|one, other| (!one.public, &one.zone).cmp(&(!other.public, &other.zone)));
    Ok(subnets)
}

fn describe(what: &str, region: &str) -> Process {
    Process::new("aws")
        .args(["ec2", &format!("describe-{what}"), "--region", region])
        .words("--output json")
        .env("AWS_PAGER", "")
}

fn of_vpc(region: &str, vpc: &str) -> Process {
    describe("subnets", region).args(["--filters".to_owned(), format!("Name=vpc-id,Values={vpc}")])
}

fn ask<T: for<'a> Deserialize<'a>>(process: &Process) -> anyhow::Result<T> {
    Ok(serde_json::from_slice(&process.read()?)?)
}

#[cfg(test)]
mod tests {
    use super::{Regions, Subnets, Vpcs, describe, of_vpc};

    #[test]
    fn says_what_it_asks() {
        assert_eq!(
            describe("vpcs", "us-east-1").to_string(),
            "AWS_PAGER= aws ec2 describe-vpcs --region us-east-1 --output json"
        );
        assert_eq!(
            of_vpc("us-east-1", "vpc-1a2b3c4d").to_string(),
            "AWS_PAGER= aws ec2 describe-subnets --region us-east-1 --output json --filters Name=vpc-id,Values=vpc-1a2b3c4d"
        );
    }

    #[test]
    fn reads_what_the_command_line_prints() {
        let regions: Regions = serde_json::from_str(
            r#"{"Regions": [{"OptInStatus": "opted-in", "RegionName": "eu-west-1", "Endpoint": "ec2.eu-west-1.amazonaws.com"}]}"#,
        )
        .expect("regions");
        assert_eq!(regions.regions[0].region_name, "eu-west-1");
        let vpcs: Vpcs = serde_json::from_str(
            r#"{"Vpcs": [
                {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "IsDefault": true, "State": "available"},
                {"VpcId": "vpc-2", "CidrBlock": "10.1.0.0/16", "IsDefault": false, "Tags": [{"Key": "Name", "Value": "web"}]}]}"#,
        )
        .expect("VPCs");
        assert_eq!(vpcs.vpcs[0].description(), "10.0.0.0/16, default");
        assert_eq!(vpcs.vpcs[1].description(), "10.1.0.0/16, web");
        let subnets: Subnets = serde_json::from_str(
            r#"{"Subnets": [{"SubnetId": "subnet-1", "AvailabilityZone": "eu-west-1a", "CidrBlock": "10.0.0.0/24",
                "MapPublicIpOnLaunch": true, "Tags": []}]}"#,
        )
        .expect("subnets");
        assert_eq!(subnets.subnets[0].description(), "eu-west-1a, 10.0.0.0/24, public addresses");
    }
}
