//! Pieces of code that several files need.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use crate::{
    model::{Bounds, Default, Operation, Parameter, Plain, Schema, Tag},
    names::ident,
};

/// Doc comments, line by line.
pub(super) fn docs(text: &str) -> TokenStream {
    let lines = text.trim_end().lines().map(spaced);
    quote!(#(#[doc = #lines])*)
}

/// Doc comments of the file.
pub(super) fn inner_docs(text: &str) -> TokenStream {
    let lines = text.trim_end().lines().map(spaced);
    quote!(#(#![doc = #lines])*)
}

fn spaced(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!(" {line}") }
}

/// The attributes at the head of every file. The doc comments are the contract's words, which know no Markdown.
pub(crate) fn attributes() -> TokenStream {
    quote! {
        #![cfg_attr(rustfmt, rustfmt_skip)]
        #![allow(clippy::doc_markdown, reason = "the descriptions are the contract's")]
    }
}

/// The type in Rust.
pub(super) fn rust_type(schema: &Schema) -> TokenStream {
    match schema {
        Schema::Plain(plain) => plain_type(*plain),
        Schema::Named(name) => {
            let name = ident(name);
            quote!(#name)
        }
        Schema::List(items, Bounds { min_items: None, max_items: None }) => {
            let items = rust_type(items);
            quote!(Vec<#items>)
        }
        Schema::List(items, bounds) => {
            let items = rust_type(items);
            let least = Literal::usize_unsuffixed(bounds.min_items.unwrap_or_default());
            let most = bounds.max_items.map(Literal::usize_unsuffixed);
            let most = most.map_or_else(|| quote!({ usize::MAX }), |most| quote!(#most));
            quote!(BoundedVec<#items, #least, #most>)
        }
    }
}

/// The type without rules in Rust.
pub(super) fn plain_type(plain: Plain) -> TokenStream {
    match plain {
        Plain::Text => quote!(String),
        Plain::DateTime => quote!(DateTime<Utc>),
        Plain::Int32 => quote!(i32),
        Plain::Int64 => quote!(i64),
        Plain::Boolean => quote!(bool),
    }
}

/// The contract's types in the schema.
fn named<'a>(schema: &'a Schema, names: &mut Vec<&'a str>) {
    match schema {
        Schema::Named(name) => names.push(name),
        Schema::List(items, _) => named(items, names),
        Schema::Plain(_) => {}
    }
}

/// The contract's types in these schemas, each once, sorted.
pub(super) fn imports<'a>(schemas: impl IntoIterator<Item = &'a Schema>) -> Vec<Ident> {
    let mut names = Vec::new();
    schemas.into_iter().for_each(|schema| named(schema, &mut names));
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(ident).collect()
}

/// Every schema of an operation.
pub(super) fn schemas(operation: &Operation) -> impl Iterator<Item = &Schema> {
    let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
    let bodies = operation.responses.iter().filter_map(|response| response.body.as_ref()?.schema());
    parameters.chain(operation.body.as_ref().map(|body| &body.schema)).chain(bodies)
}

/// Whether there is an operation that needs a caller.
pub(super) fn has_caller(tag: &Tag) -> bool {
    tag.operations.iter().any(|operation| !operation.security.is_empty())
}

/// The type of the parameter as an operation gets it: optional only where it may be absent and has no default.
pub(super) fn argument_type(parameter: &Parameter) -> TokenStream {
    let schema = rust_type(&parameter.schema);
    if parameter.required || parameter.default != Default::None { schema } else { quote!(Option<#schema>) }
}

/// Imports of the contract's types.
pub(super) fn use_from_parent(names: &[Ident]) -> TokenStream {
    if names.is_empty() { TokenStream::new() } else { quote!(use super::{#(#names),*};) }
}
