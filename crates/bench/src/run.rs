//! `elbm-bench run`: the scenarios, one after the other, and one table.

use std::fmt;
use std::time::Duration;

use anyhow::ensure;
use clap::ValueEnum as _;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::json;

use crate::lab::{LATENCY, Lab, Programs, Scale};
use crate::scenarios::{Report, Scenario};
use crate::table::table;

/// Runs the scenarios and prints one table
#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    #[command(flatten)]
    programs: Programs,
    /// Prints JSON instead of the table
    #[arg(long)]
    json: bool,
    /// Only this scenario; may be said several times
    #[arg(long = "scenario", value_name = "NAME")]
    scenarios: Vec<Scenario>,
    /// Measures so briefly that it only shows that everything works
    #[arg(long)]
    quick: bool,
    /// What AWS throttles, as `simulate --throttle` says it
    #[arg(long, value_name = "BUCKETS", default_value = "documented")]
    throttle: String,
}

impl Run {
    /// # Errors
    /// Where a scenario cannot be measured, or an answer was wrong. A missed target is none.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let scale = if self.quick { Scale::QUICK } else { Scale::WHOLE };
        let lab = Lab::new(self.programs, self.throttle, scale).await?;
        let scenarios = if self.scenarios.is_empty() { Scenario::value_variants() } else { &self.scenarios };
        let progress = progress(scenarios.len())?;
        let mut all = Report::default();
        for scenario in scenarios {
            let name = scenario.name();
            progress.set_message(name.clone());
            if progress.is_hidden() {
                eprintln!("measures {name}");
            }
            let named = |sentence| format!("{name}: {sentence}");
            match scenario.run(&lab).await {
                Ok(report) => {
                    all.rows.extend(report.rows);
                    all.wrong.extend(report.wrong.into_iter().map(named));
                }
                Err(error) => all.wrong.push(named(format!("{error:#}"))),
            }
            progress.inc(1);
        }
        progress.finish_and_clear();
        let conditions = Conditions::of(&lab)?;
        if self.json {
            println!("{:#}", json!({"conditions": conditions, "rows": all.rows, "wrong": all.wrong}));
        } else {
            println!("{}\n{conditions}", table(&all.rows));
            for sentence in &all.wrong {
                println!("{sentence}");
            }
        }
        ensure!(all.wrong.is_empty(), "not every answer was right, see below the table");
        Ok(())
    }
}

/// What has to be known to read the numbers.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Conditions {
    /// Shared by generator, service, AWS and baselines.
    processors: usize,
    /// How often service and baseline were measured by turns; the table has the medians.
    pairs: usize,
    /// How long each time.
    seconds: f64,
    aws_latency_ms: u128,
    aws_throttle: String,
}

impl Conditions {
    fn of(lab: &Lab) -> anyhow::Result<Self> {
        Ok(Self {
            processors: std::thread::available_parallelism()?.get(),
            pairs: lab.scale.pairs,
            seconds: lab.scale.lasting.as_secs_f64(),
            aws_latency_ms: LATENCY.as_millis(),
            aws_throttle: lab.throttle.clone(),
        })
    }
}

impl fmt::Display for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processors, pairs, seconds, aws_latency_ms, aws_throttle } = self;
        write!(
            f,
            "{processors} processors for all; medians of {pairs} pairs of {seconds} s; AWS takes {aws_latency_ms} ms a call, \
             throttling {aws_throttle}"
        )
    }
}

/// A bar on a terminal, with the time that has passed.
fn progress(scenarios: usize) -> anyhow::Result<ProgressBar> {
    let bar = ProgressBar::new(scenarios.try_into()?);
    bar.set_style(ProgressStyle::with_template("{spinner} {pos}/{len} {bar:20} {elapsed} {msg}")?);
    bar.enable_steady_tick(Duration::from_millis(200));
    Ok(bar)
}
