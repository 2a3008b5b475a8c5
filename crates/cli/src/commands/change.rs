//! `elbm attach`, `elbm detach`

use std::cell::{Cell, RefCell};
use std::time::Instant;

use elbm_client::types::{InstanceId, LoadBalancerKind};
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};

use super::{Context, with};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::{Attach, Change, Detach, Machines, Wait};
use crate::output::say;
use crate::own;
use crate::progress::Progress;
use crate::report::{Entry, Outcome, Report};
use crate::stop;
use crate::wait::{self, Waited};
use crate::wanted::{Action, Wanted};

/// How many changes are asked for side by side.
const SIDE_BY_SIDE: usize = 8;

pub(crate) async fn attach(context: &Context, attach: Attach) -> Result<Exit, Failure> {
    run(context, Action::Attach, attach.change).await
}

pub(crate) async fn detach(context: &Context, detach: Detach) -> Result<Exit, Failure> {
    let action = Action::Detach { force: detach.force.force, reason: detach.force.reason };
    run(context, action, detach.change).await
}

async fn run(context: &Context, action: Action, change: Change) -> Result<Exit, Failure> {
    let Change { load_balancer, machines, target_group, port, wait } = change;
    let wanted = Wanted {
        action,
        load_balancer: load_balancer.name,
        kind: load_balancer.kind.map(LoadBalancerKind::from),
        target_group,
        port,
    };
    let pursuit = Pursuit { context, report: RefCell::new(Report::new(named(machines).await?)), wanted };
    // What is refused here has changed nothing.
    let deadline = pursuit.deadline(wait).await?;
    let stopped = tokio::select! {
        () = pursuit.pursue(deadline) => false,
        () = stop::requested() => true,
    };
    let report = pursuit.report.into_inner();
    for sentence in report.sentences(&pursuit.wanted.action) {
        say(&sentence);
    }
    context.output.show(report.entries(), || report.table(context.output, &pursuit.wanted))?;
    Ok(if stopped { Exit::Interrupted } else { report.exit() })
}

/// The machines, each once.
pub(crate) async fn named(machines: Machines) -> Result<Vec<InstanceId>, Failure> {
    let mut named = if machines.own { vec![own::instance().await?] } else { machines.instances };
    let mut seen = std::collections::BTreeSet::new();
    named.retain(|machine| seen.insert(machine.clone()));
    Ok(named)
}

/// A change on its way.
struct Pursuit<'a> {
    context: &'a Context,
    wanted: Wanted,
    /// What is known of each machine at any time, so that an interrupted command tells it too.
    report: RefCell<Report>,
}

impl Pursuit<'_> {
    /// By when to have settled, if it is waited for.
    async fn deadline(&self, wait: Wait) -> Result<Option<Instant>, Failure> {
        let longest = match wait.wait {
            None => return Ok(None),
            Some(Some(longest)) => longest,
            Some(None) => {
                let request = self.context.client.list_targets().elb_name(self.wanted.load_balancer.clone());
                let request = with(request, self.wanted.kind, |request, kind| request.kind(kind));
                let groups = request.send().await.map_err(|error| self.context.unread(error))?;
                wait::longest(&self.wanted, &groups)
            }
        };
        Ok(Some(Instant::now() + longest))
    }

    async fn pursue(&self, deadline: Option<Instant>) {
        let machines = self.report.borrow().machines();
        let in_vain = Cell::new(false);
        let changes = stream::iter(machines.iter().enumerate()).map(|(place, machine)| {
            let in_vain = &in_vain;
            async move {
                if in_vain.get() {
                    return;
                }
                self.set(place, Outcome::Asked);
                let asked = self.wanted.ask(&self.context.client, &self.context.server, machine, None).await;
                self.set(
                    place,
                    match asked {
                        Ok(answer) => Outcome::Made { pending: deadline.is_some() && !answer.settled, answer },
                        Err(failure) => {
                            // What is wrong with all of them is asked once.
                            let all = matches!(failure.exit, Exit::NotFound | Exit::NotPermitted | Exit::TryLater);
                            in_vain.set(in_vain.get() || all);
                            Outcome::Failed { failure, made: None }
                        }
                    },
                );
            }
        });
        changes.buffer_unordered(SIDE_BY_SIDE).collect::<()>().await;
        if let Some(deadline) = deadline {
            let progress = Progress::until(deadline);
            let pending = self.report.borrow().pending();
            join_all(pending.into_iter().map(|entry| self.settle(&progress, entry))).await;
        }
    }

    async fn settle(&self, progress: &Progress, (place, entry): (usize, Entry)) {
        let Outcome::Made { answer: first, .. } = entry.outcome else { return };
        let changed = first.changed;
        let line = progress.line(&entry.instance_id);
        line.tell(&self.wanted, &first);
        let last = RefCell::new(first);
        let Context { client, server, .. } = self.context;
        let seen = |answer: &crate::wanted::Answer| {
            let mut answer = answer.clone();
            answer.changed |= changed;
            self.set(place, Outcome::Made { answer: answer.clone(), pending: true });
            last.replace(answer);
        };
        let waited = wait::settle(client, server, &self.wanted, &entry.instance_id, &line, seen).await;
        match waited {
            Waited::Settled(mut answer) => {
                answer.changed |= changed;
                self.set(place, Outcome::Made { answer, pending: false });
            }
            Waited::Pending => {}
            Waited::Failed(failure) => {
                self.set(place, Outcome::Failed { failure, made: Some(last.into_inner()) });
            }
        }
    }

    fn set(&self, place: usize, outcome: Outcome) {
        self.report.borrow_mut().set(place, outcome);
    }
}
