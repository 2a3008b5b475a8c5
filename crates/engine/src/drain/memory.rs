//! The memory of a machine in its tags: written and read back before anything is taken out, deleted after all is back.

use std::collections::BTreeMap;
use std::sync::Arc;

use elbm_core::{DrainMemory, InstanceId, Refusal};
use tokio::time::{Instant, sleep, timeout_at};

use crate::aws::{AwsError, AwsErrorKind, Tags};
use crate::engine::Engine;
use crate::error::Error;

impl Engine {
    /// Writes a memory, and reads it back.
    pub(super) async fn remember(&self, memory: &DrainMemory) -> Result<(), Error> {
        let tags = memory.tags();
        let written = self.aws.create_tags(&memory.instance, &tags).await;
        let lost = answered(written).map_err(|error| match error.code() {
            Some("TagLimitExceeded") => {
                Refusal::TagQuota { instance: memory.instance.clone(), needed: tags.len(), free: 0 }.into()
            }
            Some("InvalidInstanceID.NotFound") => Refusal::UnknownInstance(memory.instance.clone()).into(),
            _ => Error::from(error),
        })?;
        self.tags_are(&memory.instance, &tags.into_iter().collect(), lost).await
    }

    /// Deletes a memory, where it is still this one.
    pub(super) async fn forget(&self, memory: &DrainMemory) -> Result<(), Error> {
        let lost = answered(self.aws.delete_tags(&memory.instance, &memory.tags()).await)?;
        self.tags_are(&memory.instance, &BTreeMap::new(), lost).await
    }

    /// A drain has changed nothing: what is remembered becomes what it was. Where that fails the memory stays, and a drain
    /// or a restore can be made on it.
    pub(super) async fn recall(&self, before: Option<&DrainMemory>, now: &DrainMemory) {
        let recalled = match before {
            Some(before) => {
                let surplus: Vec<_> = now.tags().split_off(before.tags().len());
                let deleted = match surplus.as_slice() {
                    [] => Ok(()),
                    surplus => self.aws.delete_tags(&now.instance, surplus).await.map_err(Error::from),
                };
                match deleted {
                    Ok(()) => self.remember(before).await,
                    failed => failed,
                }
            }
            None => self.forget(now).await,
        };
        if let Err(error) = recalled {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, instance = %now.instance, "the memory of a drain that changed nothing stays");
        }
    }

    /// Reads the tags until they hold this memory, or none.
    async fn tags_are(&self, instance: &InstanceId, wanted: &Tags, mut last: Option<AwsError>) -> Result<(), Error> {
        let within = self.settings.verify_timeout;
        let deadline = Instant::now() + within;
        loop {
            match timeout_at(deadline, self.aws.tags(instance)).await {
                Ok(Ok(tags)) if DrainMemory::part(&tags) == *wanted => return Ok(()),
                Ok(Ok(_)) | Err(_) => {}
                Ok(Err(error)) => last = Some(error),
            }
            if Instant::now() + self.settings.verify_interval > deadline {
                return Err(Error::EffectUnverified { within, items: Vec::new(), source: last.map(Arc::new) });
            }
            sleep(self.settings.verify_interval).await;
        }
    }
}

/// The lost answer of a write, of which AWS has to show what became; an error where it was not made.
pub(super) fn answered(written: Result<(), AwsError>) -> Result<Option<AwsError>, AwsError> {
    match written {
        Ok(()) => Ok(None),
        Err(error) if error.may_have_happened => Ok(Some(error)),
        Err(error) => Err(error),
    }
}

/// AWS's sentence, where it refused a call for what was asked.
pub(super) fn sentence(error: &AwsError) -> Option<&str> {
    match &error.kind {
        AwsErrorKind::Rejected { message, .. } => Some(message),
        _ => None,
    }
}
