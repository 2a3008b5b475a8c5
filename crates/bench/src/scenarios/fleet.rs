//! The memory that a large region takes: 50,000 targets, all of them listed.

use std::time::{Duration, Instant};

use hyper::{Method, StatusCode};
use serde_json::Value;

use crate::lab::Lab;
use crate::load::{Ask, Connection, Expected, count};
use crate::scenarios::Report;
use crate::table::{Row, Target, Unit};

const NAME: &str = "50x10x100";
const LOAD_BALANCERS: usize = 50;
const MACHINES_OF_EACH: usize = 1_000;

pub(super) async fn run(lab: &Lab) -> anyhow::Result<Report> {
    let mut report = Report::default();
    // Five hundred groups within AWS's documented limits take a minute, which is not what is looked at here.
    let aws = lab.patient_aws(NAME, Duration::ZERO).await?;
    let service = lab.service_with(&["--aws-share", "100"], &aws).await?;
    let mut connection = Connection::open(service.address()).await?;
    let begun = Instant::now();
    let mut machines = 0;
    for number in 1..=LOAD_BALANCERS {
        let (path, expected) = (format!("/elb/load-balancer-{number}"), Expected::Status(StatusCode::OK));
        let ask = Ask::new(service.address(), Method::GET, &path, Some(&lab.bearer), expected)?;
        let answer = connection.ask(&ask).await?;
        report.wrong.extend(ask.check(&answer).err());
        machines += serde_json::from_slice::<Vec<Value>>(&answer.body).map_or(0, |list| list.len());
    }
    let seconds = begun.elapsed().as_secs_f64();
    if machines != LOAD_BALANCERS * MACHINES_OF_EACH {
        report.wrong.push(format!("{machines} machines were listed"));
    }
    report.rows.extend([
        Row::new(NAME, "machines listed", Unit::Count, count(machines)).calls(aws.calls().await?),
        Row::new(NAME, "until all were listed", Unit::Seconds, seconds),
        Row::new(NAME, "memory after", Unit::MiB, service.usage()?.mebibytes()).target(Target::AtMost(120.0)),
    ]);
    Ok(report)
}
