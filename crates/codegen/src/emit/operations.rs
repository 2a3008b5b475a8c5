//! `operations.rs`: the operations as data and as types.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::tokens::{attributes, inner_docs};
use crate::model::{Api, Location, Operation, Tag};

pub(super) fn emit(api: &Api) -> TokenStream {
    let docs =
        inner_docs("The operations of the contract as data: for middleware, metrics and lists of what tests cover.");
    let attributes = attributes();
    let names = api.operations().map(|operation| operation.type_name.ident());
    let types =
        api.tags.iter().flat_map(|tag| tag.operations.iter().map(move |operation| operation_type(tag, operation)));
    quote! {
        #docs
        #attributes
        use openapi_poem_runtime::{Operation, OperationType};

        /// Every operation of the contract, tag by tag.
        pub const OPERATIONS: &[Operation] = &[#(#names::OPERATION),*];

        #(#types)*
    }
}

fn operation_type(tag: &Tag, operation: &Operation) -> TokenStream {
    let Operation { method, path, security, .. } = operation;
    let (name, id, tag) = (operation.type_name.ident(), &operation.type_name.contract, &tag.name.contract);
    let docs = format!(" `{id}`");
    let statuses = operation.responses.iter().map(|response| Literal::u16_unsuffixed(response.status));
    let query = operation.parameters.iter().filter(|parameter| parameter.location == Location::Query);
    let query = query.map(|parameter| &parameter.name.contract);
    quote! {
        #[doc = #docs]
        #[derive(Debug)]
        pub(super) enum #name {}

        impl OperationType for #name {
            const OPERATION: Operation = Operation {
                id: #id,
                method: #method,
                path: #path,
                tag: #tag,
                statuses: &[#(#statuses),*],
                query: &[#(#query),*],
                security: &[#(#security),*],
            };
        }
    }
}
