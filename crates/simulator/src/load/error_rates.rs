//! Faults that befall a share of the calls.

use std::str::FromStr;

use fastrand::Rng;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error;

use crate::faults::Fault;

/// A fault, and how often it befalls.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorRate {
    /// The share of the calls: 0 to 1.
    pub share: f64,
    /// What befalls them.
    pub fault: Fault,
}

/// Faults, each with its share of the calls; the rest of the calls have none.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Vec<ErrorRate>")]
pub struct ErrorRates(Vec<ErrorRate>);

/// Rates that cannot be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ErrorRateError {
    /// A share is from 0 to 1.
    #[error("a share is a number from 0 to 1, not {0}")]
    NoShare(f64),
    /// Together they are more than all calls.
    #[error("the shares add up to {0}, which is more than all calls")]
    MoreThanAll(f64),
    /// A text of another form.
    #[error(
        "'{0}' is not an error rate: it is a share from 0 to 1, e.g. 0.2, or with a fault, e.g. 0.2:throttled; the faults \
         are throttled, accessDenied, expiredToken, internalFailure, connectionDropped, connectionDroppedAfterEffect, \
         answerTruncated and effectLost"
    )]
    Malformed(String),
}

impl ErrorRates {
    /// These faults, each with its share.
    ///
    /// # Errors
    /// A share is not from 0 to 1, or they are more than 1 together.
    pub fn new(rates: Vec<ErrorRate>) -> Result<Self, ErrorRateError> {
        if let Some(rate) = rates.iter().find(|rate| !(0.0..=1.0).contains(&rate.share)) {
            return Err(ErrorRateError::NoShare(rate.share));
        }
        let sum: f64 = rates.iter().map(|rate| rate.share).sum();
        // Ten times 0.1 is a little more than 1 or less, as the numbers are rounded.
        if sum > 1.0 + f64::EPSILON * 16.0 {
            return Err(ErrorRateError::MoreThanAll(sum));
        }
        Ok(Self(rates))
    }

    /// Two lists as one.
    ///
    /// # Errors
    /// They are more than 1 together.
    pub fn and(mut self, other: Self) -> Result<Self, ErrorRateError> {
        self.0.extend(other.0);
        Self::new(self.0)
    }

    pub(crate) fn draw(&self, rng: &mut Rng) -> Option<&Fault> {
        let drawn = rng.f64();
        let mut sum = 0.0;
        let befalling = self.0.iter().find(|rate| {
            sum += rate.share;
            drawn < sum
        });
        befalling.map(|rate| &rate.fault)
    }
}

impl TryFrom<Vec<ErrorRate>> for ErrorRates {
    type Error = ErrorRateError;

    fn try_from(rates: Vec<ErrorRate>) -> Result<Self, ErrorRateError> {
        Self::new(rates)
    }
}

impl FromStr for ErrorRates {
    type Err = ErrorRateError;

    /// `0.2`, or `0.2:throttled`; without a fault it is an internal failure.
    fn from_str(text: &str) -> Result<Self, ErrorRateError> {
        let malformed = || ErrorRateError::Malformed(text.to_owned());
        let (share, fault) = text.split_once(':').unwrap_or((text, "internalFailure"));
        let share = share.parse().map_err(|_| malformed())?;
        let fault = Fault::deserialize(IntoDeserializer::<Error>::into_deserializer(fault)).map_err(|_| malformed())?;
        Self::new(vec![ErrorRate { share, fault }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(shares: &[(f64, Fault)]) -> Result<ErrorRates, ErrorRateError> {
        ErrorRates::new(shares.iter().map(|(share, fault)| ErrorRate { share: *share, fault: fault.clone() }).collect())
    }

    #[test]
    fn faults_befall_their_share_of_the_calls() {
        let rates = rates(&[(0.2, Fault::InternalFailure), (0.5, Fault::Throttled)]).unwrap();
        let calls = |seed| {
            let mut rng = Rng::with_seed(seed);
            std::iter::repeat_with(|| rates.draw(&mut rng).cloned()).take(10_000).collect::<Vec<_>>()
        };
        let drawn = calls(1);
        for (fault, expected) in [(Some(Fault::InternalFailure), 2000), (Some(Fault::Throttled), 5000), (None, 3000)] {
            let found = drawn.iter().filter(|drawn| **drawn == fault).count();
            assert!(found.abs_diff(expected) < 200, "{fault:?}: {found}");
        }
        assert_eq!(calls(1), drawn);
        assert_ne!(calls(2), drawn);
    }

    #[test]
    fn all_or_none_can_be_asked_for() {
        let mut rng = Rng::with_seed(0);
        let (all, none) = (rates(&[(1.0, Fault::Throttled)]).unwrap(), rates(&[(0.0, Fault::Throttled)]).unwrap());
        for _ in 0..1000 {
            assert_eq!((all.draw(&mut rng), none.draw(&mut rng)), (Some(&Fault::Throttled), None));
        }
    }

    #[test]
    fn shares_are_parts_of_all_calls() {
        assert!(rates(&vec![(0.1, Fault::Throttled); 10]).is_ok());
        for share in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(matches!(rates(&[(share, Fault::Throttled)]), Err(ErrorRateError::NoShare(_))), "{share}");
        }
        let too_many = rates(&[(0.6, Fault::Throttled), (0.5, Fault::InternalFailure)]);
        assert!(matches!(too_many, Err(ErrorRateError::MoreThanAll(_))));
        let half: ErrorRates = "0.6".parse().unwrap();
        assert!(matches!(half.clone().and(half), Err(ErrorRateError::MoreThanAll(_))));
    }

    #[test]
    fn an_option_is_a_share_with_or_without_a_fault() {
        assert_eq!("0.2".parse(), rates(&[(0.2, Fault::InternalFailure)]));
        assert_eq!("1:connectionDropped".parse(), rates(&[(1.0, Fault::ConnectionDropped)]));
        for text in ["", "x", "0.2:", "0.2:sleepy", "0.2:delayed", "0.2:Throttled", ":throttled"] {
            assert_eq!(text.parse::<ErrorRates>(), Err(ErrorRateError::Malformed(text.to_owned())));
        }
        for text in ["2", "-1", "NaN:throttled"] {
            assert!(matches!(text.parse::<ErrorRates>(), Err(ErrorRateError::NoShare(_))), "{text}");
        }
    }
}
