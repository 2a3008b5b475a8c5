//! The generated code of the good contracts.

/// The contract with every construct that the generator knows.
#[allow(dead_code, unreachable_pub, reason = "a library's code, here without its users")]
#[path = "../generated/shelf/lib.rs"]
pub(crate) mod shelf;

/// The contract with as little as there can be.
#[allow(dead_code, unreachable_pub, unused_imports, reason = "a library's code, here without its users")]
#[path = "../generated/minimal/lib.rs"]
pub(crate) mod minimal;
