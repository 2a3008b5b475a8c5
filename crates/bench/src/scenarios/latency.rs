//! How long answers take at a rate that does not ask whether the server keeps up.

use std::time::Duration;

use crate::lab::{Lab, as_now};
use crate::load::{Ask, open};
use crate::numbers::median;
use crate::process::Running;
use crate::scenarios::Report;
use crate::table::{Row, Target, Unit};

const NAME: &str = "latency";
const PATH: &str = "/elb/load-balancer-1";

/// Requests a second: the one that is wanted, then less, where generator and server do not get it done on this machine.
const RATES: [u32; 8] = [10_000, 8_000, 6_000, 4_000, 2_000, 1_000, 500, 100];

/// Enough that none has to wait for another at the highest rate.
const CONNECTIONS: usize = 128;

/// Which part of a rate has to be answered in time, or the server falls behind.
const KEPT_UP: f64 = 0.98;

/// A server and what is asked of it.
#[derive(Debug)]
struct Measured<'a> {
    server: &'a Running,
    ask: Ask,
    /// The highest rate that it has kept up with.
    kept: Option<u32>,
    /// The percentiles 50 and 99 in milliseconds, for each time at the rate that both keep up with.
    percentiles: [Vec<f64>; 2],
}

pub(super) async fn run(lab: &Lab) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let aws = lab.aws("1x1x20").await?;
    let service = lab.service(&aws).await?;
    let (ask, body) = as_now(service.address(), PATH, Some(&lab.basic)).await?;
    let bare = lab.bare(PATH, &body).await?;
    let (bare_ask, _) = as_now(bare.address(), PATH, Some(&lab.basic)).await?;
    let (mut ours, mut theirs) = (Measured::new(&service, ask), Measured::new(&bare, bare_ask));

    aws.forget_calls().await?;
    let lasting = lab.scale.lasting;
    let mut common = None;
    for rate in RATES {
        let both =
            [theirs.keeps_up(rate, lasting, &mut report).await?, ours.keeps_up(rate, lasting, &mut report).await?];
        if both == [true; 2] {
            common = Some(rate);
            for _ in 0..lab.scale.pairs {
                ours.measure(rate, lasting, &mut report).await?;
                theirs.measure(rate, lasting, &mut report).await?;
            }
            break;
        }
    }
    let row = |measure: String, unit, ours, theirs| Row::new(NAME, measure, unit, ours).against("bare poem", theirs);
    let kept = row("keeps up with".to_owned(), Unit::PerSecond, ours.rate(), theirs.rate());
    report.rows.push(kept.target(Target::AtLeast(RATES[0].into())).calls(aws.calls().await?));
    if let Some(rate) = common {
        for (place, share) in ["p50", "p99"].into_iter().enumerate() {
            let measure = format!("{share} at {rate} requests/s");
            let row = row(measure, Unit::Milliseconds, ours.percentile(place), theirs.percentile(place));
            report.rows.push(if share == "p99" { row.target(Target::RatioAtMost(2.0)) } else { row });
        }
    }
    Ok(report)
}

impl<'a> Measured<'a> {
    fn new(server: &'a Running, ask: Ask) -> Self {
        Self { server, ask, kept: None, percentiles: Default::default() }
    }

    /// Whether it keeps up with so many requests a second.
    async fn keeps_up(&mut self, rate: u32, lasting: Duration, report: &mut Report) -> anyhow::Result<bool> {
        let outcome = open(self.server.address(), CONNECTIONS, &self.ask, rate, lasting).await?;
        report.wrong.extend(outcome.wrong.sentence());
        let keeps_up = outcome.rate() >= KEPT_UP * f64::from(rate);
        if keeps_up {
            self.kept.get_or_insert(rate);
        }
        Ok(keeps_up)
    }

    async fn measure(&mut self, rate: u32, lasting: Duration, report: &mut Report) -> anyhow::Result<()> {
        let outcome = open(self.server.address(), CONNECTIONS, &self.ask, rate, lasting).await?;
        report.wrong.extend(outcome.wrong.sentence());
        for (values, share) in self.percentiles.iter_mut().zip([0.5, 0.99]) {
            values.push(outcome.quantile(share));
        }
        Ok(())
    }

    fn rate(&self) -> f64 {
        self.kept.map_or(0.0, f64::from)
    }

    fn percentile(&self, place: usize) -> f64 {
        median(&self.percentiles[place]).unwrap_or(f64::NAN)
    }
}
