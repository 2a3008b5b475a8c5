//! What is counted for as long as it is there.

use prometheus::IntGauge;

/// Something that is counted for as long as it is there.
#[derive(Debug)]
pub struct Counted(IntGauge);

impl Counted {
    /// Counts it by this gauge from now on.
    #[must_use]
    pub fn by(gauge: &IntGauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
