//! A client of a contract, by progenitor.

use proc_macro2::TokenStream;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use quote::{ToTokens as _, quote};
use syn::{File, Item, ItemMod};

use crate::{
    contract::Contract,
    emit::{Files, attributes, print},
    error::Error,
    model::{Content, Operation},
    pointer,
};

/// Generates a client of the contract: a module of types, one of request builders, and the client itself. `source` is how the
/// files' headers call the contract.
///
/// # Errors
/// The contract has something that progenitor does not translate.
pub fn generate_client(contract: &Contract, source: &str) -> Result<Files, Error> {
    contract.api().operations().try_for_each(one_type)?;
    let failed = |error: &dyn ToString| Error::Client(error.to_string());
    let document = serde_json::from_value(contract.for_older_tools()).map_err(|error| failed(&error))?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder).with_derive("PartialEq");
    let tokens = Generator::new(&settings).generate_tokens(&document).map_err(|error| failed(&error))?;
    let file = syn::parse2::<File>(tokens).map_err(|error| failed(&error))?;
    Ok(split(file).into_iter().map(|(name, tokens)| (format!("{name}.rs"), print(&tokens, source))).collect())
}

/// A call of a client answers with one type, or fails with one. progenitor takes that for granted.
fn one_type(operation: &Operation) -> Result<(), Error> {
    for succeeds in [true, false] {
        let responses = operation.responses.iter().filter(|response| (response.status < 300) == succeeds);
        let mut bodies: Vec<Option<&Content>> = responses.map(|response| response.body.as_ref()).collect();
        bodies.dedup();
        if bodies.len() > 1 {
            let path = pointer::join(&pointer::join("/paths", &operation.path), &operation.method.to_lowercase());
            let sentence = "a client needs one body for all answers of success, and one for all errors";
            return Err(Error::unsupported(pointer::join(&path, "responses"), sentence));
        }
    }
    Ok(())
}

/// A file for each module, and one for the rest. The prelude has nothing but the client.
fn split(file: File) -> Vec<(String, TokenStream)> {
    let mut files = Vec::new();
    let mut own = TokenStream::new();
    for item in file.items {
        match item {
            Item::Mod(ItemMod { ident, .. }) if ident == "prelude" => {}
            Item::Mod(mut module) => {
                let (_, items) = module.content.take().unwrap_or_default();
                let docs = inner(&module);
                files.push((module.ident.to_string(), whole(&docs, &quote!(#(#items)*))));
                let ident = module.ident;
                own.extend(quote!(pub mod #ident;));
            }
            item => item.to_tokens(&mut own),
        }
    }
    files.push(("mod".to_owned(), whole(&quote!(#![doc = " The client."]), &own)));
    files
}

/// The documentation of a module, as it stands in a file of its own.
fn inner(module: &ItemMod) -> TokenStream {
    let docs = module.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let docs = docs.map(|attribute| &attribute.meta);
    quote!(#(#![#docs])*)
}

fn whole(docs: &TokenStream, items: &TokenStream) -> TokenStream {
    let attributes = attributes();
    quote! {
        #docs
        #attributes
        #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "progenitor writes it so")]
        #items
    }
}
