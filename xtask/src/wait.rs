//! Waiting for something to become true.

use std::time::{Duration, Instant};

use anyhow::bail;

/// How long is waited: many times what anything here takes, so that only what hangs meets it.
const LONGEST: Duration = Duration::from_mins(1);

/// How long until it is looked again.
const PAUSE: Duration = Duration::from_millis(100);

/// Looks again and again until something is found.
///
/// # Errors
/// Where looking fails, or nothing is found in a minute.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    let started = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if started.elapsed() > LONGEST {
            bail!("waited {} s in vain: {what}", LONGEST.as_secs());
        }
        std::thread::sleep(PAUSE);
    }
}
