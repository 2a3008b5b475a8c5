//! The `application/json` payload: strict and limited when it is read, serde when it is written.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::StreamExt as _;
use poem::{
    Body, IntoResponse, Request, RequestBody, Response, error::InternalServerError, http::header::CONTENT_TYPE,
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    payload::Payload,
    registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry},
    types::Type,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    read,
    rejection::{Location, Rejection},
    text::quote,
};

/// A JSON body.
///
/// A request's must be declared as `application/json` (a `charset` of UTF-8 is tolerated), fit into the [`BodyLimit`] and
/// be exactly one JSON value of the type: see [`read::json`]. It must arrive within the [`BodyTimeout`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Json<T>(pub T);

/// How many bytes of a request's body are read; a server sets another limit as data of the request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BodyLimit(pub usize);

impl Default for BodyLimit {
    /// 64 KiB.
    fn default() -> Self {
        Self(64 * 1024)
    }
}

/// How long a request's body may take to arrive; a server sets another limit as data of the request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BodyTimeout(pub Duration);

impl Default for BodyTimeout {
    /// 10 seconds: 64 KiB at 52 kbit/s.
    fn default() -> Self {
        Self(Duration::from_secs(10))
    }
}

/// The body that an operation has accepted, for a server that puts this into the data of a request beforehand, e.g. for a record
/// of changes. All clones are the same.
#[derive(Clone, Debug, Default)]
pub struct AcceptedBody(Arc<OnceLock<Vec<u8>>>);

impl AcceptedBody {
    /// The bytes, once they were read as what the operation takes.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        self.0.get().map(Vec::as_slice)
    }
}

impl<T: Type> Payload for Json<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<'a, T: Type + DeserializeOwned> ApiExtractor<'a> for Json<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType { content_type: Self::CONTENT_TYPE, schema: T::schema_ref() }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        check_content_type(request)?;
        let BodyLimit(limit) = request.data().copied().unwrap_or_default();
        let BodyTimeout(within) = request.data().copied().unwrap_or_default();
        let arrived = tokio::time::timeout(within, arrived(body.take()?, limit)).await;
        let bytes = arrived.map_err(|_| Rejection::BodyTimeout { within })??;
        let value = read::json(&bytes).map_err(|sentence| Rejection::malformed(Location::Body, sentence))?;
        if let Some(AcceptedBody(accepted)) = request.data() {
            // An operation has one body.
            let _ = accepted.set(bytes);
        }
        Ok(Self(value))
    }
}

/// How many bytes more than the limit are read and thrown away. A client that is still sending does not read the answer, and
/// loses it where the connection is closed meanwhile.
const THROWN_AWAY: usize = 32 * 1024 * 1024;

/// The whole body.
async fn arrived(body: Body, limit: usize) -> Result<Vec<u8>, Rejection> {
    let (mut bytes, mut seen) = (Vec::new(), 0);
    let mut stream = std::pin::pin!(body.into_bytes_stream());
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Rejection::malformed(Location::Body, "the body could not be read to its end"))?;
        seen += chunk.len();
        if seen <= limit {
            bytes.extend_from_slice(&chunk);
        } else if seen > limit + THROWN_AWAY {
            break;
        }
    }
    if seen > limit { Err(Rejection::PayloadTooLarge { limit }) } else { Ok(bytes) }
}

impl<T: Serialize + Send> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => Response::builder().content_type("application/json").body(body),
            Err(error) => InternalServerError(error).into_response(),
        }
    }
}

fn check_content_type(request: &Request) -> Result<(), Rejection> {
    let refuse = |found: String| Rejection::UnsupportedMediaType {
        sentence: format!("the Content-Type must be application/json, {found}"),
    };
    let mut declared = request.headers().get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (declared.next(), declared.next()) else {
        let times = if request.headers().contains_key(CONTENT_TYPE) { "given once" } else { "and none is given" };
        return Err(refuse(times.to_owned()));
    };
    let text = String::from_utf8_lossy(value.as_bytes());
    let json = text.parse::<mime::Mime>().is_ok_and(|declared| {
        declared.essence_str() == mime::APPLICATION_JSON.essence_str()
            && declared.get_param(mime::CHARSET).is_none_or(|charset| charset == mime::UTF_8)
    });
    if json { Ok(()) } else { Err(refuse(format!("not {}", quote(&text)))) }
}
