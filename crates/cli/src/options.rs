//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use elbm_client::types::{InstanceId, LoadBalancerKind, LoadBalancerName, Port, Reason, TargetGroupName};

use crate::exit;
use crate::values::{instance, load_balancer, longest, port, reason, target_group};

/// Manages the machines behind AWS load balancers, through the service elb-instance-manager.
#[derive(Debug, Parser)]
#[command(name = "elbm", version, after_help = exit::TABLE, after_long_help = long())]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// The address of the service; without, the one that `elbm login` keeps
    #[arg(long, global = true, env = "ELBM_SERVER", value_name = "URL", display_order = 100)]
    pub(crate) server: Option<String>,
    /// Signs in with the AWS credentials of the environment or, on an instance, of its role. NAME is the one that the service goes by;
    /// without, the host of its address
    #[arg(long, global = true, env = "ELBM_AWS", value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = "", display_order = 101)]
    pub(crate) aws: Option<String>,
    /// For people, or for programs
    #[arg(long, global = true, value_enum, default_value_t = Format::Table, display_order = 102)]
    pub(crate) output: Format,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lists the load balancers
    Ls(Ls),
    /// Shows the machines of a load balancer
    Show(LoadBalancer),
    /// Shows everything that is registered in a load balancer, whatever it is
    Targets(LoadBalancer),
    /// Attaches machines to a load balancer
    Attach(Attach),
    /// Detaches machines from a load balancer
    Detach(Detach),
    /// Follows the machines of a load balancer, in a table that changes with them
    Watch(LoadBalancer),
    /// Makes the attaches and detaches of a file as one change
    #[command(long_about = APPLY)]
    Apply(Apply),
    /// Shows a machine in every load balancer, or who is out for maintenance
    Where(Where),
    /// Takes machines out of everything, and remembers where they were
    Drain(Drain),
    /// Puts machines back where they were before they were drained
    Restore(Restore),
    /// Keeps the address of the service and the token to call it with
    #[command(long_about = LOGIN)]
    Login(Login),
    /// Prints the completions of a shell
    Completions(Completions),
    /// Prints the manual page, or writes that of every command
    Man(Man),
}

/// What a command tells of itself stands with its place in the list: from its options it would not be seen.
const APPLY: &str = "\
Makes the attaches and detaches of a file as one change

The file is YAML, or JSON, as the service takes it:

  items:
    - {action: attach, instanceId: i-06060a1e235609999}
    - {action: detach, instanceId: i-0a1b2c3d4e5f60718, targetGroup: default-tg, port: 80}
  expectedMembership: 6c1f0e9d2b7a4853

At most 1,000. What is so already is left as it is, and a bad item does not keep the others. With expectedMembership, the \
Membership-Version of the list, nothing is changed where somebody else has changed the membership since.";

const LOGIN: &str = "\
Keeps the address of the service and the token to call it with

With --aws there is no token: it is kept that AWS says who calls. Else the token is read from the terminal, or is the first line of standard input; an empty one is for a service without credentials. Both \
are tried before they are kept, in a file that nobody else may read.";

#[derive(Debug, Args)]
pub(crate) struct Ls {
    /// Only those of this kind
    #[arg(long, value_enum)]
    pub(crate) kind: Option<Kind>,
    /// Counts the machines of each by health, which takes AWS a while
    #[arg(long)]
    pub(crate) counts: bool,
}

/// Names a load balancer.
#[derive(Debug, Args)]
pub(crate) struct LoadBalancer {
    /// The name of the load balancer
    #[arg(value_name = "LOAD_BALANCER", value_parser = load_balancer)]
    pub(crate) name: LoadBalancerName,
    /// Its kind, where a Classic one has the same name as another
    #[arg(long, value_enum)]
    pub(crate) kind: Option<Kind>,
}

/// A kind of load balancers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Application,
    Network,
    Gateway,
    Classic,
}

impl From<Kind> for LoadBalancerKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Application => Self::Application,
            Kind::Network => Self::Network,
            Kind::Gateway => Self::Gateway,
            Kind::Classic => Self::Classic,
        }
    }
}

/// Names machines.
#[derive(Debug, Args)]
pub(crate) struct Machines {
    /// The ids of the machines, e.g. i-06060a1e235609999
    #[arg(value_name = "INSTANCE", value_parser = instance, required_unless_present = "own")]
    pub(crate) instances: Vec<InstanceId>,
    /// The machine that this runs on, an EC2 instance
    #[arg(long = "self", conflicts_with = "instances")]
    pub(crate) own: bool,
}

/// What a change of one load balancer is about.
#[derive(Debug, Args)]
pub(crate) struct Change {
    #[command(flatten)]
    pub(crate) load_balancer: LoadBalancer,
    #[command(flatten)]
    pub(crate) machines: Machines,
    /// The target group; without, attach takes the one that the listeners use by default, detach all
    #[arg(long, value_name = "NAME", value_parser = target_group)]
    pub(crate) target_group: Option<TargetGroupName>,
    /// The port; without, attach takes the target group's, detach all
    #[arg(long, value_name = "NUMBER", value_parser = port)]
    pub(crate) port: Option<Port>,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

/// Whether to wait.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Wait {
    /// Waits until the machines are healthy, or gone; for so many seconds at most, or as long as AWS may take by the settings
    /// of the target groups
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = SETTINGS, value_parser = longest)]
    pub(crate) wait: Option<Longest>,
}

/// How long to wait at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Longest {
    /// As long as AWS may take by the settings of the target groups.
    Settings,
    Seconds(Duration),
}

/// How the first is written.
pub(crate) const SETTINGS: &str = "settings";

#[derive(Debug, Args)]
pub(crate) struct Attach {
    #[command(flatten)]
    pub(crate) change: Change,
}

#[derive(Debug, Args)]
pub(crate) struct Detach {
    #[command(flatten)]
    pub(crate) change: Change,
    #[command(flatten)]
    pub(crate) force: Force,
}

/// Whether and why to override the guard.
#[derive(Debug, Args)]
pub(crate) struct Force {
    /// Goes on although too few healthy targets would be left; needs --reason
    #[arg(long, requires = "reason")]
    pub(crate) force: bool,
    /// Why, for the log of the service and, of a drain, for whoever sees the machine out
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub(crate) reason: Option<Reason>,
}

#[derive(Debug, Args)]
pub(crate) struct Apply {
    #[command(flatten)]
    pub(crate) load_balancer: LoadBalancer,
    /// The file; - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Shows what would be done, and changes nothing
    #[arg(long, conflicts_with = "wait")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) wait: Wait,
    #[command(flatten)]
    pub(crate) force: Force,
}

#[derive(Debug, Args)]
pub(crate) struct Where {
    /// The id of the machine
    #[arg(value_name = "INSTANCE", value_parser = instance, required_unless_present_any = ["own", "drained"])]
    pub(crate) instance: Option<InstanceId>,
    /// The machine that this runs on, an EC2 instance
    #[arg(long = "self", conflicts_with_all = ["instance", "drained"])]
    pub(crate) own: bool,
    /// Every machine that is out for maintenance: by whom, since when, why
    #[arg(long, conflicts_with = "instance")]
    pub(crate) drained: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Drain {
    #[command(flatten)]
    pub(crate) machines: Machines,
    /// Puts a machine of an Auto Scaling group into Standby, which would be refused otherwise
    #[arg(long)]
    pub(crate) standby: bool,
    #[command(flatten)]
    pub(crate) wait: Wait,
    #[command(flatten)]
    pub(crate) force: Force,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    pub(crate) machines: Machines,
    /// Leaves out, and forgets, what is not there any more
    #[arg(long)]
    pub(crate) skip_gone: bool,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

#[derive(Debug, Args)]
pub(crate) struct Login {
    /// The address of the service; without, --server or `ELBM_SERVER`
    #[arg(value_name = "URL")]
    pub(crate) url: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Writes a page for each command into this folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) directory: Option<PathBuf>,
}

fn long() -> String {
    format!(
        "\
{}

Environment:
  ELBM_SERVER     the address of the service
  ELBM_TOKEN      the token to call it with; there is no argument, which others could read
  ELBM_AWS        signs in with AWS, as --aws: 1, or the name of the service
  AWS_REGION, AWS_PROFILE, ...
                  the AWS credentials that --aws signs with
  NO_COLOR        no colours
  XDG_CONFIG_HOME where `elbm login` keeps elbm/login.json, ~/.config by default
  AWS_EC2_METADATA_SERVICE_ENDPOINT
                  where --self asks for the id of the machine",
        exit::TABLE
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clap::{CommandFactory as _, Parser as _};

    use super::{Command, Longest, Options};

    #[test]
    fn the_command_line_is_well_formed() {
        Options::command().debug_assert();
    }

    #[test]
    fn the_readme_says_what_there_is() {
        let readme = include_str!("../../../README.md").replace("\"$machine\"", "i-12345678");
        let commands = readme.lines().filter_map(|line| {
            let line = line.trim_start();
            let command =
                line.strip_prefix("elbm ").or_else(|| line.split_once("=/usr/local/bin/elbm ").map(|(_, it)| it))?;
            Some(["elbm"].into_iter().chain(command.split_whitespace()).collect::<Vec<_>>())
        });
        let commands: Vec<_> = commands.collect();
        assert!(commands.len() > 5, "{commands:?}");
        for command in commands {
            Options::try_parse_from(&command).unwrap_or_else(|error| panic!("{command:?}: {error}"));
        }
    }

    #[test]
    fn a_wait_takes_its_seconds_with_a_sign_of_equality_only() {
        let wait = |arguments: &[&str]| {
            let all = ["elbm", "attach", "web", "i-12345678"].iter().chain(arguments);
            match Options::try_parse_from(all).map(|options| options.command) {
                Ok(Command::Attach(attach)) => attach.change.wait.wait,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(wait(&[]), None);
        assert_eq!(wait(&["--wait"]), Some(Longest::Settings));
        assert_eq!(wait(&["--wait=90"]), Some(Longest::Seconds(Duration::from_secs(90))));
        // What follows without it is another machine.
        assert!(Options::try_parse_from(["elbm", "attach", "web", "i-12345678", "--wait", "90"]).is_err());
    }

    #[test]
    fn what_is_not_well_formed_is_refused_with_its_rule() {
        for (arguments, rule) in [
            (&["show", "a b"][..], "letters, digits and hyphens"),
            (&["attach", "web"], "required"),
            (&["attach", "web", "i-xyz"], "8 or 17 hexadecimal digits"),
            (&["attach", "web", "i-12345678", "--self"], "cannot be used with"),
            (&["attach", "web", "--self", "--port", "0"], "from 1 to 65535"),
            (&["attach", "web", "--self", "--port", "65536"], "from 1 to 65535"),
            (&["attach", "web", "--self", "--wait=0"], "number of seconds"),
            (&["detach", "web", "--self", "--force"], "--reason"),
            (&["detach", "web", "--self", "--reason", "ä"], "printable ASCII"),
            (&["ls", "--kind", "big"], "possible values"),
        ] {
            let error = Options::try_parse_from(["elbm"].iter().chain(arguments)).expect_err("it is refused");
            assert!(error.to_string().contains(rule), "{arguments:?}: {error}");
            assert_eq!(error.exit_code(), 2);
        }
    }
}
