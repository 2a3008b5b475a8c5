//! The leases of several replicas: records of a `DynamoDB` table.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use elbm_core::{Lane, LeaseRecord};
use futures_util::future::{BoxFuture, FutureExt as _};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::turn::{Message, Place, Turn, Unavailable};
use super::{Lease, LeaseName, Leases};
use crate::aws::{Aws, AwsError};
use crate::error::Error;
use crate::metrics::LeaseEnd;

/// How long a change waits for each of its leases. A holder that died is gone before that.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is written to see whether it can be; the name of no lease.
const PROBE: &str = "probe";

/// Where replicas hold their leases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseSettings {
    /// The `DynamoDB` table; its key is the string `name`.
    pub table: String,
    /// The time of day.
    pub now: SystemTime,
}

/// What all turns of this replica share. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(super) aws: Aws,
    pub(super) table: Arc<str>,
    /// This replica, as long as this process runs.
    pub(super) own: Arc<str>,
    /// The time of day at a moment.
    day: (SystemTime, Instant),
    turns: Arc<Mutex<HashMap<LeaseName, mpsc::WeakUnboundedSender<Message>>>>,
}

impl Leases for Shared {
    fn take(&self, names: BTreeSet<LeaseName>) -> BoxFuture<'_, Result<Lease, Error>> {
        async move {
            let mut places = BTreeMap::new();
            for name in names {
                let place = self.place(&name).await?;
                places.insert(name, place);
            }
            Ok(Lease { _alone: Vec::new(), places })
        }
        .boxed()
    }

    /// Writes what nobody reads, where it is not there yet: a condition that fails shows as well that writing is allowed.
    fn probe(&self) -> BoxFuture<'_, Result<(), Error>> {
        async move {
            let record = LeaseRecord::taken(None, &self.own, self.own.to_string(), self.now());
            let put = self.aws.put_lease(&self.table, PROBE, None, &record, self.now()).await;
            put.map(drop).map_err(|error| self.unavailable(error).into())
        }
        .boxed()
    }
}

impl Shared {
    pub(crate) fn new(aws: &Aws, settings: LeaseSettings) -> Self {
        let own = format!("{:032x}", fastrand::u128(..));
        Self {
            aws: aws.on(Lane::Write),
            table: settings.table.into(),
            own: own.into(),
            day: (settings.now, Instant::now()),
            turns: Arc::default(),
        }
    }

    /// The time of day.
    pub(super) fn now(&self) -> DateTime<Utc> {
        let (then, since) = self.day;
        (then + since.elapsed()).into()
    }

    /// What it means that the table could not be written.
    pub(super) fn unavailable(&self, error: AwsError) -> Unavailable {
        if error.code() == Some("ResourceNotFoundException") {
            return Unavailable::NoTable(Arc::clone(&self.table));
        }
        Unavailable::Aws(Arc::new(error))
    }

    async fn place(&self, name: &LeaseName) -> Result<Place, Error> {
        let begun = Instant::now();
        let (end, place) = match timeout(PATIENCE, Place::wait(self.turn(name))).await {
            Ok(Ok(place)) => (LeaseEnd::Taken, Ok(place)),
            Ok(Err(error)) => (LeaseEnd::Failed, Err(error)),
            Err(_) => (LeaseEnd::Held, Err(Error::LeaseHeld { name: name.to_string(), within: PATIENCE })),
        };
        self.aws.metrics().leases().waited(end, begun.elapsed());
        place
    }

    /// The turn of this replica, which is begun where there is none.
    fn turn(&self, name: &LeaseName) -> mpsc::UnboundedSender<Message> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, inbox| inbox.strong_count() > 0);
        if let Some(inbox) = turns.get(name).and_then(mpsc::WeakUnboundedSender::upgrade) {
            return inbox;
        }
        let (inbox, mail) = mpsc::unbounded_channel();
        tokio::spawn(Turn::new(self.clone(), name.clone()).run(mail));
        turns.insert(name.clone(), inbox.downgrade());
        inbox
    }
}
