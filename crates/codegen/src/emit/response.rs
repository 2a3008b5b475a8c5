//! The closed response of an operation, and how it is made from a failure.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::tokens::{docs, plain_type, rust_type};
use crate::{
    model::{Bounds, Content, Operation, Response, Schema},
    names::ident,
};

/// The name of the response.
pub(super) fn name(operation: &Operation) -> Ident {
    format_ident!("{}Response", operation.type_name.rust)
}

/// Whether the contract documents failures for the operation.
pub(super) fn has_failures(operation: &Operation) -> bool {
    failures(operation).next().is_some()
}

fn failures(operation: &Operation) -> impl Iterator<Item = &Response> {
    operation.responses.iter().filter(|response| response.status >= 400)
}

pub(super) fn emit(operation: &Operation) -> TokenStream {
    let name = name(operation);
    let docs = format!(" The answers of `{}`.", operation.method_name.contract);
    let variants = operation.responses.iter().map(variant);
    let from_failure = from_failure(operation, &name);
    // A stream is neither copied nor compared.
    let streams = operation.answers(|content| matches!(content, Content::Events(_)));
    let derives = if streams { quote!(ApiResponse, Debug) } else { quote!(ApiResponse, Clone, Debug, Eq, PartialEq) };
    quote! {
        #[doc = #docs]
        #[derive(#derives)]
        pub enum #name {
            #(#variants,)*
        }

        #from_failure
    }
}

fn variant(response: &Response) -> TokenStream {
    let (docs, name, status) = (docs(&response.description), ident(&response.variant), response.status);
    let status = Literal::u16_unsuffixed(status);
    let mut values: Vec<TokenStream> = response.body.iter().map(payload).collect();
    for header in &response.headers {
        let (docs, name, plain) = (self::docs(&header.description), &header.name, plain_type(header.plain));
        values.push(quote!(#docs #[oai(header = #name)] Option<#plain>));
    }
    let values = (!values.is_empty()).then(|| quote!((#(#values),*)));
    let content_type = match &response.body {
        Some(Content::Text(media_type)) => Some(quote!(, content_type = #media_type)),
        _ => None,
    };
    quote! {
        #docs
        #[oai(status = #status #content_type)]
        #name #values
    }
}

fn payload(content: &Content) -> TokenStream {
    let item = content.schema().map(rust_type);
    match content {
        Content::Json(Schema::List(items, Bounds { min_items: None, max_items: None })) => {
            let items = rust_type(items);
            quote!(JsonList<#items>)
        }
        Content::Json(_) => quote!(Json<#item>),
        Content::Events(_) => quote!(EventStream<#item>),
        Content::Text(_) => quote!(PlainText<String>),
    }
}

fn from_failure(operation: &Operation, name: &Ident) -> Option<TokenStream> {
    let body = rust_type(failures(operation).find_map(|response| response.body.as_ref()?.schema())?);
    let statuses: Vec<_> = failures(operation).map(|response| Literal::u16_unsuffixed(response.status)).collect();
    let arms = failures(operation).map(conversion);
    Some(quote! {
        impl FromFailure<#body> for #name {
            const STATUSES: &'static [u16] = &[#(#statuses),*];

            fn from_failure(failure: Failure<#body>) -> Result<Self, Failure<#body>> {
                match failure.status {
                    #(#statuses => #arms,)*
                    _ => Err(failure),
                }
            }
        }
    })
}

fn conversion(response: &Response) -> TokenStream {
    let variant = ident(&response.variant);
    if response.headers.is_empty() {
        return quote!(Ok(Self::#variant(Json(failure.only_headers(&[])?.body))));
    }
    let names: Vec<_> = response.headers.iter().map(|header| &header.name).collect();
    let values: Vec<_> = (0..names.len()).map(|index| format_ident!("header_{index}")).collect();
    quote! {{
        let failure = failure.only_headers(&[#(#names),*])?;
        #(let (failure, #values) = failure.header(#names)?;)*
        Ok(Self::#variant(Json(failure.body), #(#values),*))
    }}
}
