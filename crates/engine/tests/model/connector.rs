//! The SDK's way to the simulator: no socket, no task, no thread.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::Poll;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use elbm_simulator::InProcess;

use crate::network::{Loss, Network};
use crate::table::{PUT_ITEM, Table};
use crate::witness::Witness;

/// Hands every request to the simulator, or the lease table, and lets the witness see what is true before and after it.
#[derive(Debug, Clone)]
pub(crate) struct Connector {
    pub(crate) simulator: InProcess,
    pub(crate) table: Table,
    pub(crate) network: Network,
    pub(crate) witness: Witness,
}

impl HttpClient for Connector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move {
            connector.network.there().await;
            let answer = if request.headers().get("x-amz-target") == Some(PUT_ITEM) {
                connector.put(&request)
            } else {
                connector.answer(request).await
            };
            connector.network.back().await;
            answer
        })
    }
}

impl Connector {
    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let unreadable = |error| ConnectorError::user(Box::new(error));
        let request = request.try_into_http1x().map_err(unreadable)?;
        let request = request.map(|body| body.bytes().map(<[u8]>::to_vec).unwrap_or_default().into());
        let before = self.witness.look();
        let mut answer = pin!(self.simulator.answer(request));
        // The simulator acts when it is polled first; what it answers may wait.
        let first = poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await;
        self.witness.saw(before);
        let answer = match first {
            Poll::Ready(answer) => answer,
            Poll::Pending => answer.await,
        };
        let answer = answer.map_err(|dropped| ConnectorError::io(Box::new(dropped)))?;
        HttpResponse::try_from(answer.map(SdkBody::from_body_1_x)).map_err(|error| ConnectorError::io(Box::new(error)))
    }

    fn put(&self, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let reset = || ConnectorError::io(Box::new(io::Error::from(io::ErrorKind::ConnectionReset)));
        let loss = self.network.loss();
        if loss == Loss::Call {
            return Err(reset());
        }
        let (status, body) = self.table.answer(request.body().bytes().unwrap_or_default());
        if loss == Loss::Answer {
            return Err(reset());
        }
        let answer = http::Response::builder().status(status).header("content-type", "application/x-amz-json-1.0");
        let answer = answer.body(SdkBody::from(body.to_string())).expect("well formed");
        HttpResponse::try_from(answer).map_err(|error| ConnectorError::io(Box::new(error)))
    }
}
