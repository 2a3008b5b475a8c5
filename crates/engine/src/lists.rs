//! The lists of machines that were made, each as long as nothing newer was read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use elbm_core::Kind;

use crate::engine::Machines;
use crate::reads::Basis;

/// How many lists are kept before all are forgotten.
const MANY: usize = 1024;

/// A list, and what it was made of.
#[derive(Debug)]
struct Made {
    machines: Arc<Machines>,
    basis: Basis,
}

/// The name and the kind that were asked for.
type Asked = (String, Option<Kind>);

/// The lists. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists(Arc<Mutex<HashMap<Asked, Made>>>);

impl Lists {
    /// The list that was made last, where it is made of what is known now.
    pub(crate) fn current(&self, load_balancer: &str, kind: Option<Kind>) -> Option<Arc<Machines>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let made = all.get(&(load_balancer.to_owned(), kind))?;
        made.basis.holds().then(|| Arc::clone(&made.machines))
    }

    /// Keeps a list.
    pub(crate) fn keep(&self, load_balancer: &str, kind: Option<Kind>, machines: &Arc<Machines>, basis: Basis) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MANY {
            all.clear();
        }
        all.insert((load_balancer.to_owned(), kind), Made { machines: Arc::clone(machines), basis });
    }
}
