//! Out of everything for maintenance, and back exactly as it was.

mod codec;
mod memory;
mod plan;

pub use memory::{DrainMemory, InvalidMemory, Remembered, RememberedGroup};
pub use plan::{RestorePlan, plan_drain, plan_restore};
