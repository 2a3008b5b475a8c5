//! `config.json`: where the service is deployed, and how.

mod entrance;
mod shape;

pub(crate) use entrance::Entrance;
pub(crate) use shape::{docker_image, public_subnet_ids, region, vpc_id};

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

use crate::workspace;

/// The file, from the root.
pub(crate) const FILE: &str = "config.json";

/// What to do where an answer is missing or wrong.
const REMEDY: &str = "`cargo xtask configure` asks for them and writes the file";

/// What the file says. What is not set has its default in `deployments/variables.tf`, where each key is described.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The AWS region, e.g. `us-east-1`.
    pub(crate) region: String,
    /// The VPC, e.g. `vpc-09a83111626611111`.
    pub(crate) vpc_id: String,
    /// At least two public subnets, in different zones.
    pub(crate) public_subnet_ids: Vec<String>,
    /// The repository of the image, without a tag.
    pub(crate) docker_image: String,
    /// What the container runs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) runtime: Option<Runtime>,
    /// The processor that the image is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) architecture: Option<Architecture>,
    /// The EC2 instance type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) instance_type: Option<String>,
    /// How many containers run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) replicas: Option<u32>,
    /// The ACM certificate; with it the load balancer speaks HTTPS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_arn: Option<String>,
    /// Whether the load balancer has private addresses only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) internal: Option<bool>,
    /// The IPv4 networks that may reach the load balancer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allowed_cidrs: Option<Vec<String>>,
    /// Whether everybody may reach it over plain HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allow_public_http: Option<bool>,
    /// Whether AWS refuses to delete the load balancer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deletion_protection: Option<bool>,
    /// The S3 bucket for the load balancer's access logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) access_logs_bucket: Option<String>,
    /// How many days logs are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_retention_days: Option<u32>,
    /// The SSM parameter that holds a credentials file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) credentials_parameter: Option<String>,
    /// The KMS key that this parameter is encrypted with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) credentials_key_arn: Option<String>,
    /// The tag of the target groups that the service may change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) managed_tag: Option<String>,
    /// The Classic load balancers that the service may change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) classic_load_balancers: Option<Vec<String>>,
    /// Whether the service may write its drain tags on instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allow_drain: Option<bool>,
    /// Whether the service may put instances of Auto Scaling groups on standby.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allow_standby: Option<bool>,
    /// The `DynamoDB` table of the lease.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lease_table: Option<String>,
    /// The name under which callers sign in with AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) aws_sign_in: Option<String>,
    /// Tags for everything that is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tags: Option<BTreeMap<String, String>>,
    /// The S3 bucket of Terraform's state; without, the state is a local file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state_bucket: Option<String>,
    /// The key of the state in that bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state_key: Option<String>,
}

/// What the container runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Runtime {
    /// One EC2 instance.
    Ec2,
    /// A service of ECS on Fargate.
    Ecs,
}

/// A processor, by AWS's name for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Architecture {
    /// Intel and AMD.
    #[default]
    #[serde(rename = "x86_64")]
    X86_64,
    /// Graviton.
    #[serde(rename = "arm64")]
    Arm64,
}

impl Config {
    /// That of the checkout.
    ///
    /// # Errors
    /// Where the file cannot be read or is not well formed, with line and column.
    pub(crate) fn read() -> anyhow::Result<Self> {
        let text = fs::read_to_string(path()).with_context(|| format!("cannot read {FILE}; {REMEDY}"))?;
        Self::parse(&text)
    }

    /// What a text says.
    ///
    /// # Errors
    /// Where it is not well formed, or has a key that is not known, with line and column.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        serde_json::from_str(text).with_context(|| format!("{FILE} is not well formed"))
    }

    /// The repository of the image.
    ///
    /// # Errors
    /// Where it is still a placeholder, or not the name of one.
    pub(crate) fn image(&self) -> anyhow::Result<&str> {
        refuse(shape::docker_image(&self.docker_image).err().as_slice())?;
        Ok(&self.docker_image)
    }

    /// Refuses what cannot be deployed.
    ///
    /// # Errors
    /// Everything that is still a placeholder or has the wrong shape.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let mut wrong = Vec::new();
        wrong.extend(shape::region(&self.region).err());
        wrong.extend(shape::vpc_id(&self.vpc_id).err());
        wrong.extend(shape::public_subnet_ids(&self.public_subnet_ids).err());
        wrong.extend(shape::docker_image(&self.docker_image).err());
        if self.state_key.is_some() && self.state_bucket.is_none() {
            wrong.push("state_key is the key in state_bucket, which is not set".to_owned());
        }
        refuse(&wrong)
    }

    /// The text of a file that says this.
    pub(crate) fn text(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// Where the file is.
pub(crate) fn path() -> PathBuf {
    workspace::root().join(FILE)
}

fn refuse(wrong: &[String]) -> anyhow::Result<()> {
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("nothing was changed; {FILE} needs other answers ({REMEDY}):\n  {}", wrong.join("\n  "))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Architecture, Config, Runtime};
    const GOOD: &str = r#"{
  "region": "us-east-1",
  "vpc_id": "vpc-09a83111626611111",
  "public_subnet_ids": ["subnet-08800d108ed223344", "subnet-0235f7e1d9e556677"],
  "docker_image": "mycompany/elb-instance-manager"
}"#;

    fn refusal(text: &str) -> String {
        let outcome = Config::parse(text).and_then(|config| config.check());
        format!("{:#}", outcome.expect_err(text))
    }

    #[test]
    fn reads_the_predecessors_file() {
        let config = Config::parse(GOOD).expect("well formed");
        config.check().expect("complete");
        assert_eq!(config.image().expect("a repository"), "mycompany/elb-instance-manager");
        assert_eq!(Config::parse(&config.text().expect("JSON")).expect("its own"), config);
    }

    #[test]
    fn reads_what_may_be_set_besides() {
        let more = r#", "runtime": "ecs", "architecture": "arm64", "internal": true, "certificate_arn": null,
            "tags": {"team": "web"}, "state_bucket": "b", "state_key": "k"}"#;
        let config = Config::parse(&GOOD.replace("\n}", more)).expect("well formed");
        config.check().expect("complete");
        assert_eq!((config.runtime, config.architecture), (Some(Runtime::Ecs), Some(Architecture::Arm64)));
        assert_eq!((config.internal, config.certificate_arn), (Some(true), None));
    }

    #[test]
    fn what_is_not_well_formed_has_a_line_and_a_column() {
        for (text, sentence) in [
            (GOOD.replace("\"vpc_id\"", "\"vpcid\""), "unknown field `vpcid`, expected one of `region`, `vpc_id`"),
            (GOOD.replace("us-east-1\",", "us-east-1\""), "expected `,` or `}` at line 3 column 3"),
            (GOOD.replace("\"us-east-1\"", "1"), "invalid type: integer `1`, expected a string at line 2 column 13"),
            (GOOD.replace("\n}", ", \"runtime\": \"lambda\"}"), "unknown variant `lambda`, expected `ec2` or `ecs`"),
            (GOOD.replace("\n}", ", \"region\": \"eu-west-1\"}"), "duplicate field `region` at line 5"),
            (GOOD.replace("  \"region\": \"us-east-1\",\n", ""), "missing field `region`"),
            (String::new(), "EOF while parsing a value at line 1 column 0"),
        ] {
            let refusal = refusal(&text);
            assert!(refusal.starts_with("config.json is not well formed: "), "{refusal}");
            assert!(refusal.contains(sentence), "{refusal}");
            assert!(refusal.contains(" at line "), "{refusal}");
        }
    }

    #[test]
    fn the_file_of_the_checkout_is_well_formed() {
        Config::read().expect("as it is shipped or as it was configured");
    }

    #[test]
    fn every_placeholder_is_asked_for_at_once() {
        let refusal = refusal(
            r#"{"region": "REGION", "vpc_id": "VPC_ID", "public_subnet_ids": ["SUBNET_ID_1", "SUBNET_ID_2"],
                "docker_image": "DOCKER_IMAGE"}"#,
        );
        for key in ["region", "vpc_id", "public_subnet_ids", "docker_image"] {
            assert!(refusal.contains(&format!("\n  {key} is a placeholder still")), "{refusal}");
        }
    }

    #[test]
    fn its_keys_are_the_variables_of_the_module_and_those_of_the_state() {
        let module = fs::read_to_string(crate::workspace::root().join("deployments/variables.tf")).expect("variables");
        let mut expected: Vec<_> = module
            .lines()
            .filter_map(|line| line.strip_prefix("variable \"")?.split('"').next())
            .filter(|name| *name != "docker_tag")
            .chain(["state_bucket", "state_key"])
            .collect();
        let refusal = refusal(r#"{"": 0}"#);
        let (_, known) = refusal.split_once("expected one of ").expect("the keys that are known");
        let mut known: Vec<_> = known.split('`').skip(1).step_by(2).collect();
        expected.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, expected);
    }

    #[test]
    fn a_key_of_the_state_needs_its_bucket() {
        let refusal = refusal(&GOOD.replace("\n}", ", \"state_key\": \"k\"}"));
        assert!(refusal.contains("state_bucket, which is not set"), "{refusal}");
    }
}
