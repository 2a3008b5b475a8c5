//! The result: rows of numbers with baseline, ratio and target, as a table and as JSON.

use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

use crate::aws::Calls;

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Unit {
    /// So many in a second.
    PerSecond,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
    /// 1,048,576 bytes.
    MiB,
    /// A number of something.
    Count,
}

/// What a number, or its ratio to the baseline, should be. Missing it is no failure: the machine has its part in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Target {
    /// The number itself, at least.
    AtLeast(f64),
    /// The number itself, at most.
    AtMost(f64),
    /// Its ratio to the baseline, at least.
    RatioAtLeast(f64),
    /// Its ratio to the baseline, at most.
    RatioAtMost(f64),
}

/// One number of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    scenario: &'static str,
    measure: String,
    unit: Unit,
    service: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Baseline>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Judged>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aws_calls: Option<Calls>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Baseline {
    name: String,
    value: f64,
    /// None where the baseline is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
struct Judged {
    #[serde(flatten)]
    target: Target,
    met: bool,
}

impl Row {
    /// A number of the service.
    pub(crate) fn new(scenario: &'static str, measure: impl Into<String>, unit: Unit, service: f64) -> Self {
        Self { scenario, measure: measure.into(), unit, service, baseline: None, target: None, aws_calls: None }
    }

    /// The same number of a baseline.
    #[must_use]
    pub(crate) fn against(mut self, name: impl Into<String>, value: f64) -> Self {
        let ratio = (value != 0.0).then_some(self.service / value);
        self.baseline = Some(Baseline { name: name.into(), value, ratio });
        self
    }

    /// What it should be; to be said after the baseline.
    #[must_use]
    pub(crate) fn target(mut self, target: Target) -> Self {
        let ratio = self.baseline.as_ref().and_then(|baseline| baseline.ratio).unwrap_or(f64::NAN);
        let met = match target {
            Target::AtLeast(bound) => self.service >= bound,
            Target::AtMost(bound) => self.service <= bound,
            Target::RatioAtLeast(bound) => ratio >= bound,
            Target::RatioAtMost(bound) => ratio <= bound,
        };
        self.target = Some(Judged { target, met });
        self
    }

    /// The calls that the service made to AWS meanwhile.
    #[must_use]
    pub(crate) fn calls(mut self, calls: Calls) -> Self {
        self.aws_calls = Some(calls);
        self
    }

    fn cells(&self) -> [String; 8] {
        let baseline = self.baseline.as_ref();
        let or_nothing = |text: Option<String>| text.unwrap_or_default();
        [
            self.scenario.to_owned(),
            self.measure.clone(),
            self.unit.show(self.service),
            or_nothing(baseline.map(|baseline| self.unit.show(baseline.value))),
            or_nothing(baseline.map(|baseline| baseline.name.clone())),
            or_nothing(baseline.and_then(|baseline| baseline.ratio).map(ratio)),
            or_nothing(self.target.map(|judged| judged.show(self.unit))),
            or_nothing(self.aws_calls.map(|calls| calls.to_string())),
        ]
    }
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Self::PerSecond => format!("{}/s", grouped(value)),
            Self::Seconds => format!("{value:.2} s"),
            Self::Milliseconds => format!("{value:.2} ms"),
            Self::Microseconds => format!("{value:.1} µs"),
            Self::MiB => format!("{value:.1} MiB"),
            Self::Count => grouped(value),
        }
    }
}

impl Judged {
    fn show(self, unit: Unit) -> String {
        let target = match self.target {
            Target::AtLeast(bound) => format!("≥ {}", unit.show(bound)),
            Target::AtMost(bound) => format!("≤ {}", unit.show(bound)),
            Target::RatioAtLeast(bound) => format!("ratio ≥ {bound}"),
            Target::RatioAtMost(bound) => format!("ratio ≤ {bound}"),
        };
        format!("{target} {}", if self.met { "met" } else { "MISSED" })
    }
}

/// Two digits behind the point, more where they would be all that there is.
fn ratio(ratio: f64) -> String {
    if ratio < 0.1 { format!("{ratio:.4}") } else { format!("{ratio:.2}") }
}

/// A whole number with commas: `12,345`; small ones with what they need.
fn grouped(value: f64) -> String {
    if value < 100.0 && value.fract() != 0.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// All rows, as markdown too reads them; the first of each scenario names it.
pub(crate) fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(["scenario", "measure", "service", "baseline", "of", "ratio", "target", "AWS calls"]);
    let mut before = None;
    for row in rows {
        let mut cells = row.cells();
        if before == Some(row.scenario) {
            cells[0].clear();
        }
        before = Some(row.scenario);
        table.add_row(cells);
    }
    for column in [2, 3, 5] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Row, Target, Unit, grouped, table};
    use crate::aws::Calls;

    fn row() -> Row {
        Row::new("healthcheck", "requests", Unit::PerSecond, 12_000.0).against("bare poem", 15_000.0)
    }

    #[test]
    fn a_target_is_met_at_its_bound() {
        for (target, met) in [
            (Target::RatioAtLeast(0.8), true),
            (Target::RatioAtLeast(0.81), false),
            (Target::RatioAtMost(0.8), true),
            (Target::RatioAtMost(0.79), false),
            (Target::AtLeast(12_000.0), true),
            (Target::AtLeast(12_001.0), false),
            (Target::AtMost(12_000.0), true),
            (Target::AtMost(11_999.0), false),
        ] {
            let judged = row().target(target).target.map(|judged| judged.met);
            assert_eq!(judged, Some(met), "{target:?}");
        }
    }

    #[test]
    fn a_ratio_without_a_baseline_is_never_good() {
        for target in [Target::RatioAtLeast(0.0), Target::RatioAtMost(9.0)] {
            let judged = Row::new("a", "b", Unit::Count, 1.0).target(target).target.map(|judged| judged.met);
            assert_eq!(judged, Some(false));
        }
    }

    #[test]
    fn shows_each_number_beside_its_baseline_and_target() {
        let calls = Calls { answered: 3, throttled: 1, refused: 0 };
        let rows = [
            row().target(Target::RatioAtLeast(0.8)).calls(calls),
            Row::new("healthcheck", "CPU a request", Unit::Microseconds, 41.26).against("bare poem", 20.0),
            Row::new("memory", "idle", Unit::MiB, 30.0).target(Target::AtMost(28.0)),
        ];
        let shown = table(&rows).to_string();
        let lines: Vec<String> = shown
            .lines()
            .filter(|line| line.contains(char::is_alphanumeric))
            .map(|line| line.split(['|', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(
            lines,
            [
                "scenario measure service baseline of ratio target AWS calls",
                "healthcheck requests 12,000/s 15,000/s bare poem 0.80 ratio ≥ 0.8 met 4, 1 throttled",
                "CPU a request 41.3 µs 20.0 µs bare poem 2.06",
                "memory idle 30.0 MiB ≤ 28.0 MiB MISSED",
            ]
        );
    }

    #[test]
    fn the_same_numbers_are_json() {
        let row = row().target(Target::RatioAtLeast(0.9)).calls(Calls { answered: 3, throttled: 1, refused: 2 });
        assert_eq!(
            serde_json::to_value(row).expect("it is JSON"),
            json!({
                "scenario": "healthcheck", "measure": "requests", "unit": "perSecond", "service": 12_000.0,
                "baseline": {"name": "bare poem", "value": 15_000.0, "ratio": 0.8},
                "target": {"ratioAtLeast": 0.9, "met": false},
                "awsCalls": {"answered": 3, "throttled": 1, "refused": 2},
            })
        );
    }

    #[test]
    fn large_numbers_have_commas() {
        for (value, shown) in
            [(0.0, "0"), (4.0, "4"), (9.54, "9.5"), (999.6, "1,000"), (12_345.0, "12,345"), (1_234_567.0, "1,234,567")]
        {
            assert_eq!(grouped(value), shown);
        }
    }
}
