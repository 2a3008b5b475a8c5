//! What an image is made of: the static program and the CA bundle, laid out in one folder.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::mode::Mode;
use crate::process::Process;
use crate::workspace;

/// The program, as cargo and the image call it.
pub(crate) const PROGRAM: &str = "elb-instance-manager";

/// The CA bundle, as the image's Dockerfile calls it.
const BUNDLE: &str = "ca-certificates.crt";

/// Where systems keep the certificates of the authorities that they trust, as one file.
const BUNDLES: [&str; 5] = [
    // Debian, Ubuntu, Arch
    "/etc/ssl/certs/ca-certificates.crt",
    // Fedora, Red Hat, Amazon Linux
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    // SUSE
    "/etc/ssl/ca-bundle.pem",
    // Alpine, macOS
    "/etc/ssl/cert.pem",
];

/// How to get a CA bundle.
pub(crate) const BUNDLE_REMEDY: &str = "Debian: `apt-get install ca-certificates`";

/// The folder that the image is built from.
pub(crate) fn folder() -> PathBuf {
    workspace::target().join("image")
}

/// Builds the static program.
///
/// # Errors
/// Where the compiler cannot be asked or does not succeed.
pub(crate) fn built(mode: Mode) -> anyhow::Result<PathBuf> {
    Ok(built_with(&[], mode)?.join(PROGRAM))
}

/// Builds the static program, and others by the same flags, so that they share what both are made of; returns their folder.
///
/// # Errors
/// Where the compiler cannot be asked or does not succeed.
pub(crate) fn built_with(others: &[&str], mode: Mode) -> anyhow::Result<PathBuf> {
    let output = Process::new("rustc").words("--print host-tuple").read()?;
    let triple = String::from_utf8_lossy(&output).trim().to_owned();
    if mode.acts() {
        eprintln!("waits for the release build: about a quarter of an hour at first, most of it for the AWS SDK");
    }
    mode.run(&build(others, &triple))?;
    Ok(workspace::target().join(triple).join("release"))
}

/// The flags stand here alone, so that other builds are not made anew for them; with `--target` they do not reach build scripts.
fn build(others: &[&str], triple: &str) -> Process {
    Process::cargo()
        .words("build --release --locked --bin")
        .args([PROGRAM])
        .args(others.iter().flat_map(|other| ["--bin", *other]))
        .args(["--target", triple, "--config"])
        .args([format!("target.{triple}.rustflags=[{FLAGS}]")])
}

/// Static, as the image has no loader and no libraries; and by GNU's linker, as lld keeps the unwind tables of functions that it
/// leaves out, 3 MB of them.
const FLAGS: &str = r#""-Ctarget-feature=+crt-static", "-Clink-arg=-fuse-ld=bfd""#;

/// The CA bundle of this machine, if there is one.
pub(crate) fn bundle() -> Option<&'static Path> {
    BUNDLES.map(Path::new).into_iter().find(|file| file.is_file())
}

/// Lays the program and the CA bundle of this machine into the folder, readable by everybody: the image's user is nobody's.
///
/// # Errors
/// Where there is no bundle, or a file cannot be copied.
pub(crate) fn laid_out(program: &Path, mode: Mode) -> anyhow::Result<PathBuf> {
    let folder = folder();
    let bundle = bundle().with_context(|| format!("this machine has no CA bundle; {BUNDLE_REMEDY}"))?;
    for (from, name, permissions) in [(program, PROGRAM, 0o755), (bundle, BUNDLE, 0o644)] {
        let to = folder.join(name);
        eprintln!("copies {} to {}", from.display(), to.display());
        if mode.acts() {
            fs::create_dir_all(&folder)
                .and_then(|()| fs::copy(from, &to))
                .and_then(|_| fs::set_permissions(&to, Permissions::from_mode(permissions)))
                .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
        }
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_program_is_static_and_other_builds_are_left_alone() {
        const FLAGS: &str = "--target x86_64-unknown-linux-gnu --config \
            'target.x86_64-unknown-linux-gnu.rustflags=[\"-Ctarget-feature=+crt-static\", \"-Clink-arg=-fuse-ld=bfd\"]'";
        for (others, bins) in
            [(&[][..], "--bin elb-instance-manager"), (&["elbm-bench"], "--bin elb-instance-manager --bin elbm-bench")]
        {
            let command = super::build(others, "x86_64-unknown-linux-gnu").to_string();
            assert_eq!(command, format!("cargo build --release --locked {bins} {FLAGS}"));
        }
    }
}
