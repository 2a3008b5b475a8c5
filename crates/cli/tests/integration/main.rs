//! `elbm` as its users meet it: the real program, on a real service, on the simulator, whose clock the tests move.

mod applying;
mod aws;
mod changing;
mod documents;
mod interrupted;
mod maintenance;
mod own;
mod reading;
mod refused;
mod signing_in;
mod support;
mod waiting;
mod watching;
