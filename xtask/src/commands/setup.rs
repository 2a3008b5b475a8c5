//! `cargo xtask setup`

use anyhow::bail;

use crate::deployments::{CHECKOV, KUBERNETES_VALIDATE};
use crate::moto::MOTO;
use crate::process::Process;
use crate::schemathesis::SCHEMATHESIS;
use crate::steps::Steps;
use crate::version::Version;

/// What a machine must have.
#[derive(Debug)]
struct Need {
    name: &'static str,
    /// What prints its version, or succeeds where it is there.
    probe: &'static [&'static str],
    /// The oldest version that will do; any, if none.
    oldest: Option<Version>,
    /// What it is needed for.
    purpose: &'static str,
    /// Whether the commands `run` and `test` need it.
    required: bool,
    /// How to get it.
    remedy: &'static str,
}

/// What was found of a tool.
#[derive(Debug, PartialEq, Eq)]
enum Finding {
    /// It is there; the version, if it prints one.
    Good(Option<Version>),
    /// It is there, in a version that is too old or that it does not tell.
    Old(Option<Version>),
    Missing,
}

/// Looks for what the other commands need, tells what is missing and how to get it, and prepares the Python tools of the
/// tests
pub(crate) fn run() -> anyhow::Result<()> {
    let found: Vec<_> = needs(env!("CARGO_PKG_RUST_VERSION").parse()?)
        .into_iter()
        .map(|need| {
            let output = probe(&need).read().ok();
            let finding = judge(output.as_deref().map(String::from_utf8_lossy).as_deref(), need.oldest);
            (need, finding)
        })
        .collect();
    eprintln!();
    for (need, finding) in &found {
        eprintln!("{}", line(need, finding));
    }
    let lacking = lacking(&found);
    if !lacking.is_empty() {
        bail!("needed, and not there: {}", lacking.join(", "));
    }
    let mut steps = Steps::default();
    for tool in [MOTO, SCHEMATHESIS, CHECKOV, KUBERNETES_VALIDATE] {
        steps.step(&format!("Python environment of {}", tool.name), || tool.installed().map(drop))?;
    }
    steps.report();
    eprintln!("ready: `cargo xtask run`, `cargo xtask test`");
    Ok(())
}

fn needs(rust: Version) -> [Need; 6] {
    let rustup = "`rustup update stable`, or https://rustup.rs";
    [
        Need {
            name: "cargo",
            probe: &["cargo", "--version"],
            oldest: Some(rust),
            purpose: "everything",
            required: true,
            remedy: rustup,
        },
        Need {
            name: "rustc",
            probe: &["rustc", "--version"],
            oldest: Some(rust),
            purpose: "everything",
            required: true,
            remedy: rustup,
        },
        Need {
            name: "C compiler",
            probe: &["cc", "--version"],
            oldest: None,
            purpose: "linking, and the cryptography of the AWS SDK",
            required: true,
            remedy: "Debian: `apt-get install gcc libc6-dev`; macOS: `xcode-select --install`",
        },
        Need {
            name: "python3",
            probe: &["python3", "--version"],
            // What schemathesis needs; moto is content with less.
            oldest: Some(Version::new(3, 11, 0)),
            purpose: "moto and schemathesis in `cargo xtask test`",
            required: true,
            remedy: "Debian: `apt-get install python3`, or https://www.python.org",
        },
        Need {
            name: "python3 venv",
            // Debian ships venv without ensurepip, which every new environment needs.
            probe: &["python3", "-c", "import ensurepip, venv"],
            oldest: None,
            purpose: "moto and schemathesis in `cargo xtask test`",
            required: true,
            remedy: "Debian: `apt-get install python3-venv`",
        },
        Need {
            name: "git",
            probe: &["git", "--version"],
            oldest: None,
            purpose: "contributing",
            required: false,
            remedy: "Debian: `apt-get install git`, or https://git-scm.com",
        },
    ]
}

fn probe(need: &Need) -> Process {
    let (program, arguments) = need.probe.split_first().unwrap_or((&need.name, &[]));
    Process::new(*program).args(arguments.iter().copied())
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

/// One line for a tool: whether it will do, what was found, what is needed, and what to do.
fn line(need: &Need, finding: &Finding) -> String {
    let found = |version: &Option<Version>| version.map_or("found".to_owned(), |version| format!("found {version}"));
    let needed = need.oldest.map_or(String::new(), |oldest| format!(", needed {oldest} or later"));
    let (word, text) = match finding {
        Finding::Good(version) => ("ok", format!("{}{needed}", found(version))),
        Finding::Old(version) => ("old", format!("{}{needed}, for {}: {}", found(version), need.purpose, need.remedy)),
        Finding::Missing => ("missing", format!("not found{needed}, for {}: {}", need.purpose, need.remedy)),
    };
    format!("{word:<8} {:<13} {text}", need.name)
}

/// The names of what is required and is not there, or will not do.
fn lacking(found: &[(Need, Finding)]) -> Vec<&'static str> {
    found
        .iter()
        .filter(|(need, finding)| need.required && !matches!(finding, Finding::Good(_)))
        .map(|(need, _)| need.name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Finding, judge, lacking, line, needs, probe};
    use crate::version::Version;

    const RUST: Version = Version::new(1, 94, 1);

    #[test]
    fn asks_each_tool_itself() {
        let probes = needs(RUST).map(|need| probe(&need).to_string());
        assert_eq!(
            probes,
            [
                "cargo --version",
                "rustc --version",
                "cc --version",
                "python3 --version",
                "python3 -c 'import ensurepip, venv'",
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

    #[test]
    fn tells_found_and_needed_and_how_to_get_what_is_missing() {
        let [cargo, .., git] = needs(RUST);
        assert_eq!(
            line(&cargo, &Finding::Good(Some(RUST))),
            "ok       cargo         found 1.94.1, needed 1.94.1 or later"
        );
        assert_eq!(
            line(&cargo, &Finding::Old(Some(Version::new(1, 90, 0)))),
            "old      cargo         found 1.90.0, needed 1.94.1 or later, for everything: `rustup update stable`, or \
             https://rustup.rs"
        );
        assert_eq!(
            line(&git, &Finding::Missing),
            "missing  git           not found, for contributing: Debian: `apt-get install git`, or https://git-scm.com"
        );
    }

    #[test]
    fn only_what_run_and_test_need_is_lacking() {
        let found: Vec<_> = needs(RUST).into_iter().map(|need| (need, Finding::Missing)).collect();
        assert_eq!(lacking(&found), ["cargo", "rustc", "C compiler", "python3", "python3 venv"]);
        let found: Vec<_> = needs(RUST).into_iter().map(|need| (need, Finding::Good(None))).collect();
        assert!(lacking(&found).is_empty());
    }
}
