//! `elbm apply`

use std::cell::RefCell;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use comfy_table::Cell;
use elbm_client::builder::ChangeMembers;
use elbm_client::types::{self, ChangeSet, Changes, ErrorCode, ItemOutcome, LoadBalancerKind, Outcome, TargetState};
use serde_saphyr::{MessageFormatter as _, UserMessageFormatter};

use super::{Context, with};
use crate::exit::Exit;
use crate::failure::{Failure, Request};
use crate::options::Apply;
use crate::output::{Output, say, state, text};
use crate::progress::Progress;
use crate::stop;
use crate::wait::{self, Seen, Waited};
use crate::wanted::{Action, seconds};

/// Makes the changes of a file, or shows the plan.
pub(crate) async fn run(context: &Context, apply: Apply) -> Result<Exit, Failure> {
    let changes = read(&apply.file)?;
    let kind = apply.load_balancer.kind.map(LoadBalancerKind::from);
    let detach = Action::Detach { force: false, reason: None };
    let actions: Vec<_> = changes
        .items
        .iter()
        .map(|item| match item.action {
            types::Action::Attach => (&Action::Attach, item.target_group.as_ref()),
            types::Action::Detach => (&detach, item.target_group.as_ref()),
        })
        .collect();
    // What is refused here has changed nothing.
    let deadline = context.deadline(apply.wait, &apply.load_balancer.name, kind, &actions).await?;
    let ask = Ask { context, apply: &apply, kind, changes: &changes, made: RefCell::default() };

    let outcome = tokio::select! {
        outcome = ask.make(deadline) => outcome,
        () = stop::requested() => Ok(Exit::Interrupted),
    };
    let output = context.output;
    match (ask.made.into_inner(), outcome) {
        (Some(made), outcome) => {
            output.show(&made, || table(output, &made.items))?;
            made.warnings.iter().for_each(|warning| say(&format!("careful: {warning}")));
            if let Ok(Exit::Pending | Exit::Interrupted) = outcome {
                say("the changes are made, and had not all settled when they were last seen");
            }
            outcome
        }
        (None, Ok(Exit::Interrupted)) => {
            say("the service was asked and may go on with it; look, or repeat the command");
            Ok(Exit::Interrupted)
        }
        (None, Err(failure)) if !failure.items.is_empty() => {
            output.show(&failure, || table(output, &failure.items))?;
            let exit = of_items(&failure.items).unwrap_or(failure.exit);
            Err(Failure { exit, ..failure })
        }
        (None, outcome) => outcome,
    }
}

/// The changes that a file says; `-` is standard input.
fn read(path: &Path) -> Result<Changes, Failure> {
    let name = path.display();
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(path).map(|read| text = read)
    };
    read.map_err(|error| Failure::new(Exit::Usage, format!("cannot read {name}: {error}")))?;
    let options = serde_saphyr::options! { with_snippet: false };
    serde_saphyr::from_str_with_options(&text, options).map_err(|error| {
        let place =
            error.location().map_or_else(String::new, |at| format!(", line {}, column {}", at.line(), at.column()));
        let why = UserMessageFormatter.format_message(&error).into_owned();
        Failure::new(Exit::Usage, format!("{name}{place}: {why}"))
    })
}

/// A change set as it is asked for.
struct Ask<'a> {
    context: &'a Context,
    apply: &'a Apply,
    kind: Option<LoadBalancerKind>,
    changes: &'a Changes,
    /// What is made, as it was last seen.
    made: RefCell<Option<ChangeSet>>,
}

impl Ask<'_> {
    async fn make(&self, deadline: Option<Instant>) -> Result<Exit, Failure> {
        let first = self.ask(self.changes.clone(), None).await?;
        let (settled, states) = (first.settled, told(&first.items));
        let exit = of_items(&first.items).unwrap_or(Exit::Done);
        self.made.replace(Some(first));
        let Some(deadline) = deadline.filter(|_| !settled && !self.apply.dry_run) else { return Ok(exit) };

        let progress = Progress::until(deadline);
        let line = progress.line(self.apply.load_balancer.name.as_str());
        line.tell(&states);
        // What is made has changed the membership.
        let again = Changes { expected_membership: None, ..self.changes.clone() };
        let look = async |hold| {
            let made = self.ask(again.clone(), Some(hold)).await?;
            Ok(Seen { settled: made.settled, text: told(&made.items), hopeless: hopeless(&made.items), answer: made })
        };
        match wait::settle(&line, look, |made| self.remember(made)).await {
            Waited::Settled(made) => {
                self.remember(made);
                Ok(exit)
            }
            Waited::Pending => Ok(Exit::Pending),
            Waited::Failed(failure) => {
                Err(Failure { message: format!("the changes are made, but: {}", failure.message), ..failure })
            }
        }
    }

    async fn ask(&self, changes: Changes, hold: Option<Duration>) -> Result<ChangeSet, Failure> {
        let Apply { load_balancer, dry_run, force, .. } = self.apply;
        let wait = hold.map(seconds);
        let client = self.context.client().await?;
        let request = client.change_members().elb_name(load_balancer.name.clone()).body(changes);
        let request = with(request, self.kind, ChangeMembers::kind);
        let request = with(request, wait, ChangeMembers::wait);
        let request = with(request, dry_run.then_some(true), ChangeMembers::dry_run);
        let request = with(request, force.force.then_some(true), ChangeMembers::force);
        let request = with(request, force.reason.clone(), ChangeMembers::x_reason);
        let request_kind = if *dry_run { Request::Read } else { Request::Change };
        match request.send().await {
            Ok(made) => Ok(made.into_inner()),
            Err(error) => Err(Failure::of(error, &self.context.server, request_kind).await),
        }
    }

    /// Takes over the states that are seen later; what was done first stays done.
    fn remember(&self, later: ChangeSet) {
        let mut made = self.made.borrow_mut();
        let Some(made) = made.as_mut() else { return };
        let key = |item: &ItemOutcome| (item.action, item.instance_id.clone(), item.target_group.clone(), item.port);
        for item in &mut made.items {
            item.state = later.items.iter().find(|later| key(later) == key(item)).and_then(|later| later.state);
        }
        made.settled = later.settled;
        made.membership_version = later.membership_version;
    }
}

/// How it ends by what was refused or failed, if anything was.
fn of_items(items: &[ItemOutcome]) -> Option<Exit> {
    let good = |item: &&ItemOutcome| !matches!(item.outcome, Outcome::Done | Outcome::Unchanged | Outcome::Planned);
    let bad: Vec<_> = items.iter().filter(good).collect();
    let guarded = |item: &&ItemOutcome| item.error == Some(ErrorCode::WouldBreachMinimumHealthy);
    if bad.is_empty() {
        None
    } else if bad.iter().all(guarded) {
        Some(Exit::Guarded)
    } else if bad.iter().all(|item| item.outcome == Outcome::Refused) {
        Some(Exit::Refused)
    } else if bad.iter().any(|item| item.outcome == Outcome::Unverified) {
        Some(Exit::Unknown)
    } else {
        Some(Exit::Failed)
    }
}

/// Whether a registration is not yet what it should be.
fn is_unsettled(item: &ItemOutcome) -> bool {
    match item.action {
        Some(types::Action::Attach) => item.state != Some(TargetState::Healthy),
        _ => item.state.is_some(),
    }
}

/// How many are in which state that are not yet what they should be.
fn told(items: &[ItemOutcome]) -> String {
    let mut states: Vec<_> = items.iter().filter(|item| is_unsettled(item)).map(|item| item.state).collect();
    states.sort();
    let word = |state: Option<TargetState>| state.map_or("not yet seen".to_owned(), |state| state.to_string());
    let runs = states.chunk_by(|one, other| one == other);
    runs.map(|run| format!("{} {}", run.len(), word(run[0]))).collect::<Vec<_>>().join(", ")
}

/// What gets no traffic until somebody does something.
fn hopeless(items: &[ItemOutcome]) -> Option<Failure> {
    let unused =
        |item: &&ItemOutcome| item.action == Some(types::Action::Attach) && item.state == Some(TargetState::Unused);
    let item = items.iter().find(unused)?;
    let machine = item.instance_id.as_deref().unwrap_or("a machine");
    Some(Failure::new(Exit::Failed, format!("{machine} does not become healthy; `elbm show` tells why")))
}

fn table(output: Output, items: &[ItemOutcome]) -> String {
    let rows = items.iter().map(|item| {
        vec![
            text(item.action.as_ref()),
            text(item.instance_id.as_ref()),
            text(item.target_group.as_ref()),
            text(item.port.as_ref()),
            Cell::new(item.outcome),
            state(item.state),
            text(item.message.as_ref().or(item.error.map(|code| code.to_string()).as_ref())),
        ]
    });
    output.table(&["ACTION", "INSTANCE", "GROUP", "PORT", "RESULT", "STATE", "WHY"], rows.collect(), "")
}
