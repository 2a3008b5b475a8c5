//! The operations of a contract as data: for middleware, metrics and lists of what tests cover.

/// One operation of the contract.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Operation {
    /// Its `operationId`.
    pub id: &'static str,
    /// Its method, in capitals.
    pub method: &'static str,
    /// Its path with the parameters in braces, as in the contract.
    pub path: &'static str,
    /// Its tag.
    pub tag: &'static str,
    /// Every status that the contract documents for it, in order.
    pub statuses: &'static [u16],
    /// The query parameters that it takes.
    pub query: &'static [&'static str],
    /// The names of the security schemes of which a caller needs one; none for a public operation.
    pub security: &'static [&'static str],
}

impl Operation {
    /// The name of the parameter in the path that is `index` parameters from the left.
    pub(crate) fn path_parameter(&self, index: usize) -> Option<&'static str> {
        self.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}')).nth(index)
    }
}

/// An operation as a type, for extractors that are generic over it.
pub trait OperationType: Send + Sync + 'static {
    /// The operation.
    const OPERATION: Operation;
}
