//! Open loop: requests come at their times, whether the ones before are answered or not, and each is measured from the time
//! at which it should have been sent. So a server that halts is charged for all that came meanwhile (no coordinated omission).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use tokio::sync::Semaphore;

use super::{Ask, Connection, Outcome};

/// The times of the requests: so many a second, evenly.
#[derive(Debug, Clone, Copy)]
struct Schedule {
    begun: Instant,
    rate: u32,
    total: u64,
    /// When nothing more is sent: a server that is so far behind does not come back.
    end: Instant,
}

impl Schedule {
    fn due(self, number: u64) -> Instant {
        let second = u64::from(self.rate);
        let nanos = (number % second) * 1_000_000_000 / second;
        self.begun + Duration::from_secs(number / second) + Duration::from_nanos(nanos)
    }
}

/// `rate` requests a second for this time, on so many connections. What is not sent in twice the time never is, and is neither right
/// nor wrong.
///
/// # Errors
/// Where a connection breaks.
pub(crate) async fn open(
    service: SocketAddr,
    connections: usize,
    ask: &Ask,
    rate: u32,
    lasting: Duration,
) -> anyhow::Result<Outcome> {
    let mut opened = Vec::with_capacity(connections);
    for _ in 0..connections {
        let mut connection = Connection::open(service).await?;
        connection.ask(ask).await?;
        opened.push(connection);
    }
    let total = u64::from(rate) * u64::try_from(lasting.as_millis())? / 1000;
    let begun = Instant::now();
    let schedule = Schedule { begun, rate, total, end: begun + lasting * 2 };
    let (due, next) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicU64::new(0)));
    let workers: Vec<_> = opened
        .into_iter()
        .map(|connection| tokio::spawn(work(connection, ask.clone(), schedule, Arc::clone(&due), Arc::clone(&next))))
        .collect();
    // tokio's timers count milliseconds; a thread of its own wakes up within some ten microseconds.
    let clock = tokio::task::spawn_blocking(move || {
        for number in 0..total {
            thread::sleep(schedule.due(number).saturating_duration_since(Instant::now()));
            due.add_permits(1);
        }
        // The workers find that nothing is left.
        due.add_permits(connections);
    });
    let done = try_join_all(workers).await?;
    clock.await?;
    let mut all = Outcome::nothing()?;
    for outcome in done {
        all.merge(outcome?)?;
    }
    all.lasted = schedule.begun.elapsed();
    Ok(all)
}

async fn work(
    mut connection: Connection,
    ask: Ask,
    schedule: Schedule,
    due: Arc<Semaphore>,
    next: Arc<AtomicU64>,
) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::nothing()?;
    loop {
        due.acquire().await?.forget();
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= schedule.total || Instant::now() > schedule.end {
            return Ok(outcome);
        }
        let answer = connection.ask(&ask).await?;
        outcome.note(ask.check(&answer), schedule.due(number).elapsed())?;
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Schedule;

    #[test]
    fn requests_are_due_evenly() {
        let begun = Instant::now();
        let schedule = Schedule { begun, rate: 10_000, total: 30_000, end: begun };
        for (number, micros) in [(0, 0), (1, 100), (9_999, 999_900), (10_000, 1_000_000), (25_001, 2_500_100)] {
            assert_eq!(schedule.due(number) - schedule.begun, Duration::from_micros(micros), "{number}");
        }
    }
}
