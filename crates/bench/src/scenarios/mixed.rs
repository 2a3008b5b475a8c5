//! Reads of all kinds by many, while one caller attaches and detaches as fast as it is answered.

use hyper::{Method, StatusCode};

use crate::lab::{Lab, machine};
use crate::load::{Ask, Asked, Expected, closed_with};
use crate::scenarios::Report;
use crate::table::{Row, Unit};

const NAME: &str = "mixed";
const READERS: usize = 31;
const MACHINES: usize = 20;

/// How much longer than other measurements: AWS lets four changes a second pass.
const LONGER: u32 = 3;

pub(super) async fn run(lab: &Lab) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let aws = lab.aws(&lab.fleet(MACHINES, 1)?).await?;
    let service = lab.service(&aws).await?;
    let ask = |method, path: &str, status| {
        Ask::new(service.address(), method, path, Some(&lab.basic), Expected::Status(status))
    };
    let get = |path: &str| ask(Method::GET, path, StatusCode::OK);
    let one = |number| format!("/elb/web/instances/{}", machine(number));

    let mut reads = vec![get("/healthcheck")?, get("/elb/web/targets")?, get(&one(0))?];
    for _ in 0..7 {
        reads.push(get("/elb/web")?);
    }
    // Each reader begins elsewhere, so that all kinds are asked for at all times.
    let readers = (0..READERS).map(|reader| reads.iter().cycle().skip(reader).take(reads.len()).cloned().collect());
    let spare = one(MACHINES);
    let changes = vec![ask(Method::PUT, &spare, StatusCode::CREATED)?, ask(Method::DELETE, &spare, StatusCode::OK)?];

    let asked = Asked::For(lab.scale.lasting * LONGER);
    let (reads, changes) = tokio::try_join!(
        closed_with(service.address(), readers.collect(), asked, false),
        closed_with(service.address(), vec![changes], asked, false),
    )?;
    let calls = aws.calls().await?;
    report.wrong.extend(reads.wrong.sentence());
    report.wrong.extend(changes.wrong.sentence());
    report.rows.extend([
        Row::new(NAME, format!("reads, {READERS} connections"), Unit::PerSecond, reads.rate()).calls(calls),
        Row::new(NAME, "reads, p99", Unit::Milliseconds, reads.quantile(0.99)),
        Row::new(NAME, "changes, 1 connection", Unit::PerSecond, changes.rate()),
        Row::new(NAME, "changes, p50", Unit::Milliseconds, changes.quantile(0.5)),
    ]);
    Ok(report)
}
