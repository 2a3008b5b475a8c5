//! What a list costs that is asked for the first time, again when its health is old, and again at once.

use std::time::{Duration, Instant};

use anyhow::ensure;
use hyper::{Method, StatusCode};

use crate::aws::{Aws, Calls};
use crate::lab::{LATENCY, Lab, as_now};
use crate::load::{Ask, Connection, Expected, count};
use crate::numbers::{median, rounds};
use crate::process::Running;
use crate::scenarios::Report;
use crate::table::{Row, Target, Unit};

const NAME: &str = "lists";
const PATH: &str = "/elb/load-balancer-1";

/// Ten target groups of a hundred machines.
const GROUPS: f64 = 10.0;
const LARGE: &str = "1x10x100";

/// Where rounds are counted: so long that calls which are made together begin within it, on a busy machine too.
const SLOW: Duration = Duration::from_millis(100);

/// Longer than health may be remembered, shorter than which groups there are.
const HEALTH_IS_OLD: Duration = Duration::from_secs(2);

pub(super) async fn run(lab: &Lab) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let (ours, theirs) = cold(lab).await?;
    report.rows.push(Row::new(NAME, "cold, 20 machines", Unit::Milliseconds, ours).against("naive", theirs));

    let aws = lab.patient_aws(LARGE, SLOW).await?;
    let service = lab.service(&aws).await?;
    let mut push = |temperature: &str, (depth, calls): (usize, Calls), deep, most| {
        let what = |what: &str| format!("{temperature}, 10 groups of 100: {what}");
        let depth = Row::new(NAME, what("rounds of calls"), Unit::Count, count(depth)).calls(calls);
        report.rows.push(match deep {
            Some(deep) => depth.target(Target::AtMost(deep)),
            None => depth,
        });
        let calls = Row::new(NAME, what("AWS calls"), Unit::Count, count(calls.total()));
        report.rows.push(match most {
            Some(most) => calls.target(Target::AtMost(most)),
            None => calls,
        });
    };
    push("cold", asked(lab, &service, &aws).await?, Some(4.0), None);
    tokio::time::sleep(HEALTH_IS_OLD).await;
    push("warm", asked(lab, &service, &aws).await?, Some(2.0), Some(GROUPS));
    push("hot", asked(lab, &service, &aws).await?, None, Some(0.0));
    Ok(report)
}

/// Milliseconds until the list of 20 machines is there: the first one of a service, and one of the naive server.
async fn cold(lab: &Lab) -> anyhow::Result<(f64, f64)> {
    let aws = lab.patient_aws("1x1x20", LATENCY).await?;
    let naive = lab.naive(&aws).await?;
    // Its connections to AWS are open then.
    as_now(naive.address(), PATH, None).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..lab.scale.pairs {
        let service = lab.service(&aws).await?;
        ours.push(milliseconds(lab, &service).await?);
        theirs.push(milliseconds(lab, &naive).await?);
    }
    Ok((median(&ours).unwrap_or(f64::NAN), median(&theirs).unwrap_or(f64::NAN)))
}

/// By token, so that no password is checked.
async fn milliseconds(lab: &Lab, server: &Running) -> anyhow::Result<f64> {
    let expected = Expected::Status(StatusCode::OK);
    let ask = Ask::new(server.address(), Method::GET, PATH, Some(&lab.bearer), expected)?;
    let mut connection = Connection::open(server.address()).await?;
    let begun = Instant::now();
    let answer = connection.ask(&ask).await?;
    let took = begun.elapsed();
    ask.check(&answer).map_err(anyhow::Error::msg)?;
    Ok(took.as_secs_f64() * 1e3)
}

/// Lists the large load balancer; returns how deep the calls went, and how many they were.
async fn asked(lab: &Lab, service: &Running, aws: &Aws) -> anyhow::Result<(usize, Calls)> {
    aws.forget_calls().await?;
    milliseconds(lab, service).await?;
    let (starts, calls) = (aws.starts().await?, aws.calls().await?);
    ensure!(starts.len() == calls.total(), "the journal has {} calls of {}", starts.len(), calls.total());
    // The journal's times are cut to milliseconds.
    Ok((rounds(&starts, SLOW.saturating_sub(Duration::from_millis(1))), calls))
}
