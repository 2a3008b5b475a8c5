//! The limit of open files, against which connections count. Many systems start programs with a soft limit of 1,024, for the
//! sake of those that use `select`, and let them raise it themselves.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What is open beside the connections of clients: those to AWS, and what the runtime needs.
const OWN: u64 = 256;

/// Makes room for so many connections, as far as the system lets it.
pub(crate) fn make_room_for(connections: usize) {
    let limit = getrlimit(Resource::Nofile);
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(OWN);
    // Without a limit there is room for all.
    let Some(current) = limit.current.filter(|current| *current < wanted) else { return };
    let raised = limit.maximum.map_or(wanted, |hard| hard.min(wanted));
    let failed = setrlimit(Resource::Nofile, Rlimit { current: Some(raised), ..limit }).err();
    let room = if failed.is_some() { current } else { raised };
    if room < wanted {
        tracing::warn!(files = room, connections, "the limit of open files is too low for so many connections");
    }
}
