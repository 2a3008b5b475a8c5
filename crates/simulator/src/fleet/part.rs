//! What of a fleet does not fit.

use super::FleetError;

/// A part of a fleet, by its position in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Region,
    Vpc(usize),
    Instance(usize),
    LoadBalancer(usize),
    TargetGroup(usize),
    Registration(usize),
    ClassicLoadBalancer(usize),
    AutoScalingGroup(usize),
    AccessKey(usize),
}

/// A part that does not fit, and why.
#[derive(Debug)]
pub(crate) struct Misfit {
    pub(crate) part: Part,
    pub(crate) error: FleetError,
}
