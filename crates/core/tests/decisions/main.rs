//! Tables and properties of the decisions.

mod attach;
mod budget;
mod change_sets;
mod counts;
mod detach;
mod diff;
mod everywhere;
mod guard;
mod lease;
mod machines;
mod managers;
mod memory;
mod plans;
mod settle;
mod world;
