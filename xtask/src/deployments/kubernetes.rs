//! The Kubernetes manifests against the schemas of Kubernetes, unknown fields refused.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::process::Process;
use crate::python::Tool;
use crate::workspace;

/// The package that carries the schemas.
pub(crate) const KUBERNETES_VALIDATE: Tool =
    Tool { name: "kubernetes", requirements: include_str!("../../requirements-kubernetes.txt") };

/// The manifests, from the root.
const FOLDER: &str = "deployments/kubernetes";
/// The file that puts them together.
const KUSTOMIZATION: &str = "kustomization.yaml";

/// Installs the schemas where they are not yet, and holds every manifest against them.
///
/// # Errors
/// Where the tool is not to be had, a manifest does not fit, or the kustomization does not name each manifest once.
pub(super) fn run() -> anyhow::Result<()> {
    let programs = KUBERNETES_VALIDATE.installed()?;
    let folder = workspace::root().join(FOLDER);
    let mut manifests = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {FOLDER}"))? {
        manifests.push(entry?.file_name().to_string_lossy().into_owned());
    }
    manifests.retain(|name| name != KUSTOMIZATION);
    manifests.sort();
    let kustomization = fs::read_to_string(folder.join(KUSTOMIZATION)).context("cannot read the kustomization")?;
    let named = resources(&kustomization);
    ensure!(named == manifests, "{FOLDER}/{KUSTOMIZATION} names {named:?}, and there are {manifests:?}");
    validation(&programs, &manifests).run()
}

fn validation(programs: &Path, manifests: &[String]) -> Process {
    Process::new(programs.join("kubernetes-validate").display().to_string())
        .words("--strict")
        .args(manifests.iter().map(|name| format!("{FOLDER}/{name}")))
}

/// What stands under `resources:`, in order of the alphabet.
fn resources(kustomization: &str) -> Vec<String> {
    let under = kustomization.lines().skip_while(|line| line.trim_end() != "resources:").skip(1);
    let mut names: Vec<_> = under.map_while(|line| line.trim().strip_prefix("- ")).map(ToOwned::to_owned).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{resources, validation};

    #[test]
    fn refuses_fields_that_kubernetes_does_not_know() {
        assert_eq!(
            validation(Path::new("bin"), &["a.yaml".to_owned()]).to_string(),
            "bin/kubernetes-validate --strict deployments/kubernetes/a.yaml"
        );
    }

    #[test]
    fn reads_the_resources_of_a_kustomization() {
        let kustomization = "kind: Kustomization\nresources:\n  - b.yaml\n  - a.yaml\nimages:\n  - name: c\n";
        assert_eq!(resources(kustomization), ["a.yaml", "b.yaml"]);
    }
}
