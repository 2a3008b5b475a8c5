//! The document that the running code emits equals the contract, after named normalisations.
//!
//! Each normalisation is a difference in form between what poem-openapi can emit and what a contract says, with its reason.
//! One that changes nothing is a failure: it would hide a difference that nobody knows of.

mod normalise;

use std::fmt;

use serde_json::Value;

use crate::compare::{Difference, differences};
pub use normalise::{ALL, Normalisation};

/// What the comparison found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Where the documents differ.
    pub differences: Vec<Difference>,
    /// The names of the normalisations that changed nothing.
    pub unused: Vec<&'static str>,
}

impl Report {
    /// Whether the running code keeps the contract, and every normalisation is needed.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty() && self.unused.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for difference in &self.differences {
            writeln!(formatter, "{difference}")?;
        }
        for name in &self.unused {
            writeln!(formatter, "the normalisation `{name}` changed nothing: remove it")?;
        }
        Ok(())
    }
}

/// Compares the contract with the emitted document after these normalisations.
#[must_use]
pub fn conform(contract: &Value, emitted: &Value, normalisations: &[Normalisation]) -> Report {
    let mut documents = (contract.clone(), emitted.clone());
    let mut unused = Vec::new();
    for normalisation in normalisations {
        let before = documents.clone();
        normalisation.apply(&mut documents.0, &mut documents.1);
        if documents == before {
            unused.push(normalisation.name);
        }
    }
    Report { differences: differences(&documents.0, &documents.1), unused }
}
