//! The command line. Each option is also an environment variable; AWS settings come from the AWS environment alone.

mod aws;
mod tls;

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use elbm_core::Managed;
use elbm_simulator::{Calls, ErrorRates, Latency, OPERATIONS, Throttling};
use zeroize::Zeroizing;

pub(crate) use aws::AwsOptions;
pub(crate) use tls::TlsOptions;

use crate::auth::{self, ArnPattern, Pattern, Role};
use crate::simulate::FleetSource;

/// Manages the machines behind AWS load balancers: lists them, attaches one, detaches one.
///
/// The AWS account, region and credentials come from the AWS environment (`AWS_REGION`, `AWS_PROFILE`, ...), or, with
/// --simulate, from an AWS in memory that costs nothing.
#[derive(Debug, Parser)]
#[command(name = "elb-instance-manager", version, args_conflicts_with_subcommands = true)]
pub struct Options {
    /// What to run instead of the service.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of the service.
    #[command(flatten)]
    pub serve: ServeOptions,
}

/// What can be run instead of the service.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the AWS simulator alone: an ELB and EC2 endpoint for the AWS SDKs and the AWS command line
    Simulate(SimulateOptions),
    /// Asks a running service whether it is up: exit code 0 if it is, 1 if not
    Healthcheck(HealthcheckOptions),
    /// Makes the file that says who may call the service
    #[command(subcommand)]
    Credentials(CredentialsCommand),
}

/// What can be done with a credentials file.
#[derive(Debug, Subcommand)]
pub enum CredentialsCommand {
    /// Adds a principal: with a password, which is read from the terminal or from standard input, or with a new token
    Add(AddOptions),
}

/// The options of the service.
#[derive(Debug, Args)]
pub struct ServeOptions {
    /// The address to listen on; port 0 takes a free one. Without --credentials a loopback address
    #[arg(long, env = "ELB_MANAGER_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:5000", value_parser = address)]
    pub listen: SocketAddr,
    /// The file that says who may call; `credentials add` makes it. Without it, whoever reaches the address may
    #[arg(long, env = "ELB_MANAGER_CREDENTIALS", value_name = "FILE")]
    pub credentials: Option<PathBuf>,
    /// What such a file says, instead of the file: for a container that can be given variables only
    #[arg(long, env = "ELB_MANAGER_CREDENTIALS_JSON", value_name = "JSON", hide_env_values = true)]
    pub credentials_json: Option<Hidden>,
    /// Lets callers sign in with AWS, without a secret: the name of this service, for which they sign, best the host that they
    /// call it by. The credentials file says who they are, by `awsArn`
    #[arg(long, env = "ELB_MANAGER_AWS_SIGN_IN", value_name = "NAME", value_parser = sign_in_name)]
    pub aws_sign_in: Option<String>,
    /// Whether and how connections are encrypted.
    #[command(flatten)]
    pub(crate) tls: TlsOptions,
    /// Runs on an AWS simulator in memory instead of a real account; the load balancer default-alb is there to try
    #[arg(long, env = "ELB_MANAGER_SIMULATE")]
    pub simulate: bool,
    /// How much faster than real time the simulator's clock runs: 60 makes a minute a second
    #[arg(long, env = "ELB_MANAGER_TIME_SCALE", value_name = "FACTOR", default_value_t = 1.0, value_parser = factor, requires = "simulate")]
    pub time_scale: f64,
    /// What the simulator holds: a fleet file, or the size of a generated fleet, as 50x10x100 (load balancers, target groups
    /// of each, targets of each group) or 50x10x100:shared (machines that all groups share)
    #[arg(long, env = "ELB_MANAGER_FLEET", value_name = "FILE|SIZE", requires = "simulate")]
    pub fleet: Option<FleetSource>,
    /// How AWS is called.
    #[command(flatten)]
    pub(crate) aws: AwsOptions,
    /// How long an operation may take as a whole, all its AWS calls and retries, in seconds. A load balancer in front gives
    /// up after its idle timeout, 60 seconds by default: keep this shorter
    #[arg(long, env = "ELB_MANAGER_OPERATION_TIMEOUT", value_name = "SECONDS", default_value = "50", value_parser = seconds)]
    pub operation_timeout: Duration,
    /// The fewest healthy targets that a detach may leave in a target group; 0 lets every detach pass
    #[arg(long, env = "ELB_MANAGER_MINIMUM_HEALTHY", value_name = "NUMBER", default_value_t = 1)]
    pub minimum_healthy: usize,
    /// What is done about an attach or detach where an Auto Scaling group, ECS or Kubernetes writes too, which may undo it: its
    /// answer has a warning, or it is refused
    #[arg(long, env = "ELB_MANAGER_MANAGED", value_name = "WHAT", value_enum, default_value_t = OfOthers::Warn)]
    pub managed: OfOthers,
    /// How many requests a second one caller may send; without, as many as it likes
    #[arg(long, env = "ELB_MANAGER_RATE_LIMIT", value_name = "REQUESTS")]
    pub rate_limit: Option<NonZeroU32>,
    /// How many proxies stand in front, each of which adds an address to X-Forwarded-For: 1 behind a load balancer. The
    /// address of a client is taken from there, for the log and for the limit of wrong passwords
    #[arg(long, env = "ELB_MANAGER_PROXIES", value_name = "NUMBER", default_value_t = 0)]
    pub proxies: usize,
    /// How many connections there may be at once; further ones wait until one ends
    #[arg(long, env = "ELB_MANAGER_MAX_CONNECTIONS", value_name = "NUMBER", default_value = "10000", value_parser = connections)]
    pub max_connections: usize,
    /// How many load balancers one caller may follow at once
    #[arg(long, env = "ELB_MANAGER_MAX_STREAMS", value_name = "NUMBER", default_value = "100", value_parser = connections)]
    pub max_streams: usize,
    /// The OpenTelemetry collector that traces are sent to, by OTLP over HTTP; without, there are none
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL", value_parser = collector)]
    pub otlp_endpoint: Option<String>,
    /// How long the head of a request may take, the wait for it on an open connection included, in seconds. A load
    /// balancer in front keeps connections for its idle timeout, 60 seconds by default: keep this longer
    #[arg(long, env = "ELB_MANAGER_HEAD_TIMEOUT", value_name = "SECONDS", default_value = "75", value_parser = seconds)]
    pub head_timeout: Duration,
    /// How long requests are still accepted after the service was told to stop, in seconds: /readyz says 503 and each answer
    /// closes its connection, so that a proxy that asks /readyz turns elsewhere before it meets a closed port
    #[arg(long, env = "ELB_MANAGER_LINGER", value_name = "SECONDS", default_value = "0", value_parser = linger)]
    pub linger: Duration,
    /// How long the body of a request may take to arrive, in seconds
    #[arg(long, env = "ELB_MANAGER_BODY_TIMEOUT", value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub body_timeout: Duration,
}

/// A text that is overwritten when it is dropped, and not shown by `Debug`.
#[derive(Clone)]
pub struct Hidden(Zeroizing<String>);

impl Hidden {
    /// The text itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Hidden {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(Zeroizing::new(text.to_owned())))
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

/// What is done about a change where somebody else writes too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OfOthers {
    /// The answer has a warning
    Warn,
    /// It is refused with 409 `ManagedByController`
    Refuse,
}

impl From<OfOthers> for Managed {
    fn from(option: OfOthers) -> Self {
        match option {
            OfOthers::Warn => Self::Warn,
            OfOthers::Refuse => Self::Refuse,
        }
    }
}

/// The options of the simulator alone.
#[derive(Debug, Args)]
#[command(after_long_help = operations())]
pub struct SimulateOptions {
    /// The address to listen on; port 0 takes a free one. Loopback only: the simulator believes every signature
    #[arg(long, env = "ELB_MANAGER_SIMULATOR_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4566", value_parser = loopback)]
    pub listen: SocketAddr,
    /// How much faster than real time the clock runs: 60 makes a minute a second
    #[arg(long, env = "ELB_MANAGER_TIME_SCALE", value_name = "FACTOR", default_value_t = 1.0, value_parser = factor)]
    pub time_scale: f64,
    /// What there is at the start: a fleet file, or the size of a generated fleet, as 50x10x100 (load balancers, target
    /// groups of each, targets of each group) or 50x10x100:shared (machines that all groups share). Without, the load
    /// balancer default-alb with three machines
    #[arg(long, env = "ELB_MANAGER_FLEET", value_name = "FILE|SIZE")]
    pub fleet: Option<FleetSource>,
    /// Throttles calls by buckets of tokens: `documented`, `off`, or a list such as documented,elbv2:describe=200/50
    /// (SERVICE:CLASS=BURST/REFILL, the refill a second; the classes are registration, describe, describeAll and mutation)
    #[arg(long, env = "ELB_MANAGER_SIMULATOR_THROTTLE", value_name = "BUCKETS", default_value = "off")]
    pub throttle: Throttling,
    /// How long answers take: 20ms, 10ms..50ms (uniform) or 20ms/300ms (median and 99th percentile); of one action:
    /// elbv2:RegisterTargets=20ms. Several are separated by commas
    #[arg(long, env = "ELB_MANAGER_SIMULATOR_LATENCY", value_name = "LATENCY", value_delimiter = ',', value_parser = elbm_simulator::setting::<Latency>)]
    pub latency: Vec<(Calls, Latency)>,
    /// The share of the calls that fail: 0.2, or 0.5:throttled, or of one action elbv2:RegisterTargets=0.5:throttled.
    /// Several are separated by commas
    #[arg(long, env = "ELB_MANAGER_SIMULATOR_ERROR_RATE", value_name = "SHARE", value_delimiter = ',', value_parser = elbm_simulator::setting::<ErrorRates>)]
    pub error_rate: Vec<(Calls, ErrorRates)>,
    /// What latencies and errors are drawn from: with the same seed the same calls in the same order meet the same
    #[arg(long, env = "ELB_MANAGER_SIMULATOR_SEED", value_name = "NUMBER", default_value_t = 0)]
    pub seed: u64,
    /// Where programs read and turn the simulator, by JSON over HTTP; port 0 takes a free one. Loopback only: whoever
    /// reaches it may do all of it. --help lists the operations
    #[arg(long, env = "ELB_MANAGER_SIMULATOR_CONTROL", value_name = "ADDRESS:PORT", value_parser = loopback)]
    pub control: Option<SocketAddr>,
}

/// The operations of the control endpoint, for the help.
fn operations() -> String {
    let head = "The operations of --control, each the body of a POST to / with the content type application/json:";
    OPERATIONS.iter().fold(head.to_owned(), |help, (example, does)| format!("{help}\n  {example}\n      {does}"))
}

/// The options of the health check.
#[derive(Debug, Args)]
pub struct HealthcheckOptions {
    /// The address that the service listens on
    #[arg(long, env = "ELB_MANAGER_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:5000")]
    pub listen: SocketAddr,
    /// Asks by TLS, as the service answers that has this option. Which certificate it shows is not looked at: nothing secret
    /// is asked
    #[arg(long, env = "ELB_MANAGER_TLS_CERTIFICATE", value_name = "FILE")]
    pub tls_certificate: Option<PathBuf>,
    /// How long the answer may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    pub timeout: Duration,
}

/// The options of `credentials add`.
#[derive(Debug, Args)]
pub struct AddOptions {
    /// The credentials file; it is made where it is not there
    #[arg(long, env = "ELB_MANAGER_CREDENTIALS", value_name = "FILE")]
    pub file: PathBuf,
    /// The name of the principal
    #[arg(long, value_name = "NAME", value_parser = auth::name)]
    pub name: String,
    /// What it may do
    #[arg(long, value_name = "ROLE")]
    pub role: Role,
    /// A load balancer that it may do it to, `*` standing for any run of characters; can be repeated. Without, all
    #[arg(long = "load-balancer", value_name = "PATTERN")]
    pub load_balancers: Vec<Pattern>,
    /// Makes a bearer token and prints it, once, instead of reading a password
    #[arg(long)]
    pub token: bool,
    /// Whoever AWS says is this, by --aws-sign-in, instead of a password: the ARN of a role, of sessions of it or of a user,
    /// e.g. `arn:aws:iam::123456789012:role/deploy` or `arn:aws:sts::123456789012:assumed-role/deploy/*`
    #[arg(long, value_name = "ARN", conflicts_with = "token")]
    pub aws_arn: Option<ArnPattern>,
}

/// A name as hosts have it: it is sent to AWS in a header.
fn sign_in_name(text: &str) -> Result<String, String> {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    if (1..=253).contains(&text.len()) && text.bytes().all(known) {
        Ok(text.to_owned())
    } else {
        Err("it must be a name as hosts have it, in lower case, e.g. elbm.example.com".to_owned())
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "it must be ADDRESS:PORT, e.g. 127.0.0.1:5000".to_owned())
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address = address(text)?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("it is not a loopback address; use 127.0.0.1 or [::1]".to_owned())
    }
}

/// The fastest clock that the simulator has: a day in less than nine seconds.
const FASTEST: f64 = 10_000.0;

fn factor(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(factor) if factor > 0.0 && factor <= FASTEST => Ok(factor),
        _ => Err(format!("it must be a number above 0 and at most {FASTEST}")),
    }
}

fn collector(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("http://").filter(|rest| !rest.is_empty());
    let sentence = "it must be http://ADDRESS:PORT of a collector, e.g. http://127.0.0.1:4318; one beside the service sends on by TLS";
    rest.map(|_| text.to_owned()).ok_or_else(|| sentence.to_owned())
}

/// The most connections that can be asked for: as many as there are ports on one address.
const MOST_CONNECTIONS: usize = 65_535;

fn connections(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if (1..=MOST_CONNECTIONS).contains(&number) => Ok(number),
        _ => Err(format!("it must be a number from 1 to {MOST_CONNECTIONS}")),
    }
}

/// The longest timeout: an hour.
const LONGEST: f64 = 3600.0;

/// The longest time to linger: whoever stops a service does not wait for ever.
const LONGEST_LINGER: f64 = 60.0;

fn linger(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=LONGEST_LINGER).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(format!("it must be a number of seconds from 0 to {LONGEST_LINGER}")),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= LONGEST => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(format!("it must be a number of seconds above 0 and at most {LONGEST}")),
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::{Command, Options};

    #[test]
    fn the_command_line_is_well_formed() {
        Options::command().debug_assert();
    }

    #[test]
    fn the_defaults_are_those_of_the_readme() {
        let options = Options::try_parse_from(["elb-instance-manager"]).expect("no options are needed");
        assert_eq!(options.serve.listen.to_string(), "127.0.0.1:5000");
        assert!(!options.serve.simulate);
    }

    #[test]
    fn refuses_what_cannot_be_meant() {
        for (arguments, sentence) in [
            (vec!["--listen", "localhost"], "ADDRESS:PORT"),
            (vec!["--time-scale", "2"], "--simulate"),
            (vec!["--simulate", "--time-scale", "0"], "above 0"),
            (vec!["--simulate", "--time-scale", "NaN"], "above 0"),
            (vec!["--fleet", "fleet.yaml"], "--simulate"),
            (vec!["simulate", "--fleet", "50x10"], "50x10x100"),
            (vec!["simulate", "--fleet", "50x10x0"], "at least one of each"),
            (vec!["--aws-timeout", "-1"], "above 0"),
            (vec!["--verify-timeout", "1e9"], "at most 3600"),
            (vec!["--max-connections", "0"], "from 1 to"),
            (vec!["--max-streams", "0"], "from 1 to"),
            (vec!["--managed", "ignore"], "warn, refuse"),
            (vec!["--aws-sign-in", "https://elbm"], "as hosts have it"),
            (vec!["--otlp-endpoint", "https://a.example"], "http://ADDRESS:PORT"),
            (vec!["--tls-certificate", "tls.crt"], "--tls-key"),
            (vec!["--tls-key", "tls.key"], "--tls-certificate"),
            (vec!["simulate", "--listen", "10.0.0.1:1"], "not a loopback address"),
        ] {
            // `--option=value` keeps clap from reading `-1` as an option.
            let joined = arguments.join("=").replace("--simulate=", "--simulate ").replace("simulate=", "simulate ");
            let all = std::iter::once("elb-instance-manager").chain(joined.split(' '));
            let error = Options::try_parse_from(all).expect_err(&joined).to_string();
            let error = error.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(error.contains(sentence), "{joined}: {error}");
        }
    }

    #[test]
    fn the_simulator_is_a_subcommand() {
        let options = Options::try_parse_from(["elb-instance-manager", "simulate", "--listen", "127.0.0.1:0"]);
        assert!(matches!(options.expect("well formed").command, Some(Command::Simulate(_))));
    }
}
