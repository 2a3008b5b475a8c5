//! Fleet files: YAML, and so JSON too. The types of a fleet are read as they are; what does not fit together has the line of
//! the part that does not fit.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_saphyr::{Error, Location, MessageFormatter as _, Spanned, UserMessageFormatter};

use super::{
    AccessKeySpec, AutoScalingGroupSpec, ClassicLoadBalancerSpec, Fleet, Generate, InstanceSpec, LoadBalancerSpec,
    Part, Registered, TargetGroupSpec, VpcSpec,
};
use crate::state::World;

/// A fleet, as a file says it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct FleetFile {
    region: Option<Spanned<String>>,
    vpcs: Vec<Spanned<VpcSpec>>,
    instances: Vec<Spanned<InstanceSpec>>,
    load_balancers: Vec<Spanned<LoadBalancerSpec>>,
    target_groups: Vec<Spanned<TargetGroupSpec>>,
    registrations: Vec<Spanned<Registered>>,
    classic_load_balancers: Vec<Spanned<ClassicLoadBalancerSpec>>,
    auto_scaling_groups: Vec<Spanned<AutoScalingGroupSpec>>,
    access_keys: Vec<Spanned<AccessKeySpec>>,
    generate: Option<Spanned<Generate>>,
}

/// Why a text is no fleet, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct FleetTextError {
    /// The line, the first of which is 1.
    pub line: u64,
    /// The column in characters, the first of which is 1.
    pub column: u64,
    /// What is wrong.
    pub message: String,
}

/// Why a file is no fleet.
#[derive(Debug, thiserror::Error)]
pub enum FleetFileError {
    /// It cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// What it says is no fleet.
    #[error("{}:{error}", path.display())]
    Text {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        error: FleetTextError,
    },
}

impl Fleet {
    /// The fleet of a file; see [`parse`](Self::parse).
    ///
    /// # Errors
    /// The file cannot be read, or what it says is no fleet.
    pub fn from_file(path: &Path) -> Result<Self, FleetFileError> {
        let bytes = fs::read(path).map_err(|source| FleetFileError::Read { path: path.to_owned(), source })?;
        let parsed = match str::from_utf8(&bytes) {
            Ok(text) => Self::parse(text),
            Err(error) => Err(not_utf8(&String::from_utf8_lossy(&bytes[..error.valid_up_to()]))),
        };
        parsed.map_err(|error| FleetFileError::Text { path: path.to_owned(), error })
    }

    /// The fleet that a text in YAML or JSON says, in whose words the crate's documentation is. Unknown fields are refused, and
    /// so is what does not fit together.
    ///
    /// # Errors
    /// The text is no such fleet; the error says where.
    pub fn parse(text: &str) -> Result<Self, FleetTextError> {
        // A fleet may be large; aliases stay bounded.
        let budget = serde_saphyr::budget! {
            max_events: usize::MAX,
            max_nodes: usize::MAX,
            max_total_scalar_bytes: usize::MAX,
        };
        let options = serde_saphyr::options! { budget: budget, strict_booleans: true, with_snippet: false };
        let file: FleetFile =
            serde_saphyr::from_str_with_options(text, options).map_err(|error| FleetTextError::of(&error, text))?;
        let (fleet, locations) = file.into_fleet();
        match World::new(fleet.clone(), DateTime::<Utc>::UNIX_EPOCH) {
            Ok(_) => Ok(fleet),
            Err(misfit) => Err(FleetTextError::at(locations.of(misfit.part), misfit.error.to_string())),
        }
    }
}

/// Where the parts of a fleet are said.
struct Locations {
    by_part: HashMap<Part, Location>,
    /// Where parts are said that nothing else says.
    generate: Location,
}

impl Locations {
    fn of(&self, part: Part) -> Location {
        self.by_part.get(&part).copied().unwrap_or(self.generate)
    }
}

impl FleetFile {
    fn into_fleet(self) -> (Fleet, Locations) {
        let mut by_part = HashMap::new();
        let mut fleet = Fleet::new("us-east-1");
        if let Some(region) = self.region {
            by_part.insert(Part::Region, region.referenced);
            fleet.region = region.value;
        }
        let by = &mut by_part;
        place(self.vpcs, Part::Vpc, by, |spec| drop(fleet.vpc(spec)));
        place(self.instances, Part::Instance, by, |spec| drop(fleet.instance(spec)));
        place(self.load_balancers, Part::LoadBalancer, by, |spec| drop(fleet.load_balancer(spec)));
        place(self.target_groups, Part::TargetGroup, by, |spec| drop(fleet.target_group(spec)));
        place(self.registrations, Part::Registration, by, |own| fleet.registrations.push(own));
        place(self.classic_load_balancers, Part::ClassicLoadBalancer, by, |spec| fleet.classic_load_balancer(spec));
        place(self.auto_scaling_groups, Part::AutoScalingGroup, by, |spec| fleet.auto_scaling_group(spec));
        place(self.access_keys, Part::AccessKey, by, |spec| fleet.access_key(spec));
        let mut generate = Location::UNKNOWN;
        if let Some(item) = self.generate {
            generate = item.referenced;
            fleet.generate(item.value);
        }
        (fleet, Locations { by_part, generate })
    }
}

/// Adds each of these, and notes where it is said.
fn place<T>(
    items: Vec<Spanned<T>>,
    part: fn(usize) -> Part,
    by_part: &mut HashMap<Part, Location>,
    mut add: impl FnMut(T),
) {
    for (number, item) in items.into_iter().enumerate() {
        by_part.insert(part(number), item.referenced);
        add(item.value);
    }
}

impl FleetTextError {
    fn at(location: Location, message: String) -> Self {
        Self { line: location.line(), column: location.column(), message }
    }

    /// An error of the text itself; one without a place is at the end of the text.
    fn of(error: &Error, text: &str) -> Self {
        let message = UserMessageFormatter.format_message(error.without_snippet()).into_owned();
        match error.location() {
            Some(location) => Self::at(location, message),
            None => Self::at_end(text, message),
        }
    }

    fn at_end(text: &str, message: String) -> Self {
        let (line, last) = text.split('\n').enumerate().last().unwrap_or_default();
        let number = |count: usize| u64::try_from(count + 1).unwrap_or(u64::MAX);
        Self { line: number(line), column: number(last.chars().count()), message }
    }
}

fn not_utf8(before: &str) -> FleetTextError {
    FleetTextError::at_end(before, "this is not UTF-8".to_owned())
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
