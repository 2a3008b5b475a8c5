//! Files that are read anew while the service runs: on SIGHUP, and when their content changes. A content that cannot be used
//! leaves things as they were; a good one later is taken.

use std::path::PathBuf;
use std::time::Duration;
use std::{fmt, fs};

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use zeroize::Zeroizing;

use crate::metrics::Metrics;

/// How often the files are looked at. Kubernetes swaps links, which no watch of a file sees, so that the content decides.
const EACH: Duration = Duration::from_secs(5);

/// What files hold, in their order.
pub(crate) type Contents = Vec<Zeroizing<Vec<u8>>>;

/// What is made of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    /// Who may call.
    Credentials,
    /// What TLS shows.
    Certificate,
}

impl Made {
    /// All of it.
    pub(crate) const ALL: [Self; 2] = [Self::Credentials, Self::Certificate];

    /// Its word in metrics.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Certificate => "certificate",
        }
    }
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Credentials => "the credentials file",
            Self::Certificate => "the TLS certificate",
        })
    }
}

type Take = dyn Fn(&Contents) -> anyhow::Result<()> + Send + Sync;

/// Files that make one thing.
pub(crate) struct Files {
    what: Made,
    paths: Vec<PathBuf>,
    /// The digest of the content that was judged last.
    judged: Option<[u8; 32]>,
}

/// Files, and what takes their content.
pub(crate) struct Source {
    files: Files,
    take: Box<Take>,
}

/// The files are looked at as long as this lives.
#[must_use]
pub(crate) struct Watching(#[expect(dead_code, reason = "its end ends the task")] JoinSet<()>);

impl Files {
    /// These files, as they are now: to be asked for before they are used first, so that no change is missed.
    pub(crate) fn now(what: Made, paths: Vec<PathBuf>) -> Self {
        let files = Self { what, paths, judged: None };
        let judged = files.read().ok().map(|contents| digest(&contents));
        Self { judged, ..files }
    }

    /// What they hold.
    ///
    /// # Errors
    /// Where one cannot be read: which.
    pub(crate) fn read(&self) -> anyhow::Result<Contents> {
        let what = self.what;
        let read = |path: &PathBuf| {
            let content = fs::read(path).map(Zeroizing::new);
            content.with_context(|| format!("cannot read {}, {what}", path.display()))
        };
        self.paths.iter().map(read).collect()
    }

    /// What takes their content when it changes.
    pub(crate) fn taken_by(self, take: impl Fn(&Contents) -> anyhow::Result<()> + Send + Sync + 'static) -> Source {
        Source { files: self, take: Box::new(take) }
    }
}

impl Source {
    /// Takes what the files hold, where it was not judged before or `always`; whether it is what is used, where that is new.
    fn look(&mut self, always: bool) -> Option<bool> {
        let what = self.files.what;
        let contents = match self.files.read() {
            Ok(contents) => contents,
            Err(error) => {
                // Once for as long as it lasts.
                if self.files.judged.take().is_some() || always {
                    tracing::error!(error = format!("{error:#}"), "{what} stays as it was: it cannot be read");
                }
                return Some(false);
            }
        };
        let digest = Some(digest(&contents));
        if !always && self.files.judged == digest {
            return None;
        }
        self.files.judged = digest;
        let taken = (self.take)(&contents);
        match &taken {
            Ok(()) => tracing::info!("{what} was read anew"),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "{what} stays as it was: it cannot be used");
            }
        }
        Some(taken.is_ok())
    }
}

/// Looks at the files from now on, and counts those that cannot be used. Without any, SIGHUP ends the process as it always does.
///
/// # Errors
/// Where the system does not let the signal be caught.
pub(crate) fn watch(mut sources: Vec<Source>, metrics: Metrics) -> anyhow::Result<Watching> {
    let mut tasks = JoinSet::new();
    if sources.is_empty() {
        return Ok(Watching(tasks));
    }
    let mut asked = signal(SignalKind::hangup()).context("cannot catch SIGHUP")?;
    let mut ticks = interval(EACH);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tasks.spawn(async move {
        loop {
            let always = tokio::select! {
                _ = asked.recv() => true,
                _ = ticks.tick() => false,
            };
            // The files are small, but a disk may be slow.
            tokio::task::block_in_place(|| {
                for source in &mut sources {
                    if let Some(taken) = source.look(always) {
                        metrics.read_anew(source.files.what, taken);
                    }
                }
            });
        }
    });
    Ok(Watching(tasks))
}

/// The content is not kept: it may be a key.
fn digest(contents: &Contents) -> [u8; 32] {
    let mut hash = Sha256::new();
    for content in contents {
        hash.update(content.len().to_be_bytes());
        hash.update(content.as_slice());
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::{Files, Made};

    #[test]
    fn a_content_is_judged_once_and_a_good_one_is_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        let write = |text: &str| std::fs::write(&file, text).expect("written");
        write("one");
        let judged = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&judged);
        let mut source = Files::now(Made::Credentials, vec![file.clone()]).taken_by(move |contents| {
            let text = String::from_utf8(contents[0].to_vec())?;
            noted.lock().expect("not poisoned").push(text.clone());
            anyhow::ensure!(text != "bad", "it is bad");
            Ok(())
        });
        let mut looked = |always| {
            let taken = source.look(always);
            (taken, std::mem::take(&mut *judged.lock().expect("not poisoned")))
        };
        let (nothing, only) = (Vec::new, |text: &str| vec![text.to_owned()]);
        assert_eq!(looked(false), (None, nothing()), "nothing has changed");
        assert_eq!(looked(true), (Some(true), only("one")), "it was asked to");
        write("bad");
        assert_eq!((looked(false), looked(false)), ((Some(false), only("bad")), (None, nothing())));
        std::fs::remove_file(&file).expect("it was there");
        assert_eq!((looked(false), looked(true)), ((Some(false), nothing()), (Some(false), nothing())));
        write("two");
        assert_eq!((looked(false), looked(false)), ((Some(true), only("two")), (None, nothing())));
    }
}
