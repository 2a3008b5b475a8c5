//! Lists of machines as they were answered: each is rendered once, however many ask for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use elbm_api::{LoadBalancerKind, MachineInfo};
use elbm_engine::Machines;
use openapi_poem_runtime::{JsonList, Rendered};

use super::convert;

/// How many lists are kept before all are forgotten.
const MANY: usize = 1024;

/// A list, and what it was rendered to.
type Made = (Arc<Machines>, Rendered<MachineInfo>);

/// The name and the kind that were asked for.
type Asked = (String, Option<LoadBalancerKind>);

/// The lists that were rendered last. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct RenderedLists(Arc<Mutex<HashMap<Asked, Made>>>);

impl RenderedLists {
    /// The list as an answer.
    pub(super) fn list(
        &self,
        load_balancer: &str,
        kind: Option<LoadBalancerKind>,
        list: Arc<Machines>,
    ) -> JsonList<MachineInfo> {
        let key = (load_balancer.to_owned(), kind);
        if let Some((made, rendered)) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key)
            && Arc::ptr_eq(made, &list)
        {
            return rendered.clone().into();
        }
        let machines: Vec<_> = list.machines.iter().cloned().map(convert::machine).collect();
        let Ok(rendered) = Rendered::new(&machines) else { return machines.into() };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MANY {
            all.clear();
        }
        all.insert(key, (list, rendered.clone()));
        rendered.into()
    }
}
