//! The caller of an operation.
//!
//! The server's middleware reads the `Authorization` header and puts the caller into the request's data; what is here only
//! takes it out, and says in the document which schemes there are. So nothing ever decides twice who the caller is. Where
//! operations accept different schemes, the middleware holds the caller's against [`Operation::security`](crate::Operation).

use std::marker::PhantomData;

use poem::{Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};

use crate::rejection::Rejection;

/// A security scheme of type `http`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HttpScheme {
    /// The scheme's name in the contract.
    pub name: &'static str,
    /// The scheme of the `Authorization` header: `basic` or `bearer`.
    pub scheme: &'static str,
    /// What the contract says about it.
    pub description: Option<&'static str>,
}

/// Security schemes of which a caller needs one.
pub trait SecurityAlternatives: Send + Sync + 'static {
    /// The schemes, in the contract's order.
    const SCHEMES: &'static [HttpScheme];
}

/// The caller of an operation that the contract does not leave open to everybody. Without a `C` among the request's data
/// the request is refused as [`Rejection::Unauthenticated`].
#[derive(Debug)]
pub struct Authenticated<C, S> {
    /// The caller.
    pub caller: C,
    schemes: PhantomData<S>,
}

impl<'a, C, S> ApiExtractor<'a> for Authenticated<C, S>
where
    C: Clone + Send + Sync + 'static,
    S: SecurityAlternatives,
{
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        for scheme in S::SCHEMES {
            registry.create_security_scheme(
                scheme.name,
                MetaSecurityScheme {
                    ty: "http",
                    description: scheme.description,
                    name: None,
                    key_in: None,
                    scheme: Some(scheme.scheme),
                    bearer_format: None,
                    flows: None,
                    openid_connect_url: None,
                },
            );
        }
    }

    fn security_schemes() -> Vec<&'static str> {
        S::SCHEMES.iter().map(|scheme| scheme.name).collect()
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let caller = request.data::<C>().cloned().ok_or(Rejection::Unauthenticated)?;
        Ok(Self { caller, schemes: PhantomData })
    }
}
