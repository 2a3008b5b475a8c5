//! What the tests of faults stand on: haproxy in front of replicas, and libfaketime between the service and its clock.

use std::path::Path;

use crate::debian;

/// Installs what is not there yet. Where they are in other places than Debian's, `ELBM_TEST_HAPROXY` and `ELBM_TEST_FAKETIME` name
/// them to the tests.
///
/// # Errors
/// Where one is neither there nor to be installed.
pub(crate) fn installed() -> anyhow::Result<()> {
    if !is_named("ELBM_TEST_HAPROXY") {
        debian::program(&["haproxy"], "haproxy")?;
    }
    let library = format!("/usr/lib/{}-linux-gnu/faketime/libfaketime.so.1", std::env::consts::ARCH);
    if !is_named("ELBM_TEST_FAKETIME") && !Path::new(&library).is_file() {
        debian::needed("libfaketime")?;
    }
    Ok(())
}

fn is_named(variable: &str) -> bool {
    std::env::var_os(variable).is_some()
}
