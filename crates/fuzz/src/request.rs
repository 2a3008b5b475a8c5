//! The strict reading of requests: query, header and JSON body, as the operations of the contract take them.

use std::fmt::Debug;

use elbm_api::{Changes, InstanceId, LoadBalancerKind, MachineId, Port, Reason, TargetGroupName, Until, Wait};
use futures_util::FutureExt as _;
use openapi_poem_runtime::{Header, KnownQuery, Operation, OperationType, Parameter, Query, Rejection, read};
use poem::{Request, RequestBody};
use poem_openapi::{ApiExtractor, ExtractParamOptions};
use serde::{Serialize, de::DeserializeOwned};

/// An operation that takes every query parameter there is.
#[derive(Debug)]
enum Anything {}

impl OperationType for Anything {
    const OPERATION: Operation = Operation {
        id: "anything",
        method: "GET",
        path: "/elb/{elbName}",
        tag: "anything",
        statuses: &[200],
        query: &["kind", "targetGroup", "port", "wait", "until", "instanceId", "force"],
        security: &[],
    };
}

/// The longest sentence that a caller may be told, whatever it has sent.
const LONGEST_SENTENCE: usize = 600;

/// The first line is the query, the second a header, the rest a body. Each is read into a value that says the same when it
/// is written, or refused with a sentence that does not echo what was sent.
pub(crate) fn is_read(bytes: &[u8]) {
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let [query, header, body] = std::array::from_fn(|_| lines.next().unwrap_or_default());
    json::<MachineId>(body);
    json::<Changes>(body);
    if let Some(request) = request(query, header) {
        extracted::<KnownQuery<Anything>, ()>(&request, "");
        parameter::<LoadBalancerKind>(&request, "kind");
        parameter::<TargetGroupName>(&request, "targetGroup");
        parameter::<Port>(&request, "port");
        parameter::<Wait>(&request, "wait");
        parameter::<Until>(&request, "until");
        parameter::<InstanceId>(&request, "instanceId");
        parameter::<bool>(&request, "force");
        extracted::<Header<Option<Reason>>, Option<Reason>>(&request, "X-Reason");
    }
}

/// A request that poem would hand over; none where the bytes are no HTTP.
fn request(query: &[u8], header: &[u8]) -> Option<Request> {
    let uri = [b"/elb/web?", query].concat();
    let mut request = Request::builder().uri(http::Uri::try_from(uri).ok()?).finish();
    request.headers_mut().insert("x-reason", http::HeaderValue::from_bytes(header).ok()?);
    Some(request)
}

fn json<T: DeserializeOwned + Serialize + PartialEq + Debug>(body: &[u8]) {
    match read::json::<T>(body) {
        Ok(value) => {
            let written = serde_json::to_vec(&value).expect("JSON");
            assert_eq!(read::json::<T>(&written).as_ref(), Ok(&value));
        }
        Err(sentence) => is_short(&sentence),
    }
}

fn parameter<T: Parameter>(request: &Request, name: &'static str) {
    extracted::<Query<Option<T>>, Option<T>>(request, name);
}

fn extracted<'a, E, T>(request: &'a Request, name: &'static str)
where
    E: ApiExtractor<'a, ParamType = T>,
{
    let options = ExtractParamOptions { name, ..ExtractParamOptions::default() };
    let mut body = RequestBody::default();
    let read = E::from_request(request, &mut body, options).now_or_never().expect("there is nothing to wait for");
    if let Err(error) = read {
        let rejection = Rejection::of(&error).expect("a refusal is of ours");
        is_short(&rejection.to_string());
    }
}

fn is_short(sentence: &str) {
    assert!((1..=LONGEST_SENTENCE).contains(&sentence.len()), "{} bytes: {sentence}", sentence.len());
}
