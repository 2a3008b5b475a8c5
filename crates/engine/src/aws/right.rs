//! The right to make a call, which leases give and take.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// Holds as long as all of its leases do; without any, always.
#[derive(Debug, Clone, Default)]
pub(crate) struct Right(Vec<watch::Receiver<Instant>>);

impl Right {
    /// That of a lease, which says until when it holds.
    pub(crate) fn new(until: watch::Receiver<Instant>) -> Self {
        Self(vec![until])
    }

    /// Where both hold.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        for lease in &other.0 {
            if !self.0.iter().any(|own| own.same_channel(lease)) {
                self.0.push(lease.clone());
            }
        }
        self
    }

    /// How long it holds still, as far as is known now.
    pub(crate) fn left(&self) -> Duration {
        let each = self.0.iter().map(|until| until.borrow().saturating_duration_since(Instant::now()));
        each.min().unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_right_holds_as_long_as_all_of_its_leases() {
        let second = Duration::from_secs(1);
        let of = |seconds: u32| watch::channel(Instant::now() + second * seconds);
        let ((_short, one), (long, other)) = (of(3), of(9));
        assert_eq!(Right::default().left(), Duration::MAX);
        let both = Right::new(one).and(&Right::new(other.clone()));
        assert_eq!((both.left(), Right::new(other).left()), (second * 3, second * 9));
        long.send_replace(Instant::now());
        assert_eq!(both.left(), Duration::ZERO);
    }
}
