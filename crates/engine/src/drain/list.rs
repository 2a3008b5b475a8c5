//! The machines that are out for maintenance.

use elbm_core::{DrainMemory, Instance, InvalidMemory};

use crate::engine::Engine;
use crate::error::Error;
use crate::everywhere::{Drained, Permits, drained_from};

/// A machine whose tags remember something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrainedMachine {
    /// What EC2 says of it.
    pub instance: Instance,
    /// What is remembered, or why it cannot be trusted.
    pub drained: Result<Drained, InvalidMemory>,
}

impl Engine {
    /// Every machine that was drained and not yet restored, in order of id, as far as the caller may read anything that it was
    /// drained from. Who may read everything also sees the machines whose memory cannot be trusted, or remembers nothing
    /// but Standby.
    ///
    /// # Errors
    /// [`Error::Aws`], [`Error::TooSlow`].
    pub async fn drained(&self, permits: &Permits) -> Result<Vec<DrainedMachine>, Error> {
        let keys = DrainMemory::keys().collect();
        let tagged = Box::pin(async { Ok(self.aws.instances_with_tags(keys).await?) });
        let ((_, directory), tagged) =
            self.in_time(async { tokio::try_join!(self.directory(self.reads.kept().topology), tagged) }).await?;
        let machines = tagged.into_iter().filter_map(|tagged| {
            let memory = DrainMemory::read(&tagged.instance.id, &tagged.tags).transpose()?;
            let drained = memory.map(|memory| drained_from(memory, &directory, permits));
            let is_visible = permits(None) || drained.as_ref().is_ok_and(|drained| !drained.from.is_empty());
            is_visible.then_some(DrainedMachine { instance: tagged.instance, drained })
        });
        let mut machines: Vec<_> = machines.collect();
        machines.sort_by(|a, b| a.instance.id.cmp(&b.instance.id));
        Ok(machines)
    }
}
