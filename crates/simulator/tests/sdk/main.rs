//! The real AWS SDK against the simulator: every action, pages, errors as the SDK decodes them, each kind of fault, load;
//! and what is no SDK: programs at the control endpoint, hostile clients.

mod auto_scaling;
mod bench;
mod building;
mod classic;
mod control;
mod describe;
mod faults;
mod health;
mod hostile;
mod instances;
mod load;
mod targets;
