//! One request and its answer, without I/O.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{Inner, signing};
use crate::faults::{Delivery, Fault};
use crate::journal::{Call, Outcome};
use crate::services::{self, Action, Service};
use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Scope, check_signature, parse_form, presigned};

/// The largest body that is read, in bytes. Rule: body-size.
pub(super) const LARGEST_BODY: usize = 1024 * 1024;

/// A request, as far as the protocols look at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) path_and_query: &'a str,
    pub(super) content_type: Option<&'a str>,
    pub(super) authorization: Option<&'a str>,
    pub(super) date: Option<&'a str>,
    /// Every header, names in lower case.
    pub(super) headers: &'a [(String, String)],
    /// `None` where it is larger than [`LARGEST_BODY`].
    pub(super) body: Option<&'a [u8]>,
}

/// An answer, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) request_id: String,
    pub(super) xml: String,
    pub(super) sending: Sending,
}

/// How an answer is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sending {
    /// How long it waits before, in real time.
    pub(super) after: Duration,
    pub(super) delivery: Delivery,
}

/// A call of a known action.
#[derive(Debug)]
struct Asked {
    action: Action,
    fields: BTreeMap<String, String>,
    access_key: String,
}

impl Inner {
    /// Answers a request.
    pub(super) fn answer(&mut self, request: &Request<'_>) -> Answer {
        self.requests += 1;
        let request_id = format!("00000000-0000-4000-8000-{:012x}", self.requests);
        // Until the service is known, errors are worded as the load balancers' are.
        let mut service = Service::Elbv2;
        let mut sending = Sending { after: Duration::ZERO, delivery: Delivery::Whole };
        let result = self.read(request, &mut service).and_then(|asked| self.call(asked, &request_id, &mut sending));
        match result {
            Ok(xml) => Answer { status: 200, request_id, xml, sending },
            Err(error) => {
                tracing::debug!(%error, "the simulator refuses a request");
                let xml = service.codec().failure(&request_id, &error);
                Answer { status: error.status, request_id, xml, sending }
            }
        }
    }

    /// What is asked; `service` is set as soon as it is known.
    fn read(&self, request: &Request<'_>, service: &mut Service) -> Result<Asked, AwsError> {
        let query = query(request).map(parse_form).transpose()?;
        let mut fields = query.clone().map_or_else(|| parse_form(body(request)?), Ok)?;
        let (version, name) = (fields.remove("Version"), fields.remove("Action"));
        let of_version = version.as_deref().and_then(Service::of_version);
        if let Some(known) = of_version {
            *service = known;
        }
        let claim = match query {
            Some(_) => presigned(&mut fields)?,
            None => check_signature(request.authorization, request.date)?,
        };
        let mut query = query.unwrap_or_default();
        query.remove("X-Amz-Signature");
        signing::check(&self.world, &claim, request, &query, self.clock.of_callers())?;
        let scope = claim.scope;
        let signed_for = Service::of_scope(&scope.service);
        if let (None, Some(signed_for)) = (of_version, signed_for) {
            *service = signed_for;
        }
        self.check_scope(*service, &scope)?;

        let Some(name) = name else {
            let message = "The request is missing an action or a required parameter.";
            return Err(AwsError::new("MissingAction", message));
        };
        if of_version.is_none() {
            return Err(service.unknown_version(&name, version.as_deref()));
        }
        let action = Action::of(*service, &name).ok_or_else(|| service.unknown_action(&name))?;
        Ok(Asked { action, fields, access_key: scope.key })
    }

    /// Carries a call out, or lets it meet what load and faults have for it, and notes how it ended.
    fn call(&mut self, asked: Asked, request_id: &str, sending: &mut Sending) -> Result<String, AwsError> {
        let action = asked.action;
        let now = self.clock.now();
        // A throttled call uses up no fault that waits.
        let fault = if self.load.throttles(action, &asked.fields, self.clock.for_callers()) {
            Some(Fault::Throttled)
        } else {
            self.faults.take(action).or_else(|| self.load.fault(action))
        };
        sending.after = self.load.latency(action);
        if let Some(fault) = &fault {
            sending.after = sending.after.saturating_add(fault.delay());
            sending.delivery = fault.delivery();
        }
        let result = self.perform(&asked, fault.as_ref(), now, request_id);
        let outcome = Outcome::of(&result, fault == Some(Fault::Throttled), sending.delivery);
        let (access_key, request_id) = (asked.access_key, request_id.to_owned());
        self.journal.record(Call { action, parameters: asked.fields, access_key, request_id, at: now, outcome });
        result
    }

    fn perform(
        &mut self,
        asked: &Asked,
        fault: Option<&Fault>,
        now: DateTime<Utc>,
        request_id: &str,
    ) -> Result<String, AwsError> {
        if let Some(error) = fault.and_then(|fault| fault.error(asked.action)) {
            return Err(error);
        }
        if fault.is_some_and(Fault::keeps_from_acting) {
            return Ok(String::new());
        }
        let codec = asked.action.service().codec();
        let params = Params::new(codec, asked.fields.clone());
        let at = Moment { now, stale: fault.and_then(Fault::stale) };
        let perform = |world: &mut World| services::perform(asked.action, params, world, at, &asked.access_key);
        // What is lost is done all the same, to a world that nobody sees.
        let result = match fault {
            Some(Fault::EffectLost) => perform(&mut self.world.clone())?,
            _ => perform(&mut self.world)?,
        };
        Ok(codec.success(asked.action.name(), request_id, &result))
    }

    /// Rule: signature-scope.
    fn check_scope(&self, service: Service, scope: &Scope) -> Result<(), AwsError> {
        let message = if scope.service != service.scope() {
            format!("Credential should be scoped to correct service: '{}'.", service.scope())
        } else if scope.region != self.world.region {
            format!("Credential should be scoped to a valid region, not '{}'.", scope.region)
        } else {
            return Ok(());
        };
        Err(AwsError::new("SignatureDoesNotMatch", message).with_status(403))
    }
}

/// The query of a request that may be presigned. Rule: presigned.
fn query<'a>(request: &Request<'a>) -> Option<&'a [u8]> {
    let query = request.path_and_query.strip_prefix("/?")?;
    let bodiless = request.body.is_some_and(<[u8]>::is_empty);
    (request.method == "GET" && bodiless).then_some(query.as_bytes())
}

/// The body of a request of the right form. Rule: http-form.
fn body<'a>(request: &Request<'a>) -> Result<&'a [u8], AwsError> {
    if request.method != "POST" {
        let message = format!("The HTTP method {} is not supported, only POST is", request.method);
        return Err(AwsError::new("MethodNotAllowed", message).with_status(405));
    }
    if request.path_and_query != "/" {
        let message = format!("There is nothing at '{}', only at '/'", request.path_and_query);
        return Err(AwsError::new("NotFound", message).with_status(404));
    }
    let media_type = request.content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let message = "The Content-Type must be application/x-www-form-urlencoded";
        return Err(AwsError::new("UnsupportedMediaType", message).with_status(415));
    }
    request.body.ok_or_else(|| {
        let message = format!("The body of a request may have {LARGEST_BODY} bytes at most");
        AwsError::new("RequestEntityTooLarge", message).with_status(413)
    })
}

#[cfg(test)]
#[path = "exchange_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "lab.rs"]
mod lab;

#[cfg(test)]
#[path = "balancing_tests.rs"]
mod balancing_tests;

#[cfg(test)]
#[path = "routing_tests.rs"]
mod routing_tests;

#[cfg(test)]
#[path = "quota_tests.rs"]
mod quota_tests;

#[cfg(test)]
#[path = "ec2_tests.rs"]
mod ec2_tests;
