//! The real AWS SDK against the simulator: every action, pages, errors as the SDK decodes them, each kind of fault.

mod bench;
mod describe;
mod faults;
mod instances;
mod targets;
