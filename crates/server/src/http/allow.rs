//! The methods that a path takes, for the `Allow` header of 405.

use elbm_api::OPERATIONS;

/// The methods in the order of the contract; `GET` where the path is none of the contract's, as for the documents.
pub(crate) fn methods(path: &str) -> String {
    let methods: Vec<_> =
        OPERATIONS.iter().filter(|operation| matches(operation.path, path)).map(|operation| operation.method).collect();
    if methods.is_empty() { "GET".to_owned() } else { methods.join(", ") }
}

/// Whether the path is one of the template's: the same segments but for those in braces.
fn matches(template: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    template.split('/').all(|expected| segments.next().is_some_and(|one| expected.starts_with('{') || expected == one))
        && segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::methods;

    #[test]
    fn the_methods_are_the_contracts() {
        for (path, allowed) in [
            ("/healthcheck", "GET"),
            ("/elb", "GET"),
            ("/elb/default-alb", "GET, POST, DELETE"),
            ("/swagger/", "GET"),
            ("/openapi.json", "GET"),
        ] {
            assert_eq!(methods(path), allowed, "{path}");
        }
    }
}
