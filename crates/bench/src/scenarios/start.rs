//! From exec to the first answer, and the memory of a service that has done nothing yet.

use std::time::Instant;

use crate::lab::{Lab, as_now};
use crate::numbers::median;
use crate::scenarios::Report;
use crate::table::{Row, Target, Unit};

const NAME: &str = "start";
const PATH: &str = "/healthcheck";

/// Starts are short: so many for one measurement of other scenarios.
const OFTEN: usize = 4;

pub(super) async fn run(lab: &Lab) -> anyhow::Result<Report> {
    let aws = lab.aws("1x1x20").await?;
    let body = {
        let service = lab.service(&aws).await?;
        as_now(service.address(), PATH, None).await?.1
    };
    let mut seen: [[Vec<f64>; 2]; 2] = Default::default();
    aws.forget_calls().await?;
    for _ in 0..lab.scale.pairs * OFTEN {
        for (bare, [milliseconds, memory]) in [false, true].into_iter().zip(&mut seen) {
            let begun = Instant::now();
            let server = if bare { lab.bare(PATH, &body).await? } else { lab.service(&aws).await? };
            as_now(server.address(), PATH, None).await?;
            milliseconds.push(begun.elapsed().as_secs_f64() * 1e3);
            memory.push(server.usage()?.mebibytes());
        }
    }
    let [ours, theirs] = seen.map(|measures| measures.map(|values| median(&values).unwrap_or(f64::NAN)));
    let row = |measure, unit, place: usize, most| {
        let row = Row::new(NAME, measure, unit, ours[place]).against("bare poem", theirs[place]);
        row.target(Target::AtMost(most))
    };
    let rows = vec![
        row("exec to first answer", Unit::Milliseconds, 0, 50.0).calls(aws.calls().await?),
        row("memory idle", Unit::MiB, 1, 28.0),
    ];
    Ok(Report { rows, ..Report::default() })
}
