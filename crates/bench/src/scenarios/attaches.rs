//! A thousand machines attached at once, while AWS lets four attaches a second pass.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use futures_util::future::try_join_all;
use hyper::{Method, StatusCode};
use serde_json::json;

use crate::aws::Calls;
use crate::lab::{Lab, machine};
use crate::load::{Ask, Asked, Connection, Expected, closed_with, count, float};
use crate::numbers::floor;
use crate::process::Running;
use crate::scenarios::Report;
use crate::table::{Row, Target, Unit};

const NAME: &str = "attaches";
const MACHINES: usize = 1_000;

/// After how long the naive server is asked again for what it has not done.
const PAUSE: Duration = Duration::from_secs(1);
/// How long it is asked: many times what it takes.
const PATIENCE: Duration = Duration::from_mins(10);

/// What AWS documents for an account: tokens at first, and those that come back each second.
const DESCRIBE: (f64, f64) = (40.0, 10.0);
const REGISTRATION: (f64, f64) = (20.0, 4.0);
/// The naive server's calls for one attach that this limits; EC2's bucket is larger.
const NAIVE_DESCRIBES: f64 = 3.0;

pub(super) async fn run(lab: &Lab) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let ours = ours(lab, &mut report).await?;
    let naive = naive(lab).await?;
    let few = format!("naive, {} machines", naive.machines);

    let row = |measure: &str, unit, value| Row::new(NAME, measure, unit, value);
    let all = count(MACHINES);
    report
        .rows
        .push(row("attached of 1,000", Unit::Count, ours.machines).target(Target::AtLeast(all)).calls(ours.calls));
    if ours.machines >= all {
        report.rows.push(
            row("until the last answer", Unit::Seconds, ours.seconds)
                .against("naive, least for 1,000", least(all))
                .target(Target::AtMost(5.0)),
        );
    }
    report.rows.extend([
        row("attached", Unit::PerSecond, ours.rate()).against(&few, naive.rate()),
        row("AWS calls", Unit::Count, count(ours.calls.total()))
            .against(&few, count(naive.calls.total()))
            .target(Target::AtMost(40.0)),
        row("throttled by AWS", Unit::Count, count(ours.calls.throttled))
            .against(&few, count(naive.calls.throttled))
            .target(Target::AtMost(0.0)),
    ]);
    Ok(report)
}

#[derive(Debug)]
struct Attached {
    machines: f64,
    seconds: f64,
    calls: Calls,
}

impl Attached {
    fn rate(&self) -> f64 {
        self.machines / self.seconds
    }
}

async fn ours(lab: &Lab, report: &mut Report) -> anyhow::Result<Attached> {
    let aws = lab.aws(&lab.fleet(0, MACHINES)?).await?;
    let service = lab.service(&aws).await?;
    let rows = (0..MACHINES).map(|number| Ok(vec![attach(&service, number, Some(&lab.bearer))?]));
    let rows = rows.collect::<anyhow::Result<Vec<_>>>()?;
    let outcome = closed_with(service.address(), rows, Asked::Once, false).await?;
    let calls = aws.calls().await?;
    report.wrong.extend(outcome.wrong.sentence());
    let members = aws.members("web").await?;
    if members < usize::try_from(outcome.right)? {
        report.wrong.push(format!("{} attaches were answered with 201, and AWS has {members}", outcome.right));
    }
    Ok(Attached { machines: float(outcome.right), seconds: outcome.lasted.as_secs_f64(), calls })
}

async fn naive(lab: &Lab) -> anyhow::Result<Attached> {
    let machines = lab.scale.naive_machines;
    let aws = lab.aws(&lab.fleet(0, machines)?).await?;
    let server = lab.naive(&aws).await?;
    let begun = Instant::now();
    try_join_all((0..machines).map(|number| insisting(&server, number))).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let (calls, members) = (aws.calls().await?, aws.members("web").await?);
    anyhow::ensure!(members == machines, "the naive server attached {members} of {machines} machines");
    Ok(Attached { machines: count(members), seconds, calls })
}

/// Asks until it is done.
async fn insisting(server: &Running, number: usize) -> anyhow::Result<()> {
    let ask = attach(server, number, None)?;
    let begun = Instant::now();
    let mut connection = Connection::open(server.address()).await?;
    loop {
        let answer = connection.ask(&ask).await?;
        // An attempt before may have done it, and failed later.
        if [StatusCode::CREATED, StatusCode::CONFLICT].contains(&answer.status) {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            bail!("the naive server still answers {answer}");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn attach(server: &Running, number: usize, authorization: Option<&str>) -> anyhow::Result<Ask> {
    let expected = Expected::Status(StatusCode::CREATED);
    let ask = Ask::new(server.address(), Method::POST, "/elb/web", authorization, expected);
    Ok(ask.context("no request")?.json(&json!({"instanceId": machine(number)})))
}

/// The fewest seconds that the naive server takes for so many machines, were nothing ever throttled in vain.
fn least(machines: f64) -> f64 {
    floor(machines * NAIVE_DESCRIBES, DESCRIBE.0, DESCRIBE.1).max(floor(machines, REGISTRATION.0, REGISTRATION.1))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_naive_server_is_limited_by_the_slower_bucket() {
        assert!((super::least(1_000.0) - 296.0).abs() < 1e-9, "{}", super::least(1_000.0));
        assert!(super::least(10.0).abs() < 1e-9, "{}", super::least(10.0));
    }
}
