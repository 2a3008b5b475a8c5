//! Carries plans out on AWS. One promise: verified effect or explicit failure.
//!
//! The way of a change: read the membership → let `elbm-core` plan → execute each step → ask AWS again until it shows
//! the effect. All of AWS is behind [`aws`], the only module of the workspace that names the SDK; every call passes
//! through one loop there.

pub mod aws;
mod change;
mod change_set;
mod counts;
mod departures;
mod drain;
mod ending;
mod engine;
mod error;
mod everywhere;
mod leases;
mod lists;
mod managers;
mod member;
pub mod metrics;
mod polls;
mod readiness;
mod reads;
mod reserve;
mod steps;
mod tally;
mod trail;
mod wait;
mod watch;
mod writers;

/// The target of the spans of traces.
pub const TRACE: &str = "elbm::trace";

pub use change_set::{ChangeSet, ChangeSetAsk, ChangeSetHow};
pub use counts::Counted;
pub use drain::{Drain, DrainedMachine, Restore};
pub use engine::{Engine, Freshness, Group, Machines, Settings};
pub use error::{Error, Failure, Item, ItemOutcome};
pub use everywhere::{Drained, DrainedFrom, Moved, Permits, Whereabouts};
pub use leases::LeaseSettings;
pub use lists::Lists;
pub use member::{Ask, How, Member};
pub use metrics::Metrics;
pub use readiness::Readiness;
pub use reads::Ages;
pub use tally::{ReadCounts, Subject};
pub use trail::{Deed, Deeds, End, Seen, Trail, WritingCall};
pub use watch::{Event, Watch};
