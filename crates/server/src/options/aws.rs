//! How AWS is called: timeouts, the budget of calls, and how old what is shown may be.

use std::num::NonZeroU8;
use std::time::{Duration, SystemTime};

use anyhow::bail;
use clap::Args;
use elbm_core::Limit;
use elbm_engine::aws::{BudgetSettings, Class};
use elbm_engine::{Ages, LeaseSettings};

use super::{LONGEST, seconds};

/// How AWS is called.
#[derive(Debug, Args)]
pub(crate) struct AwsOptions {
    /// The longest time for one attempt of one AWS call, in seconds
    #[arg(long, env = "ELB_MANAGER_AWS_TIMEOUT", value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub aws_timeout: Duration,
    /// How long AWS is asked to show a change before the answer is `EffectUnverified`, in seconds
    #[arg(long, env = "ELB_MANAGER_VERIFY_TIMEOUT", value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub verify_timeout: Duration,
    /// The share of AWS's limits on API calls that the service uses; the rest is for the other tools of the account. Calls
    /// beyond it wait for their turn
    #[arg(long, env = "ELB_MANAGER_AWS_SHARE", value_name = "SHARE", default_value_t = 0.8, value_parser = share)]
    pub aws_share: f64,
    /// A limit of this account that is not the published one, as elb-reads=200/50: the burst, and the calls a second. The
    /// classes are elb-reads, elb-writes, classic-reads, classic-writes, ec2-reads, ec2-writes, auto-scaling and leases.
    /// Several are separated by commas
    #[arg(long, env = "ELB_MANAGER_AWS_LIMITS", value_name = "CLASS=BURST/RATE", value_delimiter = ',', value_parser = limit)]
    pub aws_limits: Vec<(Class, Limit)>,
    /// How long a call may wait for its turn, in seconds; one that would wait longer fails with 503
    #[arg(long, env = "ELB_MANAGER_AWS_PATIENCE", value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub aws_patience: Duration,
    /// How many replicas of this service run on the account, which share --aws-share out; more than one need --lease-table
    #[arg(long, env = "ELB_MANAGER_REPLICAS", value_name = "NUMBER", default_value = "1")]
    pub replicas: NonZeroU8,
    /// The `DynamoDB` table by which replicas take turns at taking targets out, so that guard and drain hold across them. Its key is
    /// the string name; dynamodb:PutItem is what it takes
    #[arg(long, env = "ELB_MANAGER_LEASE_TABLE", value_name = "TABLE")]
    pub lease_table: Option<String>,
    /// How old the load balancers, target groups and settings in an answer may be, in seconds
    #[arg(long, env = "ELB_MANAGER_TOPOLOGY_AGE", value_name = "SECONDS", default_value = "60", value_parser = age)]
    pub topology_age: Duration,
    /// How old what EC2 says of a machine may be in an answer, in seconds
    #[arg(long, env = "ELB_MANAGER_INSTANCE_AGE", value_name = "SECONDS", default_value = "60", value_parser = age)]
    pub instance_age: Duration,
    /// How old registrations and health in a list may be, in seconds. A change is never judged by an old one, and what this
    /// service changes is seen at once
    #[arg(long, env = "ELB_MANAGER_HEALTH_AGE", value_name = "SECONDS", default_value = "1", value_parser = age)]
    pub health_age: Duration,
}

impl AwsOptions {
    /// How old what is shown may be.
    pub(crate) fn ages(&self) -> Ages {
        Ages { topology: self.topology_age, instances: self.instance_age, health: self.health_age }
    }

    /// Where replicas hold their leases.
    ///
    /// # Errors
    /// There are several, and no table.
    pub(crate) fn leases(&self) -> anyhow::Result<Option<LeaseSettings>> {
        if self.replicas.get() > 1 && self.lease_table.is_none() {
            bail!(
                "{} replicas need --lease-table, the DynamoDB table by which they take turns: without it two of them can take \
                 out the last healthy machines together",
                self.replicas
            );
        }
        Ok(self.lease_table.clone().map(|table| LeaseSettings { table, now: SystemTime::now() }))
    }

    /// The budget of calls; each replica has its part.
    pub(crate) fn budget(&self) -> BudgetSettings {
        let share = self.aws_share / f64::from(self.replicas.get());
        BudgetSettings { share, limits: self.aws_limits.clone(), patience: self.aws_patience }
    }
}

fn age(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=LONGEST).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(format!("it must be a number of seconds from 0 to {LONGEST}")),
    }
}

/// The largest share: accounts can have limits that are many times the published ones.
const LARGEST_SHARE: f64 = 100.0;

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if share > 0.0 && share <= LARGEST_SHARE => Ok(share),
        _ => Err(format!("it must be a number above 0 and at most {LARGEST_SHARE}; 1 is all of AWS's limits")),
    }
}

fn limit(text: &str) -> Result<(Class, Limit), String> {
    let form = || format!("'{text}' is not CLASS=BURST/RATE, e.g. elb-reads=200/50");
    let (class, numbers) = text.split_once('=').ok_or_else(form)?;
    let (burst, rate) = numbers.split_once('/').ok_or_else(form)?;
    let number = |text: &str| text.parse().ok().filter(|number| (0.01..=1e6).contains(number)).ok_or_else(form);
    Ok((class.parse()?, Limit { burst: number(burst)?, rate: number(rate)? }))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[test]
    fn a_limit_names_its_class_burst_and_rate() {
        assert_eq!(limit("elb-reads=200/50"), Ok((Class::ElbReads, Limit { burst: 200.0, rate: 50.0 })));
        assert_eq!(limit("ec2-reads=1/0.5"), Ok((Class::Ec2Reads, Limit { burst: 1.0, rate: 0.5 })));
        for bad in ["", "elb-reads", "elb-reads=5", "elb-reads=5/0", "elb-reads=a/b", "elb-reads=NaN/1", "s3=5/5"] {
            assert!(limit(bad).is_err(), "{bad}");
        }
    }

    #[derive(Debug, clap::Parser)]
    struct Line {
        #[command(flatten)]
        aws: AwsOptions,
    }

    #[test]
    fn replicas_share_the_budget_and_need_a_table() {
        let of = |line: &str| Line::try_parse_from(line.split(' ')).map(|line| line.aws);
        let alone = of("service --aws-share 0.6").expect("well formed");
        assert!(alone.leases().is_ok_and(|leases| leases.is_none()));
        let two = of("service --aws-share 0.6 --replicas 2 --lease-table leases").expect("well formed");
        assert_eq!((alone.budget().share, two.budget().share), (0.6, 0.3));
        assert!(two.leases().is_ok_and(|leases| leases.is_some_and(|leases| leases.table == "leases")));
        let lacking = of("service --replicas 2").expect("well formed").leases().expect_err("refused").to_string();
        assert!(lacking.contains("2 replicas need --lease-table"), "{lacking}");
        assert!(of("service --replicas 0").is_err());
    }

    #[test]
    fn ages_and_shares_have_bounds() {
        assert_eq!(age("0"), Ok(Duration::ZERO));
        assert_eq!(share("0.5"), Ok(0.5));
        for bad in ["-1", "NaN", "", "1e9", "inf"] {
            assert!(age(bad).is_err() && share(bad).is_err(), "{bad}");
        }
        assert!(share("0").is_err());
    }
}
