//! poem's adapter of a trait: `#[OpenApi]` takes no trait, so that a generated object carries its attributes and delegates.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use super::{
    response, security,
    server::defaults_by_type,
    tokens::{attributes, docs, inner_docs, rust_type},
};
use crate::model::{Api, Default, Location, Operation, Parameter, Tag};

/// The name of the adapter.
pub(super) fn name(tag: &Tag) -> Ident {
    format_ident!("{}Adapter", tag.name.rust)
}

/// `tags.rs`: the tags with their descriptions.
pub(super) fn tags(api: &Api) -> TokenStream {
    let file = inner_docs("The tags of the contract.");
    let attributes = attributes();
    let variants = api.tags.iter().map(|tag| {
        let (docs, variant, name) = (docs(&tag.description), tag.name.ident(), &tag.name.contract);
        quote!(#docs #[oai(rename = #name)] #variant)
    });
    quote! {
        #file
        #attributes
        use poem_openapi::Tags;

        /// The tags of the contract.
        #[derive(Debug, Tags)]
        pub(super) enum ApiTag {
            #(#variants,)*
        }
    }
}

pub(super) fn emit(tag: &Tag) -> TokenStream {
    let (server, name) = (tag.name.ident(), name(tag));
    let comment = format!(" poem's adapter of [`{server}`]: reads requests strictly and delegates.");
    let methods = tag.operations.iter().map(|operation| method(tag, operation));
    let defaults = tag.operations.iter().flat_map(|operation| {
        operation.parameters.iter().filter_map(|parameter| default_function(operation, parameter))
    });
    quote! {
        #[doc = #comment]
        #[derive(Clone, Debug)]
        pub struct #name<T>(
            /// The server.
            pub T,
        );

        #[OpenApi]
        impl<T: #server> #name<T> {
            #(#methods)*
        }

        #(#defaults)*
    }
}

fn method(tag: &Tag, operation: &Operation) -> TokenStream {
    let docs = docs(&format!("{}\n\n{}", operation.summary, operation.description));
    let (name, id) = (operation.method_name.ident(), &operation.method_name.contract);
    let (path, method) = (poem_path(&operation.path), operation.method.to_lowercase());
    let tag = format!("ApiTag::{}", tag.name.rust);
    let operation_type = operation.type_name.ident();
    let caller =
        security::alternatives(operation).map(|schemes| quote!(caller: Authenticated<T::Caller, security::#schemes>,));
    let parameters = operation.parameters.iter().map(|one| parameter(operation, one));
    let body = operation.body.as_ref().map(|body| {
        let (docs, schema) = (self::docs(&body.description), rust_type(&body.schema));
        quote!(#docs body: Json<#schema>,)
    });
    let response = response::name(operation);
    let arguments = arguments(operation);
    quote! {
        #docs
        #[oai(path = #path, method = #method, operation_id = #id, tag = #tag)]
        async fn #name(
            &self,
            #caller
            _query: KnownQuery<operations::#operation_type>,
            #(#parameters)*
            #body
        ) -> #response {
            self.0.#name(#(#arguments),*).await
        }
    }
}

/// The arguments of the trait's method, out of their extractors.
fn arguments(operation: &Operation) -> Vec<TokenStream> {
    let mut arguments = Vec::new();
    if !operation.security.is_empty() {
        arguments.push(quote!(caller.caller));
    }
    for parameter in &operation.parameters {
        let name = parameter.name.ident();
        let value = if parameter.location == Location::Path { quote!(#name.value) } else { quote!(#name.0) };
        arguments.push(if defaults_by_type(&parameter.default) { quote!(#value.unwrap_or_default()) } else { value });
    }
    if operation.body.is_some() {
        arguments.push(quote!(body.0));
    }
    arguments
}

fn parameter(operation: &Operation, parameter: &Parameter) -> TokenStream {
    let (docs, name, wire) = (docs(&parameter.description), parameter.name.ident(), &parameter.name.contract);
    let schema = rust_type(&parameter.schema);
    let (schema, default) = match &parameter.default {
        Default::Value(_) => {
            let function = default_name(operation, parameter).to_string();
            (schema, Some(quote!(, default = #function)))
        }
        Default::None if parameter.required => (schema, None),
        Default::None | Default::OfType => (quote!(Option<#schema>), None),
    };
    let extractor = match parameter.location {
        Location::Path => {
            let operation = operation.type_name.ident();
            quote!(Path<operations::#operation, #schema>)
        }
        Location::Query => quote!(Query<#schema>),
        Location::Header => quote!(Header<#schema>),
    };
    quote!(#docs #[oai(name = #wire #default)] #name: #extractor,)
}

fn default_name(operation: &Operation, parameter: &Parameter) -> Ident {
    let plain = |name: &str| name.trim_start_matches("r#").to_owned();
    format_ident!("default_of_{}_{}", plain(&operation.method_name.rust), plain(&parameter.name.rust))
}

/// poem takes a default as a function.
fn default_function(operation: &Operation, parameter: &Parameter) -> Option<TokenStream> {
    let Default::Value(value) = &parameter.default else { return None };
    let (name, schema) = (default_name(operation, parameter), rust_type(&parameter.schema));
    let value = match value {
        Value::String(text) => quote!(#text.to_owned()),
        other => other.to_string().parse().ok()?,
    };
    let constant =
        if matches!(parameter.default, Default::Value(Value::String(_))) { None } else { Some(quote!(const)) };
    Some(quote! {
        #constant fn #name() -> #schema {
            #value
        }
    })
}

/// poem writes the parameters of a path with a colon.
fn poem_path(path: &str) -> String {
    let segment = |segment: &str| match segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) {
        Some(name) => format!(":{name}"),
        None => segment.to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}
