//! `lib.rs`: the modules, and the service that joins them.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    adapter, response,
    tokens::{attributes, inner_docs},
};
use crate::{
    model::{Api, Kind, License},
    names::ident,
};

pub(super) fn emit<'a>(api: &Api, modules: impl Iterator<Item = &'a str>) -> TokenStream {
    let docs = inner_docs(&format!("{} {}\n\n{}", api.title, api.version, api.description));
    let attributes = attributes();
    let modules = modules.map(ident);
    let is_scalar = |kind: &Kind| matches!(kind, Kind::Text(_) | Kind::Integer(_));
    let scalars = api.types.iter().filter(|one| is_scalar(&one.kind)).map(|one| ident(&one.name));
    let types = api.types.iter().filter(|one| !is_scalar(&one.kind)).map(|one| ident(&one.name));
    let (scalars, types) = (reexport("scalars", scalars.collect()), reexport("types", types.collect()));
    let tags = api.tags.iter().map(|tag| {
        let mut names = vec![tag.name.ident(), adapter::name(tag)];
        names.extend(tag.operations.iter().map(response::name));
        reexport(&tag.module.rust, names)
    });
    let service = service(api);
    quote! {
        #docs
        #attributes
        #(mod #modules;)*

        pub use document::document;
        pub use operations::OPERATIONS;
        #scalars
        #types
        #(#tags)*

        #service
    }
}

fn reexport(module: &str, mut names: Vec<proc_macro2::Ident>) -> TokenStream {
    names.sort();
    let module = ident(module);
    if names.is_empty() { TokenStream::new() } else { quote!(pub use #module::{#(#names),*};) }
}

fn service(api: &Api) -> TokenStream {
    let Api { title, version, description, .. } = api;
    let servers: Vec<_> = api.tags.iter().map(|tag| tag.name.ident()).collect();
    let adapters: Vec<_> = api.tags.iter().map(adapter::name).collect();
    let license = api.license.as_ref().map(license);
    let license_use = api.license.as_ref().map(|_| quote!(LicenseObject,));
    let (types, values) = match adapters.split_last() {
        Some((last, others)) if !others.is_empty() => {
            (quote!((#(#others<T>,)* #last<T>)), quote!((#(#others(server.clone()),)* #last(server))))
        }
        _ => (quote!(#(#adapters<T>)*), quote!(#(#adapters(server))*)),
    };
    quote! {
        use poem_openapi::{#license_use OpenApiService};

        /// The adapters of all tags.
        pub type Adapters<T> = #types;

        /// The service: every operation of the contract on the server.
        pub fn service<T>(server: T) -> OpenApiService<Adapters<T>, ()>
        where
            T: Clone + #(#servers)+*,
        {
            OpenApiService::new(#values, #title, #version).description(#description) #license
        }
    }
}

fn license(license: &License) -> TokenStream {
    let License { name, identifier, url } = license;
    let identifier = identifier.as_ref().map(|identifier| quote!(.identifier(#identifier)));
    let url = url.as_ref().map(|url| quote!(.url(#url)));
    quote!(.license(LicenseObject::new(#name) #identifier #url))
}
