//! EC2: API version 2016-11-15.

mod filters;
pub(super) mod instances;
