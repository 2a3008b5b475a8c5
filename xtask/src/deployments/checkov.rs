//! checkov: what other people hold against infrastructure as code. A check that is switched off has its reason beside it.

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use crate::process::Process;
use crate::python::Tool;
use crate::workspace;

/// Its packages.
pub(crate) const CHECKOV: Tool = Tool { name: "checkov", requirements: include_str!("../../requirements-checkov.txt") };

/// What is checked: a kind of file, and the folder that has such files.
const KINDS: [(&str, &str); 4] = [
    ("terraform", "deployments"),
    ("kubernetes", "deployments/kubernetes"),
    ("dockerfile", "docker"),
    ("github_actions", ".github"),
];

/// Installs checkov where it is not yet, and checks each kind of file.
///
/// # Errors
/// Where the tool is not to be had, a check fails, a file cannot be read, or no check was made of a kind.
pub(super) fn run() -> anyhow::Result<()> {
    let programs = CHECKOV.installed()?;
    for (kind, folder) in KINDS {
        // checkov ends with 0 where it cannot read a file, so its report is read.
        let output = check(&programs, kind, folder).read()?;
        let report = serde_json::from_slice(&output).context("checkov did not print JSON")?;
        eprintln!("{kind}: {}", judge(&report).with_context(|| format!("checkov: {kind}"))?);
    }
    Ok(())
}

fn check(programs: &Path, kind: &str, folder: &str) -> Process {
    Process::new(programs.join("checkov").display().to_string())
        .words("--skip-download --soft-fail --output json --framework")
        .args([kind, "--directory"])
        .args([workspace::root().join(folder).display().to_string()])
}

/// The counts of a report in words.
fn judge(report: &Value) -> anyhow::Result<String> {
    let failed: Vec<_> = report["results"]["failed_checks"].as_array().into_iter().flatten().map(line).collect();
    if !failed.is_empty() {
        bail!("{} failed:\n  {}", failed.len(), failed.join("\n  "));
    }
    let count =
        |name: &str| report["summary"][name].as_u64().with_context(|| format!("the report does not say {name}"));
    let unread = &report["results"]["parsing_errors"];
    ensure!(count("parsing_errors")? == 0, "cannot be read: {unread}");
    let (passed, skipped) = (count("passed")?, count("skipped")?);
    ensure!(passed > 0, "nothing was checked");
    Ok(format!("{passed} passed, 0 failed, {skipped} skipped with a reason"))
}

fn line(check: &Value) -> String {
    let [id, name, file, resource] =
        ["check_id", "check_name", "file_path", "resource"].map(|field| check[field].as_str().unwrap_or("?"));
    format!("{id} {file} {resource}: {name}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use super::{check, judge};
    use crate::workspace;

    fn report(passed: u64, failed: &Value, parsing_errors: u64) -> Value {
        json!({
            "results": {"failed_checks": failed, "parsing_errors": ["ec2.tf"]},
            "summary": {"passed": passed, "failed": 0, "skipped": 3, "parsing_errors": parsing_errors},
        })
    }

    #[test]
    fn looks_nothing_up_and_prints_what_can_be_read() {
        let folder = workspace::root().join("docker").display().to_string();
        assert_eq!(
            check(Path::new("bin"), "dockerfile", "docker").to_string(),
            format!(
                "bin/checkov --skip-download --soft-fail --output json --framework dockerfile --directory {folder}"
            )
        );
    }

    #[test]
    fn only_a_report_without_failures_on_files_that_were_read_is_good() {
        let none = json!([]);
        assert_eq!(judge(&report(7, &none, 0)).expect("good"), "7 passed, 0 failed, 3 skipped with a reason");
        let failed =
            json!([{"check_id": "CKV_1", "check_name": "Be good", "file_path": "/a.tf", "resource": "aws_lb.a"}]);
        for (report, sentence) in [
            (report(7, &failed, 0), "1 failed:\n  CKV_1 /a.tf aws_lb.a: Be good"),
            (report(7, &none, 1), "cannot be read: [\"ec2.tf\"]"),
            (report(0, &none, 0), "nothing was checked"),
            (json!({"passed": 0}), "the report does not say parsing_errors"),
        ] {
            assert_eq!(judge(&report).expect_err("bad").to_string(), sentence);
        }
    }
}
