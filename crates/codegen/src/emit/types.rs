//! `types.rs`: objects and enums.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::{attributes, docs, imports, inner_docs, rust_type, use_from_parent};
use crate::{
    model::{Api, Bounds, Field, Kind, NamedType, Plain, Schema},
    names::{Name, ident},
};

pub(super) fn emit(api: &Api) -> TokenStream {
    let own = |name: &str| {
        api.types.iter().any(|one| one.name == name && matches!(one.kind, Kind::Words(_) | Kind::Record(_)))
    };
    let fields: Vec<_> = api.types.iter().filter_map(fields).flatten().collect();
    let used: Vec<_> =
        imports(fields.iter().map(|field| &field.schema)).into_iter().filter(|name| !own(&name.to_string())).collect();
    let mut body = TokenStream::new();
    for named in &api.types {
        body.extend(match &named.kind {
            Kind::Words(words) => vocabulary(named, words),
            Kind::Record(fields) => {
                let event = api.is_event(&named.name).then(|| event(named));
                let record = record(named, fields);
                quote!(#record #event)
            }
            Kind::Text(_) | Kind::Integer(_) => TokenStream::new(),
        });
    }
    let has_words = api.types.iter().any(|one| matches!(one.kind, Kind::Words(_)));
    let has_records = !fields.is_empty();
    let has_dates = fields.iter().any(|field| field.schema == Schema::Plain(Plain::DateTime));
    let attributes = attributes();
    let docs = inner_docs(
        "The objects and enums of the contract.\n\nserde reads and writes them; poem-openapi only describes them.",
    );
    let chrono = has_dates.then(|| {
        quote!(
            use chrono::{DateTime, Utc};
        )
    });
    let bounded = |schema: &Schema| matches!(schema, Schema::List(_, bounds) if *bounds != Bounds::default());
    let runtime = [
        ("BoundedVec", fields.iter().any(|field| bounded(&field.schema))),
        ("ServerSentEvent", api.types.iter().any(|one| api.is_event(&one.name))),
        ("Vocabulary", has_words),
    ];
    let runtime: Vec<_> = runtime.into_iter().filter(|(_, used)| *used).map(|(name, _)| ident(name)).collect();
    let runtime = (!runtime.is_empty()).then(|| {
        quote!(
            use openapi_poem_runtime::{#(#runtime),*};
        )
    });
    let poem = match (has_words, has_records) {
        (true, true) => quote!(
            use poem_openapi::{Enum, Object};
        ),
        (true, false) => quote!(
            use poem_openapi::Enum;
        ),
        (false, true) => quote!(
            use poem_openapi::Object;
        ),
        (false, false) => TokenStream::new(),
    };
    let parent = use_from_parent(&used);
    quote! {
        #docs
        #attributes
        #![allow(missing_docs, reason = "a field that refers to a type is described there")]
        #chrono
        #runtime
        #poem
        use serde::{Deserialize, Serialize};
        #parent
        #body
    }
}

fn fields(named: &NamedType) -> Option<&[Field]> {
    match &named.kind {
        Kind::Record(fields) => Some(fields),
        _ => None,
    }
}

fn vocabulary(named: &NamedType, words: &[Name]) -> TokenStream {
    let NamedType { name, description, .. } = named;
    let (docs, type_name) = (docs(description), ident(name));
    let variants: Vec<_> = words.iter().map(Name::ident).collect();
    let words: Vec<_> = words.iter().map(|word| &word.contract).collect();
    let comments = words.iter().map(|word| format!(" `{word}`"));
    quote! {
        #docs
        #[derive(Clone, Copy, Debug, Deserialize, Enum, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        pub enum #type_name {
            #(
                #[doc = #comments]
                #[oai(rename = #words)]
                #[serde(rename = #words)]
                #variants,
            )*
        }

        impl Vocabulary for #type_name {
            const NAME: &'static str = #name;
            const ALL: &'static [Self] = &[#(Self::#variants),*];

            fn word(self) -> &'static str {
                match self {
                    #(Self::#variants => #words,)*
                }
            }
        }

        openapi_poem_runtime::vocabulary!(#type_name);
    }
}

fn record(named: &NamedType, fields: &[Field]) -> TokenStream {
    let (docs, type_name) = (docs(&named.description), ident(&named.name));
    let fields = fields.iter().map(field);
    quote! {
        #docs
        #[derive(Clone, Debug, Deserialize, Eq, Object, PartialEq, Serialize)]
        #[serde(deny_unknown_fields)]
        pub struct #type_name {
            #(#fields,)*
        }
    }
}

/// The name of an event is the word of its required property `event`.
fn event(named: &NamedType) -> TokenStream {
    let type_name = ident(&named.name);
    quote! {
        impl ServerSentEvent for #type_name {
            fn event_name(&self) -> &'static str {
                self.event.as_str()
            }
        }
    }
}

fn field(field: &Field) -> TokenStream {
    let docs = field.description.as_deref().map(docs);
    let (name, wire) = (field.name.ident(), &field.name.contract);
    let schema = rust_type(&field.schema);
    let date = field.schema == Schema::Plain(Plain::DateTime);
    let reader = match (field.required, date) {
        (true, false) => return quote!(#docs #[oai(rename = #wire)] #[serde(rename = #wire)] pub #name: #schema),
        (true, true) => {
            let reader = "openapi_poem_runtime::read::date_time";
            return quote! {
                #docs
                #[oai(rename = #wire)]
                #[serde(rename = #wire, deserialize_with = #reader)]
                pub #name: #schema
            };
        }
        (false, false) => "openapi_poem_runtime::read::present",
        (false, true) => "openapi_poem_runtime::read::present_date_time",
    };
    quote! {
        #docs
        #[oai(rename = #wire)]
        #[serde(rename = #wire, default, skip_serializing_if = "Option::is_none", deserialize_with = #reader)]
        pub #name: Option<#schema>
    }
}
