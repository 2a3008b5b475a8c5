//! The id of the machine that this runs on, by the instance metadata service of EC2, version 2.

use std::time::Duration;

use elbm_client::types::InstanceId;
use reqwest::{Client, ClientBuilder};

use crate::exit::Exit;
use crate::failure::Failure;

/// Where EC2 offers it on every instance.
const ENDPOINT: &str = "http://169.254.169.254";

/// The variable that names another place, as the AWS SDKs know it.
const VARIABLE: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

/// It answers in milliseconds, where there is one.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often it is asked: while a machine starts, its network may not be there yet.
const ATTEMPTS: usize = 3;

/// The id of this machine.
pub(crate) async fn instance() -> Result<InstanceId, Failure> {
    let endpoint = std::env::var(VARIABLE).ok().filter(|endpoint| !endpoint.is_empty());
    let endpoint = endpoint.as_deref().unwrap_or(ENDPOINT).trim_end_matches('/');
    let failed = |why: &dyn ToString| {
        let sentence =
            format!("{endpoint} does not tell the id of this machine, is it an EC2 instance? {}", why.to_string());
        Failure::new(Exit::Failed, sentence)
    };
    let client = ClientBuilder::new().no_proxy().timeout(PATIENCE).build().map_err(|error| failed(&error))?;
    let mut told = ask(&client, endpoint).await;
    for _ in 1..ATTEMPTS {
        if told.is_err() {
            told = ask(&client, endpoint).await;
        }
    }
    let id = told.map_err(|error| failed(&error))?;
    id.trim().parse().map_err(|_| failed(&"its answer is no instance id"))
}

async fn ask(client: &Client, endpoint: &str) -> reqwest::Result<String> {
    let token = client
        .put(format!("{endpoint}/latest/api/token"))
        .header("X-aws-ec2-metadata-token-ttl-seconds", "60")
        .send()
        .await?
        .error_for_status()?
        .text()
        .await?;
    client
        .get(format!("{endpoint}/latest/meta-data/instance-id"))
        .header("X-aws-ec2-metadata-token", token)
        .send()
        .await?
        .error_for_status()?
        .text()
        .await
}
