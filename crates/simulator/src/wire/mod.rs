//! The AWS query protocols: what comes in and what goes out, knowing no service.

mod envelope;
mod error;
mod form;
mod params;
mod signature;
mod xml;

pub(crate) use envelope::Codec;
pub use error::AwsError;
pub(crate) use form::parse as parse_form;
pub(crate) use params::Params;
pub(crate) use signature::{Scope, check as check_signature};
pub(crate) use xml::Xml;
