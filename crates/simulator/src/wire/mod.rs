//! The AWS query protocols: what comes in and what goes out, knowing no service.

mod envelope;
mod error;
mod form;
mod params;
mod signature;
mod sigv4;
mod xml;

pub(crate) use envelope::Codec;
pub use error::AwsError;
pub(crate) use form::parse as parse_form;
pub(crate) use params::Params;
pub(crate) use signature::{Claim, Scope, check as check_signature, presigned};
pub(crate) use sigv4::{Signed, signature};
pub(crate) use xml::Xml;
