//! `scalars.rs`: constrained strings and bounded integers.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::tokens::{attributes, docs, inner_docs, plain_type};
use crate::{
    model::{Api, Integer, Kind, NamedType, Plain, Text},
    names::ident,
};

pub(super) fn emit(api: &Api) -> TokenStream {
    let (mut strings, mut integers, mut patterns) = (TokenStream::new(), TokenStream::new(), false);
    for named in &api.types {
        match &named.kind {
            Kind::Text(rules) => {
                patterns |= rules.pattern.is_some();
                strings.extend(text(named, rules));
            }
            Kind::Integer(rules) => integers.extend(integer(named, rules)),
            Kind::Words(_) | Kind::Record(_) => {}
        }
    }
    let attributes = attributes();
    let docs = inner_docs("The strings and integers of the contract that have rules of their own.");
    let std = patterns.then(|| {
        quote!(
            use std::sync::LazyLock;
        )
    });
    let regex = (!strings.is_empty()).then(|| {
        quote!(
            use regex::Regex;
        )
    });
    let runtime = match (strings.is_empty(), integers.is_empty()) {
        (false, false) => quote!(
            use openapi_poem_runtime::{IntegerScalar, StringScalar};
        ),
        (false, true) => quote!(
            use openapi_poem_runtime::StringScalar;
        ),
        (true, _) => quote!(
            use openapi_poem_runtime::IntegerScalar;
        ),
    };
    quote! {
        #docs
        #attributes
        #std
        #runtime
        #regex
        #strings
        #integers
    }
}

fn text(named: &NamedType, rules: &Text) -> TokenStream {
    let NamedType { name, description, .. } = named;
    let (docs, type_name) = (docs(description), ident(name));
    let min_length = option(rules.min_length.map(Literal::usize_unsuffixed));
    let max_length = option(rules.max_length.map(Literal::usize_unsuffixed));
    let example = option(rules.example.as_ref());
    let pattern = match &rules.pattern {
        None => quote!(None),
        Some(pattern) => quote! {
            static PATTERN: LazyLock<Regex> =
                LazyLock::new(|| Regex::new(#pattern).expect("the generator has compiled this pattern"));
            Some(&PATTERN)
        },
    };
    quote! {
        #docs
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct #type_name(String);

        impl StringScalar for #type_name {
            const NAME: &'static str = #name;
            const DESCRIPTION: &'static str = #description;
            const MIN_LENGTH: Option<usize> = #min_length;
            const MAX_LENGTH: Option<usize> = #max_length;
            const EXAMPLE: Option<&'static str> = #example;

            fn pattern() -> Option<&'static Regex> {
                #pattern
            }
        }

        openapi_poem_runtime::string_scalar!(#type_name);
    }
}

fn integer(named: &NamedType, rules: &Integer) -> TokenStream {
    let NamedType { name, description, .. } = named;
    let (docs, type_name, number) = (docs(description), ident(name), plain_type(rules.plain));
    let format = if rules.plain == Plain::Int32 { "int32" } else { "int64" };
    let literal = |value: Option<i64>| option(value.map(Literal::i64_unsuffixed));
    let (minimum, maximum) = (literal(rules.minimum), literal(rules.maximum));
    let (default, example) = (literal(rules.default), literal(rules.example));
    let default_value = rules.default.map(Literal::i64_unsuffixed).map(|value| {
        let docs = format!(" {value}, the contract's default.");
        quote! {
            impl Default for #type_name {
                #[doc = #docs]
                fn default() -> Self {
                    Self(#value)
                }
            }
        }
    });
    quote! {
        #docs
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct #type_name(#number);

        impl IntegerScalar for #type_name {
            type Number = #number;

            const NAME: &'static str = #name;
            const DESCRIPTION: &'static str = #description;
            const FORMAT: &'static str = #format;
            const MINIMUM: Option<i64> = #minimum;
            const MAXIMUM: Option<i64> = #maximum;
            const DEFAULT: Option<#number> = #default;
            const EXAMPLE: Option<#number> = #example;
        }

        #default_value

        openapi_poem_runtime::integer_scalar!(#type_name, #number);
    }
}

fn option<T: quote::ToTokens>(value: Option<T>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}
