//! The same answer again and again, from the service and from a bare poem server that has its bytes.

use crate::lab::{Lab, as_now};
use crate::load::{Ask, closed, float};
use crate::numbers::median;
use crate::process::Running;
use crate::scenarios::Report;
use crate::table::{Row, Target, Unit};

/// As many as keep both processors busy.
const CONNECTIONS: usize = 32;

/// What is asked for.
#[derive(Debug)]
pub(super) struct Hot {
    name: &'static str,
    fleet: &'static str,
    path: &'static str,
    /// Whether with name and password.
    authenticated: bool,
    target: Option<Target>,
}

/// Public, and asks AWS nothing.
pub(super) const HEALTHCHECK: Hot = Hot {
    name: "healthcheck",
    fleet: "1x1x20",
    path: "/healthcheck",
    authenticated: false,
    target: Some(Target::RatioAtLeast(0.8)),
};

/// What most users have.
pub(super) const LIST_OF_20: Hot = Hot {
    name: "hot-20",
    fleet: "1x1x20",
    path: "/elb/load-balancer-1",
    authenticated: true,
    target: Some(Target::RatioAtLeast(0.5)),
};

/// The most that a target group may have.
pub(super) const LIST_OF_1000: Hot =
    Hot { name: "hot-1000", fleet: "1x1x1000", path: "/elb/load-balancer-1", authenticated: true, target: None };

/// What was seen of one server, a value for each time that it was measured.
#[derive(Debug, Default)]
struct Seen {
    rates: Vec<f64>,
    cpu: Vec<f64>,
}

pub(super) async fn run(lab: &Lab, hot: &Hot) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let aws = lab.aws(hot.fleet).await?;
    let service = lab.service(&aws).await?;
    let authorization = hot.authenticated.then_some(lab.basic.as_str());
    let (ask, body) = as_now(service.address(), hot.path, authorization).await?;
    let bare = lab.bare(hot.path, &body).await?;
    let (bare_ask, _) = as_now(bare.address(), hot.path, authorization).await?;

    aws.forget_calls().await?;
    let (mut ours, mut theirs) = (Seen::default(), Seen::default());
    for _ in 0..lab.scale.pairs {
        ours.measure(lab, &service, &ask, &mut report).await?;
        theirs.measure(lab, &bare, &bare_ask, &mut report).await?;
    }
    let calls = aws.calls().await?;

    let row = |measure: &str, unit, ours, theirs| Row::new(hot.name, measure, unit, ours).against("bare poem", theirs);
    let requests = row(&format!("{CONNECTIONS} connections"), Unit::PerSecond, ours.rate(), theirs.rate()).calls(calls);
    report.rows.push(match hot.target {
        Some(target) => requests.target(target),
        None => requests,
    });
    report.rows.push(row("CPU a request", Unit::Microseconds, ours.cpu(), theirs.cpu()));
    report.rows.push(row("memory after", Unit::MiB, service.usage()?.mebibytes(), bare.usage()?.mebibytes()));
    Ok(report)
}

impl Seen {
    async fn measure(&mut self, lab: &Lab, server: &Running, ask: &Ask, report: &mut Report) -> anyhow::Result<()> {
        let before = server.usage()?;
        let outcome = closed(server.address(), CONNECTIONS, ask, lab.scale.lasting).await?;
        let used = server.usage()?.cpu.saturating_sub(before.cpu);
        self.rates.push(outcome.rate());
        self.cpu.push(used.as_secs_f64() * 1e6 / float(outcome.right + outcome.wrong.number));
        report.wrong.extend(outcome.wrong.sentence());
        Ok(())
    }

    fn rate(&self) -> f64 {
        median(&self.rates).unwrap_or(f64::NAN)
    }

    fn cpu(&self) -> f64 {
        median(&self.cpu).unwrap_or(f64::NAN)
    }
}
