//! Tables and properties of the decisions.

mod attach;
mod budget;
mod change_sets;
mod detach;
mod guard;
mod machines;
mod plans;
mod settle;
mod world;
