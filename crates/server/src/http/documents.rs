//! The contract itself, and Swagger UI on it.

use std::sync::{Arc, LazyLock};

use poem::http::header::CONTENT_SECURITY_POLICY;
use poem::http::{Method, StatusCode};
use poem::web::{Data, Path, Redirect};
use poem::{Endpoint, EndpointExt as _, IntoResponse as _, Request, Response, Route, get, handler};
use utoipa_swagger_ui::Config;

use crate::api::CONTRACT;

/// The contract in JSON.
static CONTRACT_AS_JSON: LazyLock<String> = LazyLock::new(|| {
    let contract: serde_json::Value = serde_norway::from_str(CONTRACT).expect("the contract is YAML, which tests hold");
    contract.to_string()
});

/// What Swagger UI may load: its own files, styles and pictures inside them, and the API of this service.
const PAGE_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Adds `/openapi.yaml`, `/openapi.json` and Swagger UI to the routes.
pub(super) fn add(routes: Route) -> Route {
    let page = Arc::new(Config::from("/openapi.json").try_it_out_enabled(true).validator_url("none"));
    routes
        .at("/openapi.yaml", get(yaml))
        .at("/openapi.json", get(json))
        .at("/swagger", get(without_slash))
        .at("/swagger/*file", get(swagger).data(page))
}

/// Sends browsers that ask for `/` on to Swagger UI. Not a route, because the API is nested at `/` and takes it first.
pub(super) async fn front<E: Endpoint>(next: Arc<E>, request: Request) -> poem::Result<Response> {
    if request.method() == Method::GET && request.uri().path() == "/" {
        return Ok(to_swagger().into_response());
    }
    Ok(next.call(request).await?.into_response())
}

fn to_swagger() -> Redirect {
    Redirect::temporary("/swagger/")
}

#[handler]
fn without_slash() -> Redirect {
    to_swagger()
}

#[handler]
fn yaml() -> Response {
    Response::builder().content_type("application/yaml").body(CONTRACT)
}

#[handler]
fn json() -> Response {
    Response::builder().content_type("application/json").body(CONTRACT_AS_JSON.as_str())
}

#[handler]
fn swagger(Path(file): Path<String>, Data(page): Data<&Arc<Config<'static>>>) -> poem::Result<Response> {
    let file = utoipa_swagger_ui::serve(&file, Arc::clone(page))
        .map_err(|error| poem::Error::from_string(error.to_string(), StatusCode::INTERNAL_SERVER_ERROR))?
        .ok_or_else(|| poem::Error::from(poem::error::NotFoundError))?;
    let answer = Response::builder().content_type(&file.content_type).header(CONTENT_SECURITY_POLICY, PAGE_POLICY);
    let answer = if file.gzpipped { answer.header("content-encoding", "gzip") } else { answer };
    Ok(answer.body(file.bytes.into_owned()))
}
