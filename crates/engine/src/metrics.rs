//! What the engine does, in numbers. Every series is there from the start and found by an index, so that recording one is an
//! addition to an atomic, and a rate is right from the first time that something happens.

mod counted;
mod families;
mod leases;

use std::sync::Arc;
use std::time::Duration;

use elbm_core::{Change, Lane, Progress, Refusal, TargetState};
use prometheus::{Gauge, Histogram, IntCounter, IntGauge, Registry};

use crate::aws::{Action, AwsErrorKind, Class};
use crate::tally::{ReadCounts, Subject};
pub use counted::Counted;
pub use families::Families;
pub(crate) use leases::LeaseEnd;
use leases::OfLeases;

/// Seconds of one AWS call.
const CALL_SECONDS: [f64; 9] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Seconds of a wait for the budget: nothing to the default patience.
const TURN_SECONDS: [f64; 7] = [0.001, 0.01, 0.1, 0.5, 1.0, 5.0, 30.0];

/// Targets of one call that writes.
const BATCH_TARGETS: [f64; 7] = [1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0];

/// Seconds of a wait that a caller asked for: to the longest.
const WAIT_SECONDS: [f64; 7] = [1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 50.0];

/// The numbers of an engine. Cheap to clone; all clones are the same.
#[derive(Debug, Clone)]
pub struct Metrics(Arc<Series>);

#[derive(Debug)]
struct Series {
    registry: Registry,
    /// By action and [`RESULTS`].
    calls: Vec<Vec<IntCounter>>,
    call_seconds: Vec<Histogram>,
    turn_seconds: Vec<Histogram>,
    budget_spent: Vec<IntCounter>,
    budget_left: Vec<Gauge>,
    budget_burst: Vec<Gauge>,
    /// By subject: from memory, by a read that was waited for, and the reads that were made.
    reads: Vec<Vec<IntCounter>>,
    batches: Vec<Histogram>,
    waits: Vec<Histogram>,
    guard_refusals: Vec<IntCounter>,
    leases: OfLeases,
    targets: Vec<IntGauge>,
    groups: IntGauge,
    groups_without_healthy: IntGauge,
}

/// The counts of [`ReadCounts`], in their order.
const READS: [&str; 3] = ["kept", "awaited", "made"];

/// How one attempt of a call ended; [`result`] has the order.
const RESULTS: [&str; 8] = ["ok", "throttled", "denied", "credentials", "unreachable", "timeout", "failed", "rejected"];

/// The order of [`RESULTS`].
fn result(failure: Option<&AwsErrorKind>) -> usize {
    match failure {
        None => 0,
        Some(AwsErrorKind::Throttled) => 1,
        Some(AwsErrorKind::AccessDenied) => 2,
        Some(AwsErrorKind::Credentials) => 3,
        Some(AwsErrorKind::Unreachable) => 4,
        Some(AwsErrorKind::Timeout) => 5,
        // The last two are no attempts.
        Some(AwsErrorKind::Failed | AwsErrorKind::BudgetSpent { .. } | AwsErrorKind::LeaseLost) => 6,
        Some(AwsErrorKind::Rejected { .. }) => 7,
    }
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let registry = Registry::new();
        let families = Families::of(&registry);
        let actions: Vec<[&str; 2]> = Action::ALL.map(|action| [action.class().service(), action.name()]).to_vec();
        let classes = Class::ALL.map(Class::as_str).map(|class| [class]);
        let of_actions: Vec<_> =
            actions.iter().flat_map(|[service, action]| RESULTS.map(|result| [*service, *action, result])).collect();
        let calls = families.counters(
            "elbm_aws_calls_total",
            "Attempts of AWS calls by how they ended.",
            ["service", "action", "result"],
            &of_actions,
        );
        let budget_left = families.gauges(
            "elbm_aws_budget_left",
            "AWS calls that the budget has left by class; less than none where AWS throttled.",
            ["class"],
            &classes,
        );
        let budget_burst = families.gauges(
            "elbm_aws_budget_burst",
            "AWS calls of a full budget by class: the share of AWS's limit.",
            ["class"],
            &classes,
        );
        let budget_spent = families.counters(
            "elbm_aws_budget_spent_total",
            "AWS calls that were not made because their turn was too far away.",
            ["class"],
            &classes,
        );
        let of_subjects: Vec<_> =
            Subject::ALL.iter().flat_map(|subject| READS.map(|read| [subject.as_str(), read])).collect();
        let reads = families.counters(
            "elbm_reads_total",
            "What was wanted of AWS: answered from memory (kept), by a read that was waited for (awaited); reads (made).",
            ["subject", "result"],
            &of_subjects,
        );
        let series = Series {
            call_seconds: families.histograms(
                "elbm_aws_call_duration_seconds",
                "How long attempts of AWS calls took.",
                ["service", "action"],
                &actions,
                &CALL_SECONDS,
            ),
            turn_seconds: families.histograms(
                "elbm_aws_budget_wait_seconds",
                "How long AWS calls waited for their turn in the budget, by lane.",
                ["lane"],
                &Lane::ALL.map(Lane::as_str).map(|lane| [lane]),
                &TURN_SECONDS,
            ),
            batches: families.histograms(
                "elbm_write_batch_targets",
                "Targets of AWS calls that register or deregister.",
                ["change"],
                &[["register"], ["deregister"]],
                &BATCH_TARGETS,
            ),
            waits: families.histograms(
                "elbm_wait_seconds",
                "How long callers waited for a change to settle, by how that ended.",
                ["result"],
                &[["settled"], ["timed_out"], ["hopeless"]],
                &WAIT_SECONDS,
            ),
            guard_refusals: families.counters(
                "elbm_guard_refusals_total",
                "Detaches that the guard refused: too few healthy targets would be left, or the last of a group without any.",
                ["reason"],
                &[["minimum_healthy"], ["last_target"]],
            ),
            leases: OfLeases::new(families),
            targets: families.integer_gauges(
                "elbm_targets",
                "Targets by state, as they were seen last in the target groups that were read within ten minutes.",
                ["state"],
                &TargetState::ALL.map(TargetState::as_str).map(|state| [state]),
            ),
            groups: families.gauge("elbm_target_groups", "Target groups that were read within ten minutes."),
            groups_without_healthy: families.gauge(
                "elbm_target_groups_without_healthy",
                "Target groups with targets, none of them healthy, of those that were read within ten minutes.",
            ),
            calls: calls.chunks(RESULTS.len()).map(<[_]>::to_vec).collect(),
            reads: reads.chunks(READS.len()).map(<[_]>::to_vec).collect(),
            budget_left,
            budget_burst,
            budget_spent,
            registry: registry.clone(),
        };
        Self(Arc::new(series))
    }

    /// Where they are, and where those of others may be added.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// An attempt of a call ended.
    pub(crate) fn called(&self, action: Action, failure: Option<&AwsErrorKind>, took: Duration) {
        self.0.calls[action as usize][result(failure)].inc();
        self.0.call_seconds[action as usize].observe(took.as_secs_f64());
    }

    /// A call had its turn in the budget.
    pub(crate) fn waited_for_turn(&self, lane: Lane, took: Duration) {
        self.0.turn_seconds[lane as usize].observe(took.as_secs_f64());
    }

    /// A call was not made, because its turn was too far away.
    pub(crate) fn budget_spent(&self, class: Class) {
        self.0.budget_spent[class as usize].inc();
    }

    /// What the budget has, in calls.
    pub(crate) fn budget_is(&self, class: Class, left: f64, burst: f64) {
        self.0.budget_left[class as usize].set(left);
        self.0.budget_burst[class as usize].set(burst);
    }

    /// So many reads there were until now.
    pub(crate) fn reads_are(&self, subject: Subject, counts: ReadCounts) {
        let counters = &self.0.reads[subject as usize];
        for (counter, count) in counters.iter().zip([counts.kept, counts.awaited, counts.made]) {
            counter.inc_by(count.saturating_sub(counter.get()));
        }
    }

    /// So many targets were written in one call.
    pub(crate) fn wrote(&self, change: Change, targets: usize) {
        let batches = match change {
            Change::Register => &self.0.batches[0],
            Change::Deregister => &self.0.batches[1],
        };
        batches.observe(f64::from(u32::try_from(targets).unwrap_or(u32::MAX)));
    }

    /// A caller waited for a change to settle.
    pub(crate) fn waited(&self, progress: Progress, took: Duration) {
        let waits = match progress {
            Progress::Settled => &self.0.waits[0],
            Progress::Pending => &self.0.waits[1],
            Progress::Hopeless => &self.0.waits[2],
        };
        waits.observe(took.as_secs_f64());
    }

    /// Something was refused; those of the guard are counted.
    pub(crate) fn refused(&self, refusal: &Refusal) {
        match refusal {
            Refusal::WouldBreachMinimumHealthy { .. } => self.0.guard_refusals[0].inc(),
            Refusal::LastTarget { .. } => self.0.guard_refusals[1].inc(),
            _ => {}
        }
    }

    /// What happens to leases.
    pub(crate) fn leases(&self) -> &OfLeases {
        &self.0.leases
    }

    /// What was seen last of the targets of each group.
    pub(crate) fn seen<'a>(&self, groups: impl Iterator<Item = &'a [TargetState]>) {
        let mut targets = [0; TargetState::ALL.len()];
        let (mut all, mut without_healthy) = (0, 0);
        for states in groups {
            all += 1;
            without_healthy += i64::from(!states.is_empty() && !states.contains(&TargetState::Healthy));
            for state in states {
                targets[*state as usize] += 1;
            }
        }
        for (gauge, number) in self.0.targets.iter().zip(targets) {
            gauge.set(number);
        }
        self.0.groups.set(all);
        self.0.groups_without_healthy.set(without_healthy);
    }
}
