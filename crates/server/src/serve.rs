//! The service, from its options to its end: bind → build → announce → run → drain.

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use elbm_engine::aws::{self, Aws, AwsSettings, Retry, Sts};
use elbm_engine::{Engine, Settings};
use elbm_simulator::{Load, Simulator};
use openapi_poem_runtime::BodyTimeout;
use tokio::net::TcpListener;

use crate::api::{self, Api};
use crate::audit::Audit;
use crate::auth::{Credentials, SignIn, Streams};
use crate::http::{Gate, Limits};
use crate::metrics::Metrics;
use crate::options::ServeOptions;
use crate::reload::{self, Contents, Files, Made, Source};
use crate::shutdown::Stopping;
use crate::tls::{Certificate, Tls};
use crate::{http, open_files, shutdown, simulate};

/// How long accepted requests have to end after the service was told to stop.
const DRAIN: Duration = Duration::from_secs(20);

/// Runs the service until it is told to stop; prints its address once it answers.
///
/// # Errors
/// Where the address cannot be listened on, or not without credentials, the credentials file or the TLS certificate cannot be
/// used, or the AWS environment is incomplete.
pub async fn serve(options: ServeOptions) -> anyhow::Result<()> {
    let stopping = shutdown::on_signals()?;
    open_files::make_room_for(options.max_connections);
    let mut sources = Vec::new();
    let credentials = credentials(&options, &mut sources)?;
    let tls = tls(&options, &mut sources)?;
    let listener =
        TcpListener::bind(options.listen).await.with_context(|| format!("cannot listen on {}", options.listen))?;
    let address = listener.local_addr().context("no address to listen on")?;

    let simulator = if options.simulate { Some(embedded(&options).await?) } else { None };
    let (engine, sign_in) = engine(&options, simulator.as_ref()).await?;

    let metrics = Metrics::new(&engine);
    let _watching = reload::watch(sources, metrics.clone())?;
    announce(if tls.is_some() { "https" } else { "http" }, address);
    let principals = credentials.as_ref().map(|credentials| credentials.count());
    tracing::info!(%address, simulated = options.simulate, tls = tls.is_some(), principals, "ready");
    let limits = Limits {
        connections: options.max_connections,
        handshake_timeout: options.tls.handshake_timeout,
        head_timeout: options.head_timeout,
        linger: options.linger,
        drain: DRAIN,
    };
    let gate = Gate::new(credentials, sign_in, options.rate_limit);
    let readiness = engine.prove_ready();
    let streams = Arc::new(Streams::new(options.max_streams));
    tokio::spawn(end_waits(engine.clone(), stopping.clone()));
    let audit = Audit::new(metrics.clone());
    let (lists, counted) = (api::rendered_lists(), metrics.clone());
    let api = Api { engine, readiness, streams, stopping: stopping.clone(), lists, metrics: counted };
    let service =
        http::service(api, gate, BodyTimeout(options.body_timeout), options.proxies, metrics.clone(), audit.clone());
    let acceptor = tls.as_deref().map(Tls::acceptor);
    http::serve(listener, acceptor, service, limits, &metrics, stopping).await;
    audit.is_written(DRAIN).await;

    if let Some(simulator) = simulator {
        simulator.shutdown().await;
    }
    Ok(())
}

/// Says where the service listens, to whoever started it. A full disk must not end the service: it serves all the same.
fn announce(scheme: &str, address: SocketAddr) {
    let mut output = io::stdout();
    let _ = writeln!(output, "listening on {scheme}://{address}").and_then(|()| output.flush());
}

/// Answers those who wait for something to settle as soon as the service is told to stop: they ask again elsewhere.
async fn end_waits(engine: Engine, mut stopping: Stopping) {
    stopping.requested().await;
    engine.end_waits();
}

/// Who may call, now and when the file changes. Nobody listens for strangers without asking who they are.
fn credentials(options: &ServeOptions, sources: &mut Vec<Source>) -> anyhow::Result<Option<Arc<Credentials>>> {
    let signs_in = options.aws_sign_in.is_some();
    let some = options.credentials_json.is_some() || options.credentials.is_some();
    ensure!(some || !signs_in, "--aws-sign-in needs --credentials, a file that says by awsArn who may call");
    match (&options.credentials_json, &options.credentials) {
        (Some(text), _) => Ok(Some(Arc::new(Credentials::parse(text.reveal(), signs_in)?))),
        (None, Some(path)) => {
            let (file, path) = (Files::now(Made::Credentials, vec![path.clone()]), path.clone());
            let credentials = Arc::new(Credentials::load(&path, signs_in)?);
            let taking = Arc::clone(&credentials);
            sources.push(file.taken_by(move |contents| taking.replace(&path, &contents[0])));
            Ok(Some(credentials))
        }
        (None, None) if options.listen.ip().is_loopback() => Ok(None),
        (None, None) => bail!(
            "without credentials the service listens on loopback addresses only, and {} is none; make a credentials file \
             with `elb-instance-manager credentials add --file credentials.json --name NAME --role operator`, then start \
             with `--credentials credentials.json`",
            options.listen
        ),
    }
}

/// The certificate to show, now and when its files change; none where TLS is not wanted.
fn tls(options: &ServeOptions, sources: &mut Vec<Source>) -> anyhow::Result<Option<Arc<Tls>>> {
    let Some(paths) = options.tls.files() else { return Ok(None) };
    let files = Files::now(Made::Certificate, paths.to_vec());
    let read = move |contents: &Contents| Certificate::read((&paths[0], &contents[0]), (&paths[1], &contents[1]));
    let tls = Arc::new(Tls::new(read(&files.read()?)?)?);
    let taking = Arc::clone(&tls);
    sources.push(files.taken_by(move |contents| {
        taking.replace(read(contents)?);
        Ok(())
    }));
    Ok(Some(tls))
}

/// The simulator beside the service, on a loopback port of its own: the service reaches it as it reaches AWS.
async fn embedded(options: &ServeOptions) -> anyhow::Result<Simulator> {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    simulate::start(listen, options.time_scale, options.fleet.as_ref(), Load::default()).await
}

/// What carries operations out, and what asks the same AWS who callers are, where that is wanted.
async fn engine(options: &ServeOptions, simulator: Option<&Simulator>) -> anyhow::Result<(Engine, Option<SignIn>)> {
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
    let aws = Aws::new(&config, Retry::default(), &options.aws.budget());
    let sign_in = match &options.aws_sign_in {
        Some(name) => {
            let sts = Sts::new(&config).await?;
            Some(SignIn::new(name.clone(), aws.clone(), sts).context("the system has no random numbers")?)
        }
        None => None,
    };
    let engine = Engine::new(aws, settings);
    let engine = match options.aws.leases()? {
        Some(leases) => engine.sharing(leases),
        None => engine,
    };
    Ok((engine, sign_in))
}
