//! One scenario a file: each starts its own AWS and service, and tells numbers.

mod attaches;
mod fleet;
mod hot;
mod latency;
mod lists;
mod mixed;
mod start;

use clap::ValueEnum;

use crate::lab::Lab;
use crate::table::Row;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// From exec to the first answer, and the memory of a service that nobody has asked anything
    Start,
    /// The health check, as fast as it goes
    Healthcheck,
    /// A list of 20 machines that was asked for before, as fast as it goes
    #[value(name = "hot-20")]
    Hot20,
    /// A list of 1,000 machines that was asked for before, as fast as it goes
    #[value(name = "hot-1000")]
    Hot1000,
    /// The hot list of 20 machines at 10,000 requests a second, whether they are answered or not
    Latency,
    /// A list that was never asked for, and one whose health has to be asked for anew
    Lists,
    /// 1,000 machines attached to an empty target group at once
    Attaches,
    /// Reads of all kinds while machines come and go
    Mixed,
    /// 50 load balancers with 10 target groups of 100 targets each, all listed
    #[value(name = "50x10x100")]
    Fleet,
}

/// What a scenario tells.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Its numbers.
    pub(crate) rows: Vec<Row>,
    /// Answers that were not right: then the numbers mean nothing.
    pub(crate) wrong: Vec<String>,
}

impl Scenario {
    /// Its name, as the options say it.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Measures it.
    ///
    /// # Errors
    /// Where a process cannot be started, or a connection breaks.
    pub(crate) async fn run(self, lab: &Lab) -> anyhow::Result<Report> {
        match self {
            Self::Start => start::run(lab).await,
            Self::Healthcheck => hot::run(lab, &hot::HEALTHCHECK).await,
            Self::Hot20 => hot::run(lab, &hot::LIST_OF_20).await,
            Self::Hot1000 => hot::run(lab, &hot::LIST_OF_1000).await,
            Self::Latency => latency::run(lab).await,
            Self::Lists => lists::run(lab).await,
            Self::Attaches => attaches::run(lab).await,
            Self::Mixed => mixed::run(lab).await,
            Self::Fleet => fleet::run(lab).await,
        }
    }
}
