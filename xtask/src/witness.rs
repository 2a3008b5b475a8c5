//! Other people's AWS clients on the simulator, and other people's answers to the same calls: moto's, and AWS's own.
//!
//! `crates/simulator/witness` holds the calls, the known differences and the driver.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::moto::Moto;
use crate::process::Process;
use crate::python::Tool;
use crate::simulator::Simulator;
use crate::steps::Steps;
use crate::workspace;

/// boto3 and the AWS command line.
pub(crate) const WITNESS: Tool = Tool { name: "witness", requirements: include_str!("../requirements-witness.txt") };

/// Where the driver and what it reads stand.
const FOLDER: &str = "crates/simulator/witness";

/// What AWS answered, once it was asked.
const ANSWERS: &str = "crates/simulator/witness/answers/aws.json";

/// How many times faster the clock runs for the AWS command line, whose waiters look every 15 s: draining, 300 s, takes one.
const TIME_SCALE: u32 = 300;

/// What recording on AWS does to the account.
const COSTS: &str = "\
This makes on the account and in the region of the AWS environment, and removes again:
  a VPC (10.77.0.0/16) with three subnets; at most three t3.micro instances at a time, some in the default VPC;
  three application, one network and one Classic load balancer, all without traffic; target groups; an Auto Scaling group.
That is about an hour, and by estimate less than one US dollar. All names begin with 'witness-'. Where it is interrupted, remove by hand
what is left; the launch configuration of the group is left in any case. There must be a default VPC, and room for one more.";

/// The steps that compare the simulator with other implementations, and with what AWS answered where that was recorded.
pub(crate) fn test(steps: &mut Steps) -> anyhow::Result<()> {
    steps.step("simulator against moto, by boto3", against_moto)?;
    steps.step("aws-cli on the simulator", || {
        let programs = WITNESS.installed()?;
        let simulator = Simulator::start(TIME_SCALE)?;
        driver(&programs, "flows").args(["--endpoint", simulator.endpoint()]).run()
    })?;
    if workspace::root().join(ANSWERS).exists() {
        steps.step("simulator against AWS's recorded answers", || {
            compare(&WITNESS.installed()?, &Simulator::start(1)?, "aws", ANSWERS).args(["--sentences"]).run()
        })
    } else {
        steps.skip("simulator against AWS's recorded answers", "none are recorded; `cargo xtask test --aws` does it");
        Ok(())
    }
}

/// Records what AWS answers, on the account of the environment, and compares the simulator with it.
///
/// # Errors
/// Where region or credentials are missing, a call cannot be made, or the simulator differs in what is not listed.
pub(crate) fn record_aws() -> anyhow::Result<()> {
    let programs = WITNESS.installed()?;
    let missing = String::from_utf8(driver(&programs, "missing").read()?)?;
    if !missing.trim().is_empty() {
        bail!("AWS cannot be asked, {}", missing.trim());
    }
    eprintln!("{COSTS}");
    driver(&programs, "record --aws").args([ANSWERS]).run()?;
    compare(&programs, &Simulator::start(1)?, "aws", ANSWERS).args(["--sentences"]).run()
}

fn against_moto() -> anyhow::Result<()> {
    let programs = WITNESS.installed()?;
    driver_tests(&programs).run()?;
    let moto = Moto::start()?;
    let simulator = Simulator::start(1)?;
    let recording = workspace::target().join("witness/moto.json").display().to_string();
    driver(&programs, "record --endpoint").args([moto.endpoint(), recording.clone()]).run()?;
    // What is recorded says only what would be so again.
    driver(&programs, "repeat --endpoint").args([moto.endpoint(), recording.clone()]).run()?;
    compare(&programs, &simulator, "moto", &recording).run()
}

fn compare(programs: &Path, simulator: &Simulator, known: &str, recording: &str) -> Process {
    driver(programs, "compare --endpoint").args([
        simulator.endpoint(),
        "--control",
        simulator.control(),
        "--known",
        known,
        recording,
    ])
}

fn driver(programs: &Path, command: &str) -> Process {
    python(programs).words("-m driver").words(command)
}

fn driver_tests(programs: &Path) -> Process {
    python(programs).words("-m unittest discover --quiet --start-directory").args([
        format!("{FOLDER}/tests"),
        "--top-level-directory".to_owned(),
        FOLDER.to_owned(),
    ])
}

/// Python with the driver's modules, leaving no compiled ones in the checkout.
fn python(programs: &Path) -> Process {
    let modules: PathBuf = workspace::root().join(FOLDER);
    Process::new(programs.join("python").display().to_string())
        .args(["-B"])
        .env("PYTHONPATH", modules.display().to_string())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{FOLDER, driver, driver_tests};
    use crate::workspace;

    #[test]
    fn the_driver_is_pythons_of_the_environment() {
        let modules = workspace::root().join(FOLDER);
        let command = driver(Path::new("bin"), "record --aws").args(["x.json"]).to_string();
        assert_eq!(command, format!("PYTHONPATH={} bin/python -B -m driver record --aws x.json", modules.display()));
        assert!(modules.join("driver/__main__.py").is_file());
        assert!(driver_tests(Path::new("bin")).to_string().contains("/tests --top-level-directory"));
    }
}
