//! A setting for all calls, and for those of one action instead.

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use crate::services::{Action, UnknownAction};

/// The calls that a setting is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calls {
    /// Those of every action that has no setting of its own.
    All,
    /// Those of this action.
    Of(Action),
}

impl From<Option<Action>> for Calls {
    fn from(action: Option<Action>) -> Self {
        action.map_or(Self::All, Self::Of)
    }
}

/// A setting for all calls, and for those of one action instead.
#[derive(Debug, Clone, PartialEq)]
pub struct PerAction<T> {
    all: Option<T>,
    own: HashMap<Action, T>,
}

impl<T> Default for PerAction<T> {
    fn default() -> Self {
        Self { all: None, own: HashMap::new() }
    }
}

impl<T> PerAction<T> {
    /// Sets it, or takes it back, and returns what was set before. An action without a setting of its own has that of all
    /// calls.
    pub fn set(&mut self, calls: Calls, value: Option<T>) -> Option<T> {
        match (calls, value) {
            (Calls::All, value) => std::mem::replace(&mut self.all, value),
            (Calls::Of(action), Some(value)) => self.own.insert(action, value),
            (Calls::Of(action), None) => self.own.remove(&action),
        }
    }

    pub(crate) fn get(&self, action: Action) -> Option<&T> {
        self.own.get(&action).or(self.all.as_ref())
    }
}

/// A setting as an option says it: `VALUE` for all calls, `SERVICE:ACTION=VALUE` for those of one action.
///
/// # Errors
/// There is no such action, or the value is not of its form.
pub fn setting<T: FromStr<Err: Display>>(text: &str) -> Result<(Calls, T), String> {
    let (calls, value) = match text.split_once('=') {
        Some((action, value)) => (Calls::Of(action.parse().map_err(|error: UnknownAction| error.to_string())?), value),
        None => (Calls::All, text),
    };
    value.parse().map(|value| (calls, value)).map_err(|error: T::Err| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::Elbv2;

    #[test]
    fn an_action_of_its_own_setting_has_it_and_others_have_that_of_all() {
        let (own, other) = (Action::from(Elbv2::RegisterTargets), Action::from(Elbv2::DeregisterTargets));
        let mut numbers = PerAction::default();
        assert_eq!((numbers.get(own), numbers.get(other)), (None, None));
        numbers.set(Calls::All, Some(1));
        numbers.set(Calls::Of(own), Some(2));
        assert_eq!((numbers.get(own), numbers.get(other)), (Some(&2), Some(&1)));
        numbers.set(Calls::Of(own), None);
        assert_eq!(numbers.get(own), Some(&1));
        numbers.set(Calls::All, None);
        assert_eq!(numbers.get(own), None);
    }

    #[test]
    fn an_option_names_its_action_or_none() {
        assert_eq!(setting("7"), Ok((Calls::All, 7)));
        assert_eq!(setting("elbv2:RegisterTargets=7"), Ok((Calls::Of(Elbv2::RegisterTargets.into()), 7)));
        for text in ["", "x", "RegisterTargets=7", "elbv2:RegisterTargets=", "elbv2:RegisterTargets=x", "=7"] {
            assert!(setting::<u8>(text).is_err(), "{text}");
        }
    }
}
