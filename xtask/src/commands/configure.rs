//! `cargo xtask configure`

use std::io::{BufRead, Write, stderr, stdin};

use anyhow::bail;

use crate::account::{self, Subnet};
use crate::config::{self, Architecture, Config, Entrance};
use crate::mode::Mode;
use crate::questions::{Proposal, Questions, list};

/// Asks where the service is to be deployed, and writes config.json
///
/// Proposes what the AWS account has, where the aws command line is installed and has credentials. What config.json says already is
/// proposed too, and kept where there is no question about it.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Configure {
    /// The AWS region, e.g. us-east-1
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The VPC
    #[arg(long, value_name = "VPC")]
    vpc_id: Option<String>,
    /// Public subnets of the VPC, at least two, in different zones
    #[arg(long, value_name = "SUBNET,SUBNET", value_delimiter = ',')]
    public_subnet_ids: Option<Vec<String>>,
    /// The repository of the docker image, without a tag, e.g. mycompany/elb-instance-manager
    #[arg(long, value_name = "REPOSITORY")]
    docker_image: Option<String>,
    /// How the load balancer is reached: the ARN of an ACM certificate (HTTPS), `internal` (from the VPC), or the networks that may
    /// reach it over plain HTTP, e.g. 203.0.113.0/24
    #[arg(long, value_name = "ARN|internal|CIDR,CIDR")]
    entrance: Option<String>,
    /// The S3 bucket for Terraform's state; empty for a local file
    #[arg(long, value_name = "BUCKET")]
    state_bucket: Option<String>,
    #[command(flatten)]
    mode: Mode,
}

impl Configure {
    /// Asks at the terminal.
    pub(crate) fn run(self) -> anyhow::Result<Config> {
        let before = if config::path().exists() { Config::read()? } else { Config::default() };
        let mode = self.mode;
        let mut asking = Asking {
            questions: Questions { answers: stdin().lock(), questions: stderr() },
            account: Account::default(),
        };
        let config = asking.configured(self, before)?;
        config.check()?;
        let text = config.text()?;
        mode.write(&config::path(), &text)?;
        eprint!("{text}");
        Ok(config)
    }

    /// Whether an answer was given as an option.
    pub(crate) fn answers(&self) -> bool {
        self.region.is_some()
            || self.vpc_id.is_some()
            || self.public_subnet_ids.is_some()
            || self.docker_image.is_some()
            || self.entrance.is_some()
            || self.state_bucket.is_some()
    }

    /// Whether it writes the file.
    pub(crate) fn mode(&self) -> Mode {
        self.mode
    }
}

/// The account, as long as it answers.
#[derive(Debug, Default)]
struct Account {
    silent: bool,
}

impl Account {
    /// What it answers; nothing where it does not.
    fn ask<T>(&mut self, question: impl FnOnce() -> anyhow::Result<Vec<T>>) -> Vec<T> {
        if self.silent {
            return Vec::new();
        }
        question().unwrap_or_else(|error| {
            eprintln!("without proposals of the AWS account: {error:#}");
            self.silent = true;
            Vec::new()
        })
    }
}

struct Asking<R, W> {
    questions: Questions<R, W>,
    account: Account,
}

impl<R: BufRead, W: Write> Asking<R, W> {
    fn configured(&mut self, given: Configure, before: Config) -> anyhow::Result<Config> {
        let region = self.region(given.region, &before.region)?;
        let vpc_id = self.vpc(given.vpc_id, &region, &before.vpc_id)?;
        let public_subnet_ids = self.subnets(given.public_subnet_ids, &region, &vpc_id, &before.public_subnet_ids)?;
        let docker_image = self.answer(
            given.docker_image,
            "Repository of the docker image, which you can push to",
            &[],
            &before.docker_image,
            config::docker_image,
        )?;
        let entrance = self.answer(
            given.entrance,
            "How it is reached: ARN of a certificate (HTTPS), 'internal', or networks for plain HTTP",
            &[],
            &Entrance::of(&before).map(|entrance| entrance.to_string()).unwrap_or_default(),
            |answer| answer.parse::<Entrance>().map(drop),
        )?;
        let state_bucket = self.answer(
            given.state_bucket,
            "S3 bucket for Terraform's state; empty for a local file",
            &[],
            before.state_bucket.as_deref().unwrap_or_default(),
            |_| Ok(()),
        )?;
        let entrance: Entrance = entrance.parse().map_err(anyhow::Error::msg)?;
        let mut config = entrance.set(Config { region, vpc_id, public_subnet_ids, docker_image, ..before });
        config.state_bucket = Some(state_bucket).filter(|bucket| !bucket.is_empty());
        config.state_key = config.state_key.filter(|_| config.state_bucket.is_some());
        // The module's default is the other one.
        config.architecture =
            config.architecture.or(Architecture::host().filter(|host| *host != Architecture::default()));
        Ok(config)
    }

    fn region(&mut self, given: Option<String>, before: &str) -> anyhow::Result<String> {
        let from = if config::region(before).is_ok() { before } else { "us-east-1" };
        let regions = match given {
            Some(_) => Vec::new(),
            None => self.account.ask(|| account::regions(from)),
        };
        let proposals: Vec<_> =
            regions.into_iter().map(|answer| Proposal { answer, description: String::new() }).collect();
        self.answer(given, "AWS region", &proposals, before, config::region)
    }

    fn vpc(&mut self, given: Option<String>, region: &str, before: &str) -> anyhow::Result<String> {
        let vpcs = match given {
            Some(_) => Vec::new(),
            None => self.account.ask(|| account::vpcs(region)),
        };
        let proposals: Vec<_> =
            vpcs.iter().map(|vpc| Proposal { answer: vpc.id.clone(), description: vpc.description() }).collect();
        self.answer(given, "VPC", &proposals, before, config::vpc_id)
    }

    fn subnets(
        &mut self,
        given: Option<Vec<String>>,
        region: &str,
        vpc: &str,
        before: &[String],
    ) -> anyhow::Result<Vec<String>> {
        let subnets = self.account.ask(|| account::subnets(region, vpc));
        if self.account.silent {
            eprintln!("whether the subnets are in this VPC and in different zones is not checked");
        }
        let known = !self.account.silent;
        let proposals: Vec<_> = subnets
            .iter()
            .map(|subnet| Proposal { answer: subnet.id.clone(), description: subnet.description() })
            .collect();
        let accept = |answer: &str| {
            let ids = list(answer);
            config::public_subnet_ids(&ids)?;
            if known { zones(&ids, &subnets) } else { Ok(()) }
        };
        let given = given.map(|ids| ids.join(","));
        let question = "Public subnets in different zones, two or more";
        Ok(list(&self.answer(given, question, &proposals, &before.join(","), accept)?))
    }

    /// The answer that was given as an option, else what is said at the terminal.
    fn answer(
        &mut self,
        given: Option<String>,
        question: &str,
        proposals: &[Proposal],
        before: &str,
        accept: impl Fn(&str) -> Result<(), String>,
    ) -> anyhow::Result<String> {
        let Some(given) = given else { return self.questions.ask(question, proposals, before, accept) };
        if let Err(sentence) = accept(&given) {
            bail!("nothing was changed; {sentence}");
        }
        Ok(given)
    }
}

/// Refuses subnets that are not of the VPC, or all in one zone.
fn zones(ids: &[String], subnets: &[Subnet]) -> Result<(), String> {
    let mut zones = Vec::new();
    for id in ids {
        let Some(subnet) = subnets.iter().find(|subnet| subnet.id == *id) else {
            return Err(format!("the VPC has no subnet {id}"));
        };
        if zones.contains(&&subnet.zone) {
            return Err(format!("a load balancer takes one subnet of a zone, and {} is in {} too", id, subnet.zone));
        }
        zones.push(&subnet.zone);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Account, Asking, Configure, zones};
    use crate::account::Subnet;
    use crate::config::Config;
    use crate::questions::Questions;

    const SUBNETS: &str = "subnet-08800d108ed223344,subnet-0235f7e1d9e556677";

    /// Answers at the terminal, without an account.
    fn configured(input: &str, given: Configure, before: Config) -> anyhow::Result<Config> {
        let questions = Questions { answers: input.as_bytes(), questions: Vec::new() };
        Asking { questions, account: Account { silent: true } }.configured(given, before)
    }

    fn given() -> Configure {
        Configure {
            region: Some("us-east-1".to_owned()),
            vpc_id: Some("vpc-09a83111626611111".to_owned()),
            public_subnet_ids: Some(SUBNETS.split(',').map(str::to_owned).collect()),
            docker_image: Some("mycompany/elb-instance-manager".to_owned()),
            entrance: Some("203.0.113.0/24".to_owned()),
            state_bucket: None,
            ..Configure::default()
        }
    }

    #[test]
    fn answers_and_options_lead_to_the_same_file() {
        let asked = configured(
            &format!("us-east-1\nvpc-09a83111626611111\n{SUBNETS}\nmycompany/elb-instance-manager\n203.0.113.0/24\n\n"),
            Configure::default(),
            Config::default(),
        );
        let asked = asked.expect("every question was answered");
        asked.check().expect("complete");
        assert_eq!(asked.allowed_cidrs.as_deref(), Some(&["203.0.113.0/24".to_owned()][..]));
        assert_eq!(asked, configured("", given(), Config::default()).expect("every option was given"));
    }

    #[test]
    fn what_the_file_says_besides_is_kept() {
        let before =
            Config { replicas: Some(1), certificate_arn: Some("arn:aws:acm:x".to_owned()), ..Config::default() };
        let config = configured("", given(), before).expect("every option was given");
        assert_eq!(config.replicas, Some(1));
        assert_eq!(config.certificate_arn, None, "another entrance was given");
        let again = configured("", Configure::default(), config.clone()).expect("the file has every answer");
        assert_eq!(again, config);
    }

    #[test]
    fn a_wrong_option_is_refused() {
        let options = Configure { vpc_id: Some("vpc-1".to_owned()), ..given() };
        let error = configured("", options, Config::default()).expect_err("not a VPC").to_string();
        assert!(error.starts_with("nothing was changed; vpc_id is the id of a VPC"), "{error}");
    }

    #[test]
    fn placeholders_are_no_answers() {
        let before = Config { region: "REGION".to_owned(), ..Config::default() };
        let error = configured("", Configure::default(), before).expect_err("nobody answers").to_string();
        assert!(error.starts_with("region is an AWS region, e.g. us-east-1, not ''; nothing was changed."), "{error}");
    }

    #[test]
    fn subnets_are_of_the_vpc_and_in_different_zones() {
        let subnet = |id: &str, zone: &str| -> Subnet {
            serde_json::from_value(serde_json::json!({
                "SubnetId": id, "AvailabilityZone": zone, "CidrBlock": "10.0.0.0/24", "MapPublicIpOnLaunch": true,
            }))
            .expect("a subnet")
        };
        let subnets = [subnet("a", "x"), subnet("b", "x"), subnet("c", "y")];
        let judge = |ids: &[&str]| zones(&ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>(), &subnets);
        assert_eq!(judge(&["a", "c"]), Ok(()));
        assert_eq!(judge(&["a", "b"]), Err("a load balancer takes one subnet of a zone, and b is in x too".to_owned()));
        assert_eq!(judge(&["a", "d"]), Err("the VPC has no subnet d".to_owned()));
    }
}
