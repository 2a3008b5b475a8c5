//! What the commands need of a machine.

use std::fmt;
use std::path::Path;

use crate::docker;
use crate::image::artifact;
use crate::process::Process;
use crate::terraform;
use crate::version::Version;

/// What a machine must have.
#[derive(Debug)]
struct Need {
    name: &'static str,
    probe: Probe,
    /// The oldest version that will do; any, if none.
    oldest: Option<Version>,
    /// What it is needed for.
    purpose: &'static str,
    /// Whether a command fails without it.
    required: bool,
    /// How to get it.
    remedy: &'static str,
}

/// How it is looked for.
#[derive(Debug)]
enum Probe {
    /// A command that prints its version, or succeeds where it is there.
    Command(Process),
    /// A file, if there is one.
    File(Option<&'static Path>),
}

/// What was found of it.
#[derive(Debug, PartialEq, Eq)]
enum Finding {
    /// It is there; the version, if it prints one.
    Good(Option<Version>),
    /// It is there, in a version that is too old or that it does not tell.
    Old(Option<Version>),
    Missing,
}

/// Something that is needed, and what was found of it.
#[derive(Debug)]
pub(crate) struct Prerequisite {
    need: Need,
    finding: Finding,
}

/// Looks for everything that is needed.
///
/// # Errors
/// Where the project does not say which Rust it needs.
pub(crate) fn found() -> anyhow::Result<Vec<Prerequisite>> {
    let look = |need: Need| {
        let finding = match &need.probe {
            Probe::Command(process) => {
                let output = process.read().ok();
                judge(output.as_deref().map(String::from_utf8_lossy).as_deref(), need.oldest)
            }
            Probe::File(file) => file.map_or(Finding::Missing, |_| Finding::Good(None)),
        };
        Prerequisite { need, finding }
    };
    Ok(needs(env!("CARGO_PKG_RUST_VERSION").parse()?).into_iter().map(look).collect())
}

/// The names of what is required and is not there, or will not do.
pub(crate) fn lacking(found: &[Prerequisite]) -> Vec<&'static str> {
    found
        .iter()
        .filter(|it| it.need.required && !matches!(it.finding, Finding::Good(_)))
        .map(|it| it.need.name)
        .collect()
}

/// One line: whether it will do, what was found, what is needed, and what to do.
impl fmt::Display for Prerequisite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { need, finding } = self;
        let found =
            |version: &Option<Version>| version.map_or("found".to_owned(), |version| format!("found {version}"));
        let needed = need.oldest.map_or(String::new(), |oldest| format!(", needed {oldest} or later"));
        let (word, text) = match finding {
            Finding::Good(version) => ("ok", format!("{}{needed}", found(version))),
            Finding::Old(version) => {
                ("old", format!("{}{needed}, for {}: {}", found(version), need.purpose, need.remedy))
            }
            Finding::Missing => ("missing", format!("not found{needed}, for {}: {}", need.purpose, need.remedy)),
        };
        write!(f, "{word:<8} {:<14} {text}", need.name)
    }
}

fn needs(rust: Version) -> [Need; 12] {
    let rustup = "`rustup update stable`, or https://rustup.rs";
    let image = "the image: `cargo xtask build-image`, `deploy`";
    [
        Need {
            name: "cargo",
            probe: command("cargo --version"),
            oldest: Some(rust),
            purpose: "everything",
            required: true,
            remedy: rustup,
        },
        Need {
            name: "rustc",
            probe: command("rustc --version"),
            oldest: Some(rust),
            purpose: "everything",
            required: true,
            remedy: rustup,
        },
        Need {
            name: "C compiler",
            probe: command("cc --version"),
            oldest: None,
            purpose: "linking, and the cryptography of the AWS SDK",
            required: true,
            remedy: "Debian: `apt-get install gcc libc6-dev`; macOS: `xcode-select --install`",
        },
        Need {
            name: "python3",
            probe: command("python3 --version"),
            // What schemathesis needs; moto is content with less.
            oldest: Some(Version::new(3, 11, 0)),
            purpose: "moto, schemathesis and openapi-generator in `cargo xtask test`",
            required: true,
            remedy: "Debian: `apt-get install python3`, or https://www.python.org",
        },
        Need {
            name: "python3 venv",
            // Debian ships venv without ensurepip, which every new environment needs.
            probe: Probe::Command(Process::new("python3").args(["-c", "import ensurepip, venv"])),
            oldest: None,
            purpose: "moto, schemathesis and openapi-generator in `cargo xtask test`",
            required: true,
            remedy: "Debian: `apt-get install python3-venv`",
        },
        Need {
            name: "docker",
            probe: Probe::Command(docker::client()),
            oldest: Some(docker::OLDEST),
            purpose: image,
            required: true,
            remedy: docker::REMEDY,
        },
        Need {
            name: "docker engine",
            probe: Probe::Command(docker::engine()),
            oldest: Some(docker::OLDEST),
            purpose: image,
            required: true,
            remedy: docker::ENGINE_REMEDY,
        },
        Need {
            name: "CA bundle",
            probe: Probe::File(artifact::bundle()),
            oldest: None,
            purpose: image,
            required: true,
            remedy: artifact::BUNDLE_REMEDY,
        },
        Need {
            name: "terraform",
            probe: Probe::Command(terraform::version()),
            oldest: Some(terraform::OLDEST),
            purpose: "the infrastructure: `cargo xtask plan`, `deploy`",
            required: true,
            remedy: terraform::REMEDY,
        },
        wish(
            "aws",
            "the proposals of `cargo xtask configure`",
            "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
        ),
        wish(
            "npm",
            "the web page: `cargo xtask page`, and its tests and the TypeScript client in `cargo xtask test`",
            "Debian: `apt-get install nodejs npm`, or https://nodejs.org",
        ),
        wish("git", "contributing", "Debian: `apt-get install git`, or https://git-scm.com"),
    ]
}

fn command(words: &str) -> Probe {
    let (program, arguments) = words.split_once(' ').unwrap_or((words, ""));
    Probe::Command(Process::new(program).words(arguments))
}

/// A program of which any version will do, and without which no command fails.
fn wish(program: &'static str, purpose: &'static str, remedy: &'static str) -> Need {
    let probe = command(&format!("{program} --version"));
    Need { name: program, probe, oldest: None, purpose, required: false, remedy }
}

/// What the output of a tool's probe says; none, if the probe failed.
fn judge(output: Option<&str>, oldest: Option<Version>) -> Finding {
    let Some(output) = output else { return Finding::Missing };
    let version = Version::printed(output);
    match oldest {
        Some(oldest) if version.is_none_or(|version| version < oldest) => Finding::Old(version),
        _ => Finding::Good(version),
    }
}

#[cfg(test)]
mod tests {
    use super::{Finding, Need, Prerequisite, Probe, judge, lacking, needs};
    use crate::version::Version;

    const RUST: Version = Version::new(1, 94, 1);

    #[test]
    fn asks_each_tool_itself() {
        let probes: Vec<_> = needs(RUST)
            .into_iter()
            .filter_map(|need| match need.probe {
                Probe::Command(process) => Some(process.to_string()),
                Probe::File(_) => None,
            })
            .collect();
        assert_eq!(
            probes,
            [
                "cargo --version",
                "rustc --version",
                "cc --version",
                "python3 --version",
                "python3 -c 'import ensurepip, venv'",
                "docker --version",
                "docker version --format '{{.Server.Version}}'",
                "CHECKPOINT_DISABLE=1 terraform version",
                "aws --version",
                "npm --version",
                "git --version",
            ]
        );
    }

    #[test]
    fn judges_by_the_version_where_one_is_needed() {
        for (output, oldest, finding) in [
            (Some("rustc 1.94.1"), Some(RUST), Finding::Good(Some(RUST))),
            (Some("rustc 1.100.0"), Some(RUST), Finding::Good(Some(Version::new(1, 100, 0)))),
            (Some("rustc 1.94.0"), Some(RUST), Finding::Old(Some(Version::new(1, 94, 0)))),
            (Some("rustc"), Some(RUST), Finding::Old(None)),
            (Some(""), None, Finding::Good(None)),
            (None, None, Finding::Missing),
            (None, Some(RUST), Finding::Missing),
        ] {
            assert_eq!(judge(output, oldest), finding, "{output:?}");
        }
    }

    fn of(name: &str, finding: Finding) -> Prerequisite {
        let need: Need = needs(RUST).into_iter().find(|need| need.name == name).expect("it is needed");
        Prerequisite { need, finding }
    }

    #[test]
    fn tells_found_and_needed_and_how_to_get_what_is_missing() {
        for (prerequisite, line) in [
            (of("cargo", Finding::Good(Some(RUST))), "ok       cargo          found 1.94.1, needed 1.94.1 or later"),
            (
                of("terraform", Finding::Old(Some(Version::new(1, 5, 7)))),
                "old      terraform      found 1.5.7, needed 1.11.0 or later, for the infrastructure: `cargo xtask plan`, \
                 `deploy`: https://developer.hashicorp.com/terraform/install",
            ),
            (
                of("git", Finding::Missing),
                "missing  git            not found, for contributing: Debian: `apt-get install git`, or https://git-scm.com",
            ),
        ] {
            assert_eq!(prerequisite.to_string(), line);
        }
    }

    #[test]
    fn only_what_a_command_fails_without_is_lacking() {
        let all = |finding: fn() -> Finding| -> Vec<_> {
            needs(RUST).into_iter().map(|need| Prerequisite { need, finding: finding() }).collect()
        };
        assert_eq!(
            lacking(&all(|| Finding::Missing)),
            [
                "cargo",
                "rustc",
                "C compiler",
                "python3",
                "python3 venv",
                "docker",
                "docker engine",
                "CA bundle",
                "terraform",
            ]
        );
        assert!(lacking(&all(|| Finding::Good(None))).is_empty());
    }
}
