//! The files that Terraform reads besides the module: they follow from `config.json`.

use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::config::Config;
use crate::mode::Mode;
use crate::workspace;

/// Where the state is in its bucket, unless the configuration says otherwise.
const STATE_KEY: &str = "elb-instance-manager/terraform.tfstate";

/// The values of the module's variables.
pub(super) fn variables() -> PathBuf {
    folder().join("config.tfvars.json")
}

/// A plan between its making and its end.
pub(super) fn plan() -> PathBuf {
    folder().join("plan")
}

fn folder() -> PathBuf {
    workspace::target().join("deployment")
}

/// Where the state is kept; the file is there where that is a bucket.
fn backend() -> PathBuf {
    workspace::root().join("deployments/backend.tf.json")
}

/// What Terraform and the commands make beside the module. The state is not among them.
pub(crate) fn working_files() -> [PathBuf; 2] {
    [workspace::root().join("deployments/.terraform"), backend()]
}

/// Writes the files that follow from the configuration.
///
/// # Errors
/// Where a file cannot be written.
pub(super) fn write(config: &Config, mode: Mode) -> anyhow::Result<()> {
    mode.write(&variables(), &variables_text(config)?)?;
    match backend_text(config) {
        Some(text) => mode.write(&backend(), &text),
        None => mode.remove(&backend()),
    }
}

/// The configuration without what is no variable of the module.
fn variables_text(config: &Config) -> anyhow::Result<String> {
    let config = Config { state_bucket: None, state_key: None, ..config.clone() };
    config.text().context("the configuration cannot be written as JSON")
}

fn backend_text(config: &Config) -> Option<String> {
    let bucket = config.state_bucket.as_deref()?;
    let key = config.state_key.as_deref().unwrap_or(STATE_KEY);
    let backend: Value = json!({"terraform": {"backend": {"s3": {
        "bucket": bucket,
        "key": key,
        "region": config.region,
        "encrypt": true,
        "use_lockfile": true,
    }}}});
    Some(format!("{backend:#}\n"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{backend_text, variables_text};
    use crate::config::Config;

    fn config() -> Config {
        Config {
            region: "eu-west-1".to_owned(),
            state_bucket: Some("states".to_owned()),
            internal: Some(true),
            ..Config::default()
        }
    }

    fn json(text: &str) -> Value {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn the_module_gets_its_variables_alone() {
        let variables = variables_text(&config()).expect("JSON");
        assert_eq!(
            json(&variables),
            json!({"region": "eu-west-1", "vpc_id": "", "public_subnet_ids": [], "docker_image": "", "internal": true})
        );
    }

    #[test]
    fn the_state_is_in_the_bucket_with_a_lock() {
        let text = backend_text(&config()).expect("there is a bucket");
        assert_eq!(
            json(&text)["terraform"]["backend"]["s3"],
            json!({
                "bucket": "states", "key": "elb-instance-manager/terraform.tfstate", "region": "eu-west-1",
                "encrypt": true, "use_lockfile": true,
            })
        );
        let keyed = Config { state_key: Some("k".to_owned()), ..config() };
        assert!(backend_text(&keyed).expect("there is a bucket").contains("\"key\": \"k\""));
        assert_eq!(backend_text(&Config { state_bucket: None, ..config() }), None);
    }
}
