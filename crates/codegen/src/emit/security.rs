//! `security.rs`: the schemes, and a type for each set of alternatives that operations ask for.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::tokens::{attributes, inner_docs};
use crate::{
    model::{Api, Operation, Scheme},
    names::ident,
};

/// The type of the alternatives of the operation, unless everybody may call it.
pub(super) fn alternatives(operation: &Operation) -> Option<Ident> {
    let names: Vec<_> = operation.security.iter().map(|name| name.to_upper_camel_case()).collect();
    (!names.is_empty()).then(|| ident(&names.join("Or")))
}

pub(super) fn emit(api: &Api) -> TokenStream {
    let sets: BTreeMap<_, _> =
        api.operations().filter_map(|operation| Some((alternatives(operation)?, &operation.security))).collect();
    let sets = sets.into_iter().map(|(name, schemes)| set(api, &name, schemes));
    let docs = inner_docs("Who may call: the security schemes, and of which of them an operation needs one.");
    let attributes = attributes();
    quote! {
        #docs
        #attributes
        use openapi_poem_runtime::{HttpScheme, SecurityAlternatives};

        #(#sets)*
    }
}

fn set(api: &Api, name: &Ident, schemes: &[String]) -> TokenStream {
    let docs = format!(" One of {}.", schemes.join(", "));
    let schemes = schemes.iter().filter_map(|name| api.schemes.iter().find(|scheme| scheme.name == *name)).map(scheme);
    quote! {
        #[doc = #docs]
        #[derive(Debug)]
        pub(super) enum #name {}

        impl SecurityAlternatives for #name {
            const SCHEMES: &'static [HttpScheme] = &[#(#schemes),*];
        }
    }
}

fn scheme(scheme: &Scheme) -> TokenStream {
    let Scheme { name, scheme, description } = scheme;
    let description = description.as_ref().map_or_else(|| quote!(None), |text| quote!(Some(#text)));
    quote!(HttpScheme { name: #name, scheme: #scheme, description: #description })
}
