//! What happens to the machines of one load balancer, as it happens.

use chrono::Utc;
use elbm_api::{EventKind, Events, LoadBalancerKind, LoadBalancerName, MachineEvent, WatchMachinesResponse};
use elbm_core::Machine;
use elbm_engine::{Event, Watch};
use futures_util::stream::{self, Stream};
use openapi_poem_runtime::EventStream;
use tokio::sync::OwnedSemaphorePermit;

use super::{Api, convert};
use crate::auth::policy::{self, Access};
use crate::http::Caller;
use crate::metrics::Counted;
use crate::problem::{failed, told};
use crate::shutdown::Stopping;

impl Events for Api {
    type Caller = Caller;

    async fn watch_machines(
        &self,
        caller: Caller,
        elb_name: LoadBalancerName,
        kind: Option<LoadBalancerKind>,
    ) -> WatchMachinesResponse {
        if let Err(forbidden) = policy::permit(&caller.principal, Access::Read, elb_name.as_str()) {
            return failed(&caller, forbidden);
        }
        let place = match self.streams.take(&caller.principal.name) {
            Ok(place) => place,
            Err(too_many) => return failed(&caller, too_many),
        };
        match self.engine.watch(elb_name.as_str(), kind.map(convert::kind)).await {
            Ok(watch) => {
                let following = Following {
                    watch,
                    stopping: self.stopping.clone(),
                    _place: place,
                    _counted: self.metrics.stream(),
                };
                WatchMachinesResponse::Ok(EventStream::new(events(following)))
            }
            Err(error) => failed(&caller, error),
        }
    }
}

/// One who follows; it makes place for another when it ends.
struct Following {
    watch: Watch,
    stopping: Stopping,
    _place: OwnedSemaphorePermit,
    _counted: Counted,
}

/// Its events, until it has gone or the service ends.
fn events(following: Following) -> impl Stream<Item = MachineEvent> + Send {
    stream::unfold(Some(following), async |following| {
        let mut following = following?;
        tokio::select! {
            biased;
            () = following.stopping.requested() => Some((closing(), None)),
            event = following.watch.next() => Some((event_of(event), Some(following))),
        }
    })
}

fn closing() -> MachineEvent {
    MachineEvent {
        event: EventKind::Closing,
        as_of: Utc::now(),
        machines: None,
        gone: None,
        error: None,
        message: None,
    }
}

fn event_of(event: Event) -> MachineEvent {
    let listed = |machines: &[Machine]| Some(machines.iter().cloned().map(convert::machine).collect());
    match event {
        Event::Snapshot { as_of, machines } => {
            MachineEvent { event: EventKind::Snapshot, as_of, machines: listed(&machines), ..closing() }
        }
        Event::Change { as_of, difference } => MachineEvent {
            event: EventKind::Change,
            as_of,
            machines: listed(&difference.changed),
            gone: Some(difference.gone.iter().map(ToString::to_string).collect()),
            ..closing()
        },
        Event::Failure { as_of, error } => {
            let (code, sentence) = told(&error);
            MachineEvent { event: EventKind::Failure, as_of, error: Some(code), message: Some(sentence), ..closing() }
        }
    }
}
