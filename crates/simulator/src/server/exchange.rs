//! One request and its answer, without I/O.

use super::Inner;
use crate::faults::{Delivery, Effect};
use crate::journal::Call;
use crate::services::{self, Action, Service};
use crate::state::Moment;
use crate::wire::{AwsError, Params, Scope, check_signature, parse_form};

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
    /// `None` where it is larger than [`LARGEST_BODY`].
    pub(super) body: Option<&'a [u8]>,
}

/// An answer, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) request_id: String,
    pub(super) xml: String,
    pub(super) delivery: Delivery,
}

impl Inner {
    /// Answers a request.
    pub(super) fn answer(&mut self, request: &Request<'_>) -> Answer {
        self.requests += 1;
        let request_id = format!("00000000-0000-4000-8000-{:012x}", self.requests);
        // Until the service is known, errors are worded as the load balancers' are.
        let mut service = Service::Elbv2;
        let mut delivery = Delivery::Whole;
        match self.call(request, &request_id, &mut service, &mut delivery) {
            Ok(xml) => Answer { status: 200, request_id, xml, delivery },
            Err(error) => {
                tracing::debug!(%error, "the simulator refuses a request");
                let xml = service.codec().failure(&request_id, &error);
                Answer { status: error.status, request_id, xml, delivery }
            }
        }
    }

    fn call(
        &mut self,
        request: &Request<'_>,
        request_id: &str,
        service: &mut Service,
        delivery: &mut Delivery,
    ) -> Result<String, AwsError> {
        let mut fields = parse_form(body(request)?)?;
        let (version, name) = (fields.remove("Version"), fields.remove("Action"));
        let of_version = version.as_deref().and_then(Service::of_version);
        if let Some(known) = of_version {
            *service = known;
        }
        let scope = check_signature(request.authorization, request.date)?;
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

        let now = self.clock.now();
        self.journal.record(Call { action, parameters: fields.clone(), at: now });
        let fault = self.faults.take(action);
        let mut effect = Effect::Shown;
        if let Some(fault) = fault {
            effect = fault.effect();
            *delivery = fault.delivery();
            if let Some(error) = fault.error(action) {
                return Err(error);
            }
            if fault.keeps_from_acting() {
                return Ok(String::new());
            }
        }
        let params = Params::new(service.codec(), fields);
        let result = services::perform(action, params, &mut self.world, Moment { now, effect })?;
        Ok(service.codec().success(action.name(), request_id, &result))
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
