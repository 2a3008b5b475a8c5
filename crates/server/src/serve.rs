//! The service, from its options to its end: bind → build → announce → run → drain.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use elbm_engine::aws::{self, Aws, AwsSettings, Retry};
use elbm_engine::{Engine, Settings};
use elbm_simulator::{Load, Simulator};
use openapi_poem_runtime::BodyTimeout;
use tokio::net::TcpListener;

use crate::api::{Api, RenderedLists};
use crate::auth::{Credentials, Streams};
use crate::http::{Gate, Limits};
use crate::options::ServeOptions;
use crate::{http, shutdown, simulate};

/// How long accepted requests have to end after the service was told to stop.
const DRAIN: Duration = Duration::from_secs(20);

/// Runs the service until it is told to stop; prints its address once it answers.
///
/// # Errors
/// Where the address cannot be listened on, or not without credentials, the credentials file cannot be used, or the AWS
/// environment is incomplete.
pub async fn serve(options: ServeOptions) -> anyhow::Result<()> {
    let (stop, stopping) = shutdown::announced(shutdown::requested()?);
    let credentials = credentials(&options)?;
    let listener =
        TcpListener::bind(options.listen).await.with_context(|| format!("cannot listen on {}", options.listen))?;
    let address = listener.local_addr().context("no address to listen on")?;

    let simulator = if options.simulate { Some(embedded(&options).await?) } else { None };
    let engine = engine(&options, simulator.as_ref()).await?;

    println!("listening on http://{address}");
    let principals = credentials.as_ref().map(Credentials::count);
    tracing::info!(%address, simulated = options.simulate, principals, "ready");
    let limits = Limits { connections: options.max_connections, head_timeout: options.head_timeout, drain: DRAIN };
    let gate = Gate::new(credentials, options.rate_limit);
    let readiness = engine.prove_ready();
    let streams = Arc::new(Streams::new(options.max_streams));
    let api = Api { engine, readiness, streams, stopping, rendered: RenderedLists::default() };
    let routes = http::routes(api, gate, BodyTimeout(options.body_timeout), options.proxies);
    http::serve(listener, routes, limits, stop).await;

    if let Some(simulator) = simulator {
        simulator.shutdown().await;
    }
    Ok(())
}

/// Who may call. Nobody listens for strangers without asking who they are.
fn credentials(options: &ServeOptions) -> anyhow::Result<Option<Credentials>> {
    match (&options.credentials_json, &options.credentials) {
        (Some(text), _) => Credentials::parse(text).map(Some),
        (None, Some(path)) => Credentials::load(path).map(Some),
        (None, None) if options.listen.ip().is_loopback() => Ok(None),
        (None, None) => bail!(
            "without credentials the service listens on loopback addresses only, and {} is none; make a credentials file \
             with `elb-instance-manager credentials add --file credentials.json --name NAME --role operator`, then start \
             with `--credentials credentials.json`",
            options.listen
        ),
    }
}

/// The simulator beside the service, on a loopback port of its own: the service reaches it as it reaches AWS.
async fn embedded(options: &ServeOptions) -> anyhow::Result<Simulator> {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    simulate::start(listen, options.time_scale, options.fleet.as_ref(), Load::default()).await
}

async fn engine(options: &ServeOptions, simulator: Option<&Simulator>) -> anyhow::Result<Engine> {
    let aws = AwsSettings { attempt_timeout: options.aws.aws_timeout };
    let config = match simulator {
        Some(simulator) => aws::simulated(&simulator.endpoint(), simulator.region(), aws),
        None => aws::from_environment(aws).await?,
    };
    let settings = Settings {
        verify_timeout: options.aws.verify_timeout,
        ages: options.aws.ages(),
        operation_timeout: options.operation_timeout,
        minimum_healthy: options.minimum_healthy,
        managed: options.managed.into(),
        ..Settings::default()
    };
    Ok(Engine::new(Aws::new(&config, Retry::default(), &options.aws.budget()), settings))
}
