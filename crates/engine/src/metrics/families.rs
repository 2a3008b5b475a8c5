//! Families of series. Each has all its series from the start.

use prometheus::core::{Collector, MetricVec, MetricVecBuilder};
use prometheus::{
    Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry,
};

/// Adds families of series to a registry.
///
/// # Panics
/// Each of its methods, where the name is none or is there already: names are written in the code, so that any test which
/// makes the metrics finds it.
#[derive(Debug, Clone, Copy)]
pub struct Families<'a>(&'a Registry);

impl<'a> Families<'a> {
    /// Those of this registry.
    #[must_use]
    pub fn of(registry: &'a Registry) -> Self {
        Self(registry)
    }

    /// Counters, one for each of these values of the labels, in their order.
    #[must_use]
    pub fn counters<const N: usize>(
        self,
        name: &str,
        help: &str,
        labels: [&str; N],
        all: &[[&str; N]],
    ) -> Vec<IntCounter> {
        self.series(IntCounterVec::new(Opts::new(name, help), &labels), all)
    }

    /// Gauges, as [`Self::counters`].
    #[must_use]
    pub fn gauges<const N: usize>(self, name: &str, help: &str, labels: [&str; N], all: &[[&str; N]]) -> Vec<Gauge> {
        self.series(GaugeVec::new(Opts::new(name, help), &labels), all)
    }

    /// Gauges of whole numbers, as [`Self::counters`].
    #[must_use]
    pub fn integer_gauges<const N: usize>(
        self,
        name: &str,
        help: &str,
        labels: [&str; N],
        all: &[[&str; N]],
    ) -> Vec<IntGauge> {
        self.series(IntGaugeVec::new(Opts::new(name, help), &labels), all)
    }

    /// Histograms with these upper bounds, as [`Self::counters`].
    #[must_use]
    pub fn histograms<const N: usize>(
        self,
        name: &str,
        help: &str,
        labels: [&str; N],
        all: &[[&str; N]],
        bounds: &[f64],
    ) -> Vec<Histogram> {
        self.series(HistogramVec::new(HistogramOpts::new(name, help).buckets(bounds.to_vec()), &labels), all)
    }

    /// A gauge of whole numbers without labels.
    #[must_use]
    pub fn gauge(self, name: &str, help: &str) -> IntGauge {
        self.added(IntGauge::new(name, help))
    }

    /// A family of its own making.
    ///
    /// # Panics
    /// As all of these.
    pub fn added<C: Collector + Clone + 'static>(self, family: prometheus::Result<C>) -> C {
        let family = family.expect("a well-formed name");
        self.0.register(Box::new(family.clone())).expect("a name of its own");
        family
    }

    fn series<B: MetricVecBuilder + 'static, const N: usize>(
        self,
        family: prometheus::Result<MetricVec<B>>,
        all: &[[&str; N]],
    ) -> Vec<B::M> {
        let family = self.added(family);
        all.iter().map(|values| family.with_label_values(values)).collect()
    }
}
