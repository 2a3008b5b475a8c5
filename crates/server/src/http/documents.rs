//! The contract itself, and Swagger UI on it.

use std::sync::{Arc, LazyLock};

use poem::http::StatusCode;
use poem::http::header::CONTENT_SECURITY_POLICY;
use poem::web::{Data, Path, Redirect};
use poem::{EndpointExt as _, Response, Route, get, handler};
use utoipa_swagger_ui::Config;

use super::page::APART;
use crate::api::CONTRACT;

/// The contract in JSON.
static CONTRACT_AS_JSON: LazyLock<String> = LazyLock::new(|| {
    let contract: serde_json::Value = serde_norway::from_str(CONTRACT).expect("the contract is YAML, which tests hold");
    contract.to_string()
});

/// What Swagger UI may load: its own files, pictures inside them, styles that it makes, and the API of this service.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `/openapi.yaml`, `/openapi.json` and Swagger UI.
pub(super) fn routes() -> Route {
    let page = Arc::new(Config::from("/openapi.json").try_it_out_enabled(true).validator_url("none"));
    Route::new()
        .at("/openapi.yaml", get(yaml))
        .at("/openapi.json", get(json))
        .at("/swagger", get(without_slash))
        .at("/swagger/*file", get(swagger).data(page))
}

#[handler]
fn without_slash() -> Redirect {
    Redirect::temporary("/swagger/")
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
    let mut answer = Response::builder().content_type(&file.content_type).header(CONTENT_SECURITY_POLICY, POLICY);
    for (name, value) in APART {
        answer = answer.header(name, value);
    }
    let answer = if file.gzpipped { answer.header("content-encoding", "gzip") } else { answer };
    Ok(answer.body(file.bytes.into_owned()))
}
