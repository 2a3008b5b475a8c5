//! The file of a tag: the trait that a server implements, the closed responses, and poem's adapter.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    adapter, response,
    tokens::{argument_type, attributes, docs, has_caller, imports, inner_docs, rust_type, schemas, use_from_parent},
};
use crate::model::{Bounds, Content, Default, Location, Operation, Plain, Schema, Tag};

pub(super) fn emit(tag: &Tag) -> TokenStream {
    let docs = inner_docs(&tag.description);
    let attributes = attributes();
    let types: Vec<_> = imports(tag.operations.iter().flat_map(schemas));
    let uses = uses(tag);
    let parent = use_from_parent(&types);
    let server = server(tag);
    let responses = tag.operations.iter().map(response::emit);
    let adapter = adapter::emit(tag);
    quote! {
        #docs
        #attributes
        #![allow(clippy::large_enum_variant, reason = "a response is made once and written at once")]
        #![allow(clippy::similar_names, reason = "the names are the contract's")]
        #![allow(clippy::too_many_arguments, reason = "an operation has as many parameters as the contract says")]
        #uses
        #parent
        #server
        #(#responses)*
        #adapter
    }
}

/// Whether it is a JSON list, which is a payload of its own.
fn is_list(content: &Content) -> bool {
    matches!(content, Content::Json(Schema::List(_, Bounds { min_items: None, max_items: None })))
}

/// What the file needs from the libraries.
fn uses(tag: &Tag) -> TokenStream {
    let any = |test: &dyn Fn(&Operation) -> bool| tag.operations.iter().any(test);
    let located =
        |location| any(&|operation| operation.parameters.iter().any(|parameter| parameter.location == location));
    let answers = |kind: &dyn Fn(&Content) -> bool| any(&|operation| operation.answers(kind));
    let names = [
        ("Authenticated", has_caller(tag)),
        ("EventStream", answers(&|content| matches!(content, Content::Events(_)))),
        ("Failure", any(&response::has_failures)),
        ("FromFailure", any(&response::has_failures)),
        ("Header", located(Location::Header)),
        (
            "Json",
            any(&|operation| operation.body.is_some())
                || answers(&|content| matches!(content, Content::Json(_)) && !is_list(content)),
        ),
        ("JsonList", answers(&is_list)),
        ("KnownQuery", true),
        ("Path", located(Location::Path)),
        ("Query", located(Location::Query)),
    ];
    let runtime = names.iter().filter(|(_, used)| *used).map(|(name, _)| format_ident!("{name}"));
    let dates = any(&|operation| schemas(operation).any(|schema| *schema == Schema::Plain(Plain::DateTime)));
    let chrono = dates.then(|| {
        quote!(
            use chrono::{DateTime, Utc};
        )
    });
    let security = has_caller(tag).then(|| {
        quote!(
            use super::security;
        )
    });
    let text = answers(&|content| matches!(content, Content::Text(_))).then(|| quote!(, payload::PlainText));
    quote! {
        #chrono
        use openapi_poem_runtime::{#(#runtime),*};
        use poem_openapi::{ApiResponse, OpenApi #text};
        use super::operations;
        #security
        use super::tags::ApiTag;
    }
}

fn server(tag: &Tag) -> TokenStream {
    let (docs, name) = (docs(&tag.description), tag.name.ident());
    let caller = has_caller(tag).then(|| {
        quote! {
            /// Who calls: what the server's middleware puts into the data of an authenticated request.
            type Caller: Clone + Send + Sync + 'static;
        }
    });
    let methods = tag.operations.iter().map(|operation| {
        let signature = signature(operation);
        let docs = self::docs(&format!(
            "{}\n\n{}\n\n`{} {}`",
            operation.summary, operation.description, operation.method, operation.path
        ));
        let response = response::name(operation);
        quote! {
            #docs
            fn #signature -> impl Future<Output = #response> + Send;
        }
    });
    quote! {
        #docs
        pub trait #name: Send + Sync + 'static {
            #caller
            #(#methods)*
        }
    }
}

/// The name and the arguments of the operation in the trait.
fn signature(operation: &Operation) -> TokenStream {
    let name = operation.method_name.ident();
    let arguments =
        arguments(operation, &quote!(Self::Caller)).into_iter().map(|(name, schema)| quote!(#name: #schema));
    quote!(#name(&self, #(#arguments),*))
}

/// The arguments of the operation with their types.
pub(super) fn arguments(operation: &Operation, caller: &TokenStream) -> Vec<(Ident, TokenStream)> {
    let caller = (!operation.security.is_empty()).then(|| (format_ident!("caller"), caller.clone()));
    let parameters = operation.parameters.iter().map(|parameter| (parameter.name.ident(), argument_type(parameter)));
    let body = operation.body.as_ref().map(|body| (format_ident!("body"), rust_type(&body.schema)));
    caller.into_iter().chain(parameters).chain(body).collect()
}

/// Whether the parameter's default is that of its type.
pub(super) fn defaults_by_type(default: &Default) -> bool {
    *default == Default::OfType
}
