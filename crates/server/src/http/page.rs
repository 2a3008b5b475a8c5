//! The web page, as `cargo xtask page` has built it from `crates/server/page`, and the headers of every page.

use std::sync::LazyLock;

use poem::error::MethodNotAllowedError;
use poem::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH};
use poem::http::{HeaderName, Method, StatusCode};
use poem::{Request, Response};
use sha2::{Digest as _, Sha256};

/// A file of the page.
struct File {
    path: &'static str,
    content_type: &'static str,
    content: &'static [u8],
}

macro_rules! built {
    ($path:literal, $name:literal, $content_type:literal) => {
        File { path: $path, content_type: $content_type, content: include_bytes!(concat!("../../page/built/", $name)) }
    };
}

const FILES: [File; 4] = [
    built!("/", "index.html", "text/html; charset=utf-8"),
    built!("/page/app.js", "app.js", "text/javascript; charset=utf-8"),
    built!("/page/app.css", "app.css", "text/css; charset=utf-8"),
    built!("/page/icon.svg", "icon.svg", "image/svg+xml"),
];

/// What names each file's content, as the header has it.
static TAGS: LazyLock<[String; FILES.len()]> =
    LazyLock::new(|| FILES.map(|file| format!("\"{}\"", hex::encode(&Sha256::digest(file.content)[..16]))));

/// What the page may load: its own script, style and pictures, and the API of this service. Nothing else, nothing inside a
/// document, nothing that makes a script of a text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

/// What keeps pages of other origins from a page of ours: no handle on its window, no use of its files.
pub(super) const APART: [(HeaderName, &str); 2] = [
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Answers with the page's files, where one is asked for.
pub(super) fn served(request: &Request) -> Result<Option<Response>, MethodNotAllowedError> {
    match FILES.iter().zip(TAGS.iter()).find(|(file, _)| file.path == request.uri().path()) {
        Some((file, tag)) if matches!(*request.method(), Method::GET | Method::HEAD) => {
            Ok(Some(answer(file, tag, request)))
        }
        Some(_) => Err(MethodNotAllowedError),
        None => Ok(None),
    }
}

/// The file, or that the browser has it already. It asks every time, so that a new version is seen at once.
fn answer(file: &File, tag: &str, request: &Request) -> Response {
    let known = request.headers().get(IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let fresh = known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let mut answer = Response::builder()
        .content_type(file.content_type)
        .header(CACHE_CONTROL, "no-cache")
        .header(CONTENT_SECURITY_POLICY, POLICY)
        .header(ETAG, tag);
    for (name, value) in APART {
        answer = answer.header(name, value);
    }
    if fresh { answer.status(StatusCode::NOT_MODIFIED).finish() } else { answer.body(file.content) }
}

#[cfg(test)]
mod tests {
    use super::FILES;

    #[test]
    fn the_document_names_the_files_that_are_served() {
        let document = std::str::from_utf8(FILES[0].content).expect("text");
        for file in &FILES[1..] {
            assert!(document.contains(&format!("\"{}\"", &file.path[1..])), "{}", file.path);
        }
    }
}
