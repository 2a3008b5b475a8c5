//! What is written together.

use std::collections::{HashSet, VecDeque};

use elbm_core::{Change, TargetKey};

use super::Write;

/// The most targets of one call. AWS takes more, but refuses very large calls now and then.
pub(super) const LARGEST: usize = 100;

/// Takes what the next call writes out of the queue: the first write that may be made now, and what goes with it. A write
/// waits where an earlier one of the same target does; `unseen` are the targets whose last write AWS has not shown yet.
pub(super) fn next(queue: &mut VecDeque<Write>, unseen: HashSet<TargetKey>) -> Option<(Change, Vec<Write>)> {
    let mut waiting = unseen;
    let mut batch: Vec<Write> = Vec::new();
    let mut rest = VecDeque::with_capacity(queue.len());
    for write in queue.drain(..) {
        let fits = batch.first().is_none_or(|first| first.change == write.change) && batch.len() < LARGEST;
        if fits && !waiting.contains(&write.key) {
            waiting.insert(write.key.clone());
            batch.push(write);
        } else {
            waiting.insert(write.key.clone());
            rest.push_back(write);
        }
    }
    *queue = rest;
    let change = batch.first()?.change;
    Some((change, batch))
}

#[cfg(test)]
mod tests {
    use elbm_core::Change::{Deregister, Register};
    use tokio::sync::oneshot;

    use super::*;
    use crate::aws::Right;

    fn key(port: u16) -> TargetKey {
        TargetKey { id: "i-0a1b2c3d".to_owned(), port: Some(port), zone: None }
    }

    fn queue(writes: &[(Change, u16)]) -> VecDeque<Write> {
        let write = |&(change, port): &(Change, u16)| Write {
            change,
            key: key(port),
            trails: Vec::new(),
            step: tracing::Span::none(),
            right: Right::default(),
            told: oneshot::channel().0,
        };
        writes.iter().map(write).collect()
    }

    fn ports(writes: &[Write]) -> Vec<u16> {
        writes.iter().filter_map(|write| write.key.port).collect()
    }

    /// The batches that a queue becomes, with the targets of each seen before the next.
    fn batches(mut queue: VecDeque<Write>) -> Vec<(Change, Vec<u16>)> {
        std::iter::from_fn(|| next(&mut queue, HashSet::new()).map(|(change, batch)| (change, ports(&batch)))).collect()
    }

    #[test]
    fn what_is_alike_goes_together_and_a_target_keeps_its_order() {
        assert_eq!(batches(queue(&[])), []);
        assert_eq!(batches(queue(&[(Register, 1), (Register, 2)])), [(Register, vec![1, 2])]);
        assert_eq!(
            batches(queue(&[(Register, 1), (Deregister, 2), (Register, 3)])),
            [(Register, vec![1, 3]), (Deregister, vec![2])]
        );
        assert_eq!(
            batches(queue(&[(Register, 1), (Deregister, 1), (Register, 1), (Register, 2)])),
            [(Register, vec![1, 2]), (Deregister, vec![1]), (Register, vec![1])]
        );
        assert_eq!(batches(queue(&[(Register, 1), (Register, 1)])), [(Register, vec![1]), (Register, vec![1])]);
    }

    #[test]
    fn what_is_not_seen_yet_waits() {
        let mut writes = queue(&[(Register, 1), (Deregister, 1), (Deregister, 2)]);
        let unseen = HashSet::from([key(1)]);
        let (change, batch) = next(&mut writes, unseen.clone()).expect("one may be made");
        assert_eq!((change, ports(&batch)), (Deregister, vec![2]));
        assert!(next(&mut writes, unseen).is_none());
        assert_eq!(writes.len(), 2);
    }

    #[test]
    fn a_batch_is_bounded() {
        let many: Vec<_> = (1..=250).map(|port| (Register, port)).collect();
        let sizes: Vec<_> = batches(queue(&many)).iter().map(|(_, ports)| ports.len()).collect();
        assert_eq!(sizes, [100, 100, 50]);
    }
}
