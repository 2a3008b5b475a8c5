//! What poem alone can do: the same bytes, from memory.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use hyper::body::Bytes;
use poem::web::Data;
use poem::{EndpointExt as _, Response, Route, get, handler};

/// A bare poem server
#[derive(Debug, clap::Args)]
pub(crate) struct Bare {
    /// The path that it answers
    #[arg(long)]
    path: String,
    /// The file with the bytes of the answer, JSON
    #[arg(long, value_name = "FILE")]
    body: PathBuf,
}

#[handler]
fn answer(Data(body): Data<&Bytes>) -> Response {
    Response::builder().content_type("application/json").body(body.clone())
}

impl Bare {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let body = fs::read(&self.body).with_context(|| format!("cannot read {}", self.body.display()))?;
        elbm_bench::serve(Route::new().at(self.path, get(answer)).data(Bytes::from(body))).await
    }
}
