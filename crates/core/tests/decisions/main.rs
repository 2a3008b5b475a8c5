//! Tables and properties of the decisions.

mod attach;
mod budget;
mod change_sets;
mod detach;
mod everywhere;
mod guard;
mod machines;
mod memory;
mod plans;
mod settle;
mod world;
