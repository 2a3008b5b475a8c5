//! JSON pointers.

/// The pointer of the child with this key.
pub(crate) fn join(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The pointer that a local reference (`#/components/…`) holds.
pub(crate) fn of_reference(reference: &str) -> Option<&str> {
    reference.strip_prefix('#')
}
