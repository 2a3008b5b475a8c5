//! What the tests of faults stand on: haproxy in front of replicas, and libfaketime between the service and its clock.

use std::path::Path;

use anyhow::Context as _;

use crate::debian;

/// Installs what is not there yet. Where they are in other places than Debian's, `ELBM_TEST_HAPROXY` and `ELBM_TEST_FAKETIME` name
/// them to the tests.
///
/// # Errors
/// Where one is neither there nor to be installed.
pub(crate) fn installed() -> anyhow::Result<()> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    debian::install(&missing)
        .with_context(|| format!("{packages} is needed; on Debian, as root: apt-get install {packages}"))
}

fn missing() -> Vec<&'static str> {
    let haproxy = is_named("ELBM_TEST_HAPROXY") || is_on_path("haproxy");
    let library = format!("/usr/lib/{}-linux-gnu/faketime/libfaketime.so.1", std::env::consts::ARCH);
    let faketime = is_named("ELBM_TEST_FAKETIME") || Path::new(&library).is_file();
    [(haproxy, "haproxy"), (faketime, "libfaketime")]
        .into_iter()
        .filter(|(there, _)| !there)
        .map(|(_, name)| name)
        .collect()
}

fn is_named(variable: &str) -> bool {
    std::env::var_os(variable).is_some()
}

fn is_on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
