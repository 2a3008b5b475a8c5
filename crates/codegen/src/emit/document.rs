//! `document.rs`: the document that the running code emits, without a server to run.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    response,
    server::arguments,
    tokens::{attributes, has_caller, imports, inner_docs, use_from_parent},
};
use crate::model::{Api, Operation, Schema, Tag};

pub(super) fn emit(api: &Api) -> TokenStream {
    let docs = inner_docs("The document that the running code emits, to be held against the contract.");
    let attributes = attributes();
    let schemas_of = |operation: &Operation| -> Vec<Schema> {
        let body = operation.body.as_ref().map(|body| body.schema.clone());
        operation.parameters.iter().map(|parameter| parameter.schema.clone()).chain(body).collect()
    };
    let arguments: Vec<Schema> = api.operations().flat_map(schemas_of).collect();
    let mut names = imports(&arguments);
    names.extend(api.tags.iter().map(|tag| tag.name.ident()));
    names.extend(api.operations().map(response::name));
    names.sort();
    let parent = use_from_parent(&names);
    let servers = api.tags.iter().map(implementation);
    quote! {
        #docs
        #attributes
        use std::future::pending;
        #parent

        /// A server that never answers: the document does not depend on the server.
        #[derive(Clone)]
        struct Nobody;

        #(#servers)*

        /// The document that the running code emits, in JSON.
        #[must_use]
        pub fn document() -> String {
            super::service(Nobody).spec()
        }
    }
}

fn implementation(tag: &Tag) -> TokenStream {
    let name = tag.name.ident();
    let caller = has_caller(tag).then(|| {
        quote!(
            type Caller = Self;
        )
    });
    let methods = tag.operations.iter().map(|operation| {
        let (name, response) = (operation.method_name.ident(), response::name(operation));
        let arguments = arguments(operation, &quote!(Self)).into_iter().map(|(_, schema)| quote!(_: #schema));
        quote! {
            async fn #name(&self, #(#arguments),*) -> #response {
                pending().await
            }
        }
    });
    quote! {
        impl #name for Nobody {
            #caller
            #(#methods)*
        }
    }
}
