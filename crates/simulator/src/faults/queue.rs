//! The faults that wait for their calls.

use super::{Fault, Times};
use crate::services::Action;

#[derive(Debug, Default)]
pub(crate) struct FaultQueue(Vec<Waiting>);

#[derive(Debug)]
struct Waiting {
    action: Action,
    times: Times,
    fault: Fault,
}

impl FaultQueue {
    pub(crate) fn push(&mut self, action: Action, times: Times, fault: Fault) {
        if times != Times::Next(0) {
            self.0.push(Waiting { action, times, fault });
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault for this call: the oldest that waits for its action. One call has one fault.
    pub(crate) fn take(&mut self, action: Action) -> Option<Fault> {
        let index = self.0.iter().position(|waiting| waiting.action == action)?;
        match &mut self.0[index].times {
            Times::All => Some(self.0[index].fault.clone()),
            Times::Next(1) => Some(self.0.remove(index).fault),
            Times::Next(left) => {
                *left -= 1;
                Some(self.0[index].fault.clone())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::{Ec2, Elbv2};

    #[test]
    fn faults_come_in_order_and_as_often_as_asked() {
        let action = Action::from(Elbv2::RegisterTargets);
        let mut queue = FaultQueue::default();
        queue.push(action, Times::Next(0), Fault::AnswerTruncated);
        queue.push(action, Times::Next(2), Fault::Throttled);
        queue.push(Ec2::DescribeInstances.into(), Times::Next(1), Fault::AccessDenied);
        queue.push(action, Times::All, Fault::EffectLost);

        assert_eq!(queue.take(action), Some(Fault::Throttled));
        assert_eq!(queue.take(action), Some(Fault::Throttled));
        for _ in 0..5 {
            assert_eq!(queue.take(action), Some(Fault::EffectLost));
        }
        assert_eq!(queue.take(Ec2::DescribeInstances.into()), Some(Fault::AccessDenied));
        assert_eq!(queue.take(Ec2::DescribeInstances.into()), None);
        queue.clear();
        assert_eq!(queue.take(action), None);
    }
}
