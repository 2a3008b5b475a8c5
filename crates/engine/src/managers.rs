//! Who else writes target groups: reads that adorn. The service works without the permissions for them, unless it is told
//! to refuse what others manage.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use elbm_core::{GroupId, Managed, Manager, TargetGroup};
use tokio::time::timeout;

use crate::aws::{Action, AwsError, AwsErrorKind, Scaled};
use crate::engine::Engine;
use crate::error::Error;
use crate::reads::Want;

/// Who manages which group, as far as it is known.
pub(crate) type Managers = BTreeMap<GroupId, Manager>;

/// How long a read may take that only adorns: what it adorns does not wait for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// The actions that AWS has denied and that can be done without: each is warned of once. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Denied(Arc<Mutex<HashSet<Action>>>);

impl Denied {
    /// Whether it is the first time.
    fn note(&self, action: Action) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(action)
    }
}

impl Engine {
    /// Who manages the groups that a change may write, all or the one of this name, by their tags. A service that refuses what others
    /// manage has to know it; otherwise what cannot be read is left out.
    ///
    /// # Errors
    /// [`Error::Aws`], only where such changes are refused.
    pub(crate) async fn managers_of_change(
        &self,
        groups: &[TargetGroup],
        named: Option<&str>,
        want: Want,
    ) -> Result<Managers, Error> {
        let may_be_written =
            |group: &&TargetGroup| group.takes_machines() && named.is_none_or(|name| name == group.name);
        let ids: Vec<_> = groups.iter().filter(may_be_written).map(|group| group.id.clone()).collect();
        let read = self.tagged(&ids, want);
        match self.settings.managed {
            Managed::Refuse => Ok(read.await?),
            Managed::Warn => Ok(self.if_possible(read).await),
        }
    }

    /// Who manages these groups, by their tags and by what Auto Scaling says. What cannot be read is left out.
    pub(crate) async fn managers(&self, groups: &[TargetGroup], want: Want) -> Managers {
        let ids: Vec<_> = groups.iter().map(|group| group.id.clone()).collect();
        let (by_tags, mut managers) =
            tokio::join!(self.if_possible(self.tagged(&ids, want)), self.if_possible(self.scaled(want)));
        managers.retain(|id, _| ids.contains(id));
        managers.extend(by_tags);
        managers
    }

    async fn tagged(&self, ids: &[GroupId], want: Want) -> Result<Managers, Arc<AwsError>> {
        let tagged = self.reads.tags(ids, want).await?;
        Ok(tagged.iter().filter_map(|(id, tags)| Some((id.clone(), Manager::of_tags(tags)?))).collect())
    }

    async fn scaled(&self, want: Want) -> Result<Managers, Arc<AwsError>> {
        let scaled = self.reads.scaled(want).await?;
        let of_one = |one: &Scaled| {
            let manager = Manager::auto_scaling(&one.name);
            one.groups.clone().into_iter().map(move |id| (id, manager.clone()))
        };
        Ok(scaled.iter().flat_map(of_one).collect())
    }

    /// What the read finds, or nothing where it fails or takes too long.
    async fn if_possible(&self, read: impl Future<Output = Result<Managers, Arc<AwsError>>>) -> Managers {
        // The SDK's futures are large: they are kept off the stack of whoever asks.
        match timeout(PATIENCE, Box::pin(read)).await {
            Ok(Ok(found)) => return found,
            Ok(Err(error)) if error.kind == AwsErrorKind::AccessDenied && !self.denied.note(error.action) => {}
            Ok(Err(error)) => {
                let error: &dyn std::error::Error = &*error;
                tracing::warn!(error, "going on without knowing who else writes the target groups");
            }
            Err(_) => tracing::warn!("going on without knowing who else writes the target groups: AWS is slow"),
        }
        Managers::new()
    }
}
