//! What the contract says of a method and a path, before the router has looked at them.

use std::sync::LazyLock;

use elbm_api::OPERATIONS;
use openapi_poem_runtime::Operation;

/// The methods of a path in the order of the contract, for the `Allow` header of 405; `GET` where the path is none of the
/// contract's, as for the documents.
pub(crate) fn methods(path: &str) -> String {
    let methods: Vec<_> = alike(path).map(|(_, operation)| operation.method).collect();
    if methods.is_empty() { "GET".to_owned() } else { methods.join(", ") }
}

/// The place in the contract of the operation that takes this method at this path.
pub(super) fn place(method: &str, path: &str) -> Option<usize> {
    alike(path).find(|(_, operation)| operation.method == method).map(|(place, _)| place)
}

/// Whether the contract has operations at this path.
pub(super) fn are_at(path: &str) -> bool {
    alike(path).next().is_some()
}

/// Whether the operation wants to know who calls.
pub(super) fn is_protected(operation: &Operation) -> bool {
    !operation.security.is_empty()
}

/// Whether the operation takes change sets.
pub(super) fn is_change_set(operation: &Operation) -> bool {
    operation.id == "changeMembers"
}

/// How many segments the path of each operation has. It is asked of every request, and tells most of them apart.
static DEPTHS: LazyLock<Vec<usize>> =
    LazyLock::new(|| OPERATIONS.iter().map(|operation| depth(operation.path)).collect());

fn depth(path: &str) -> usize {
    path.bytes().filter(|byte| *byte == b'/').count()
}

/// The operations at a path, with their places in the contract.
fn alike(path: &str) -> impl Iterator<Item = (usize, &'static Operation)> {
    let depth = depth(path);
    let all = OPERATIONS.iter().enumerate().zip(&*DEPTHS).filter(move |(_, other)| **other == depth);
    all.map(|(alike, _)| alike).filter(move |(_, operation)| matches(operation.path, path))
}

/// Whether the path is one of the template's: the same segments but for those in braces.
fn matches(template: &str, path: &str) -> bool {
    if !template.contains('{') {
        return template == path;
    }
    let mut segments = path.split('/');
    template.split('/').all(|expected| segments.next().is_some_and(|one| expected.starts_with('{') || expected == one))
        && segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use elbm_api::OPERATIONS;
    use openapi_poem_runtime::Operation;

    use super::{is_change_set, is_protected, methods, place};

    fn at(method: &str, path: &str) -> Option<&'static Operation> {
        place(method, path).map(|place| &OPERATIONS[place])
    }

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

    #[test]
    fn one_path_takes_change_sets() {
        for (path, taken) in [("/elb/web/changes", true), ("/elb/web", false), ("/elb/web/instances/changes", false)] {
            assert_eq!(at("POST", path).is_some_and(is_change_set), taken, "{path}");
        }
    }

    #[test]
    fn all_but_the_public_operations_are_protected() {
        for (method, path, protected) in [
            ("GET", "/healthcheck", false),
            ("GET", "/elb", true),
            ("GET", "/elb/default-alb", true),
            ("POST", "/elb/default-alb", true),
            ("DELETE", "/elb/%ff", true),
            ("PUT", "/elb/default-alb", false),
            ("GET", "/swagger/", false),
        ] {
            assert_eq!(at(method, path).is_some_and(is_protected), protected, "{method} {path}");
        }
    }
}
