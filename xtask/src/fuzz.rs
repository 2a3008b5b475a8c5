//! libFuzzer on what is read of strangers and people: the targets of `crates/fuzz`, by cargo-fuzz.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::process::Process;
use crate::stamp;
use crate::workspace;

/// Its version; a newer one is tried by changing this.
const VERSION: &str = "0.13.2";

/// How long each target is tried, in seconds: in the first minute most of what there is to reach is reached.
pub(crate) const SECONDS: u32 = 300;

/// The targets, and the largest input of each in bytes: a contract that says something is longer than a request.
const TARGETS: [(&str, u32); 4] = [("contract", 16_384), ("credentials", 4_096), ("query", 4_096), ("request", 4_096)];

/// Where the targets are: a workspace of its own, which the others do not build.
const FOLDER: &str = "crates/fuzz/targets";

/// Installs cargo-fuzz where it is not yet, and runs each target for so many seconds.
///
/// What a run finds stays in `target/fuzz` for the next one. An input on which a target fails is kept there, too: moved into the
/// target's folder in `crates/fuzz/corpus`, it is a test.
///
/// # Errors
/// Where cargo-fuzz or a C++ compiler is not to be had, or a target fails.
pub(crate) fn run(seconds: u32) -> anyhow::Result<()> {
    let programs = installed()?;
    let target = workspace::target().join("fuzz");
    for (name, largest) in TARGETS {
        let finds = target.join("corpus").join(name);
        for folder in [&finds, &target.join("artifacts")] {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        run_of(&programs, &target, name, largest, seconds).run()?;
    }
    Ok(())
}

/// cargo-fuzz, in the folder of tools.
fn installed() -> anyhow::Result<PathBuf> {
    let folder = workspace::target().join("tools/cargo-fuzz");
    stamp::once(&folder.join("installed"), VERSION, || installation(&folder).run())?;
    Ok(folder.join("bin"))
}

fn installation(folder: &Path) -> Process {
    Process::cargo().words("install --quiet --locked --force cargo-fuzz --version").args([
        VERSION,
        "--root",
        &folder.display().to_string(),
    ])
}

/// Without a sanitizer: they look for what `unsafe` code does wrong, and there is none. What looks for new ways through the
/// code is in every toolchain then.
fn run_of(programs: &Path, target: &Path, name: &str, largest: u32, seconds: u32) -> Process {
    let path = |path: PathBuf| path.display().to_string();
    Process::new(path(programs.join("cargo-fuzz")))
        .words("run --sanitizer none --fuzz-dir")
        .args([FOLDER, "--target-dir", &path(target.join("build")), name])
        .args([
            path(target.join("corpus").join(name)),
            path(Path::new("crates/fuzz/corpus").join(name)),
            "--".to_owned(),
        ])
        .args([format!("-max_total_time={seconds}"), format!("-max_len={largest}")])
        .words("-timeout=10 -print_final_stats=1 -verbosity=0")
        .args([format!("-artifact_prefix={}/", target.join("artifacts").display())])
        .env("CARGO_PROFILE_RELEASE_LTO", "false")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::{FOLDER, TARGETS, installation, run_of};
    use crate::workspace;

    #[test]
    fn a_run_keeps_what_it_finds_out_of_the_checkout() {
        assert_eq!(
            run_of(Path::new("bin"), Path::new("target/fuzz"), "query", 4096, 60).to_string(),
            "CARGO_PROFILE_RELEASE_LTO=false bin/cargo-fuzz run --sanitizer none --fuzz-dir crates/fuzz/targets --target-dir \
             target/fuzz/build query target/fuzz/corpus/query crates/fuzz/corpus/query -- -max_total_time=60 -max_len=4096 \
             -timeout=10 -print_final_stats=1 -verbosity=0 -artifact_prefix=target/fuzz/artifacts/"
        );
        assert!(installation(Path::new("t")).to_string().ends_with("cargo-fuzz --version 0.13.2 --root t"));
    }

    #[test]
    fn every_target_has_a_program_and_a_corpus() {
        let folder = workspace::root().join(FOLDER);
        for (name, _) in TARGETS {
            assert!(folder.join(format!("fuzz_targets/{name}.rs")).is_file(), "{name}");
            assert!(workspace::root().join("crates/fuzz/corpus").join(name).is_dir(), "{name}");
        }
        let programs = std::fs::read_dir(folder.join("fuzz_targets")).expect("a folder").count();
        assert_eq!(programs, TARGETS.len());
    }

    /// The packages of a lock file, with their versions.
    fn locked(folder: &str) -> BTreeSet<(String, String)> {
        let file = workspace::root().join(folder).join("Cargo.lock");
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let value = |package: &str, key: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
            line.unwrap_or_else(|| panic!("no {key}: {package}")).trim_matches('"').to_owned()
        };
        text.split("[[package]]").skip(1).map(|package| (value(package, "name"), value(package, "version"))).collect()
    }

    #[test]
    fn what_is_tried_is_built_of_the_versions_that_the_service_is_built_of() {
        let own: Vec<_> = locked(FOLDER).difference(&locked("")).map(|(name, _)| name.clone()).collect();
        assert_eq!(own, ["arbitrary", "elbm-fuzz-targets", "libfuzzer-sys"], "cargo update in {FOLDER}, too");
    }
}
