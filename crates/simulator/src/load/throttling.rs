//! The buckets of tokens that calls are throttled by.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::time::Duration;

use crate::services::{Action, Service};

/// A bucket of tokens: each call takes one, and a call that finds none is throttled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// The most tokens, and those at the start.
    pub burst: u32,
    /// The tokens that come back each second.
    pub per_second: u32,
}

/// The calls of a service that are throttled alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallClass {
    /// Registering and deregistering.
    Registration,
    /// Reading.
    Describe,
    /// Reading everything at once: no filter, no ids, no page size. EC2's alone.
    DescribeAll,
    /// Every other change.
    Mutation,
}

/// The buckets of an account: per service and class, on EC2 one for each action. The default has none and throttles
/// nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Throttling(HashMap<(Service, CallClass), Bucket>);

/// A text that says no throttling.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not a throttling: it is off, documented, or a list such as documented,elbv2:describe=200/50 \
     (SERVICE:CLASS=BURST/REFILL, the refill a second; the classes are registration, describe, describeAll and mutation)"
)]
pub struct ThrottlingError(pub String);

impl CallClass {
    const ALL: [Self; 4] = [Self::Registration, Self::Describe, Self::DescribeAll, Self::Mutation];

    /// The name in options.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Describe => "describe",
            Self::DescribeAll => "describeAll",
            Self::Mutation => "mutation",
        }
    }

    fn of(action: Action, parameters: &BTreeMap<String, String>) -> Self {
        let (name, on_ec2) = (action.name(), action.service() == Service::Ec2);
        if name.starts_with("Describe") || name.starts_with("Get") {
            if on_ec2 && parameters.is_empty() { Self::DescribeAll } else { Self::Describe }
        } else if !on_ec2 && (name.starts_with("Register") || name.starts_with("Deregister")) {
            Self::Registration
        } else {
            Self::Mutation
        }
    }
}

impl Throttling {
    /// The buckets that AWS documents, with the lower numbers where its pages differ. Rule: throttle-elb.
    /// Rule: throttle-classic. Rule: throttle-others. Rule: throttle-ec2. Rule: throttle-ec2-mutations.
    #[must_use]
    pub fn documented() -> Self {
        let buckets = Service::ALL.into_iter().flat_map(|service| {
            CallClass::ALL.into_iter().filter_map(move |class| Some(((service, class), documented(service, class)?)))
        });
        Self(buckets.collect())
    }

    /// The same with this bucket.
    #[must_use]
    pub fn with(mut self, service: Service, class: CallClass, bucket: Bucket) -> Self {
        self.0.insert((service, class), bucket);
        self
    }
}

fn documented(service: Service, class: CallClass) -> Option<Bucket> {
    let (burst, per_second) = match (service, class) {
        (Service::Elbv2 | Service::Elb, CallClass::Registration) => (20, 4),
        (Service::Elbv2 | Service::Elb, CallClass::Describe) => (40, 10),
        (Service::Elbv2 | Service::Elb, CallClass::Mutation) => (20, 3),
        (Service::Ec2, CallClass::Describe) => (100, 20),
        (Service::Ec2, CallClass::DescribeAll) => (50, 10),
        (Service::Ec2, CallClass::Mutation) => (50, 5),
        (Service::Elbv2 | Service::Elb, CallClass::DescribeAll)
        | (Service::Ec2, CallClass::Registration)
        | (Service::AutoScaling | Service::Sts, _) => return None,
    };
    Some(Bucket { burst, per_second })
}

impl FromStr for Throttling {
    type Err = ThrottlingError;

    fn from_str(text: &str) -> Result<Self, ThrottlingError> {
        let mut throttling = Self::default();
        for (place, part) in text.split(',').enumerate() {
            throttling = match (place, part) {
                (0, "off") => throttling,
                (0, "documented") => Self::documented(),
                _ => {
                    let (service, class, bucket) = bucket(part).ok_or_else(|| ThrottlingError(text.to_owned()))?;
                    throttling.with(service, class, bucket)
                }
            };
        }
        Ok(throttling)
    }
}

/// `elbv2:describe=200/50`.
fn bucket(text: &str) -> Option<(Service, CallClass, Bucket)> {
    let (calls, numbers) = text.split_once('=')?;
    let (service, class) = calls.split_once(':')?;
    let (burst, per_second) = numbers.split_once('/')?;
    let bucket = Bucket { burst: burst.parse().ok()?, per_second: per_second.parse().ok()? };
    Some((Service::named(service)?, CallClass::ALL.into_iter().find(|known| known.name() == class)?, bucket))
}

/// The buckets in use.
#[derive(Debug, Default)]
pub(super) struct Levels(HashMap<(Service, CallClass, Option<Action>), Level>);

#[derive(Debug)]
struct Level {
    tokens: u32,
    /// When the last tokens came back, or the bucket was full.
    since: Duration,
}

impl Levels {
    /// Takes the token of a call at this time, which is the callers'; false where there is none.
    /// Rule: throttle-callers-time.
    pub(super) fn take(
        &mut self,
        throttling: &Throttling,
        action: Action,
        parameters: &BTreeMap<String, String>,
        now: Duration,
    ) -> bool {
        let (service, class) = (action.service(), CallClass::of(action, parameters));
        let Some(bucket) = throttling.0.get(&(service, class)) else { return true };
        let own = (service == Service::Ec2).then_some(action);
        let full = || Level { tokens: bucket.burst, since: now };
        self.0.entry((service, class, own)).or_insert_with(full).take(*bucket, now)
    }
}

impl Level {
    /// Rule: throttle-refill.
    fn take(&mut self, bucket: Bucket, now: Duration) -> bool {
        let seconds = now.saturating_sub(self.since).as_secs();
        let back = seconds.saturating_mul(bucket.per_second.into());
        let tokens = back.saturating_add(self.tokens.into()).min(bucket.burst.into());
        self.tokens = u32::try_from(tokens).unwrap_or(bucket.burst);
        self.since = if self.tokens == bucket.burst { now } else { self.since + Duration::from_secs(seconds) };
        let found = self.tokens > 0;
        self.tokens = self.tokens.saturating_sub(1);
        found
    }
}

#[cfg(test)]
#[path = "throttling_tests.rs"]
mod tests;
