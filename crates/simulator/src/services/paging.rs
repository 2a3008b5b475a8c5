//! Pages, with markers that say nothing to the caller and fit only the question that they were given for.

use crate::state::ids;

/// A part of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    /// The marker of the next page; `None` on the last one.
    pub(super) next: Option<String>,
}

/// A marker that was given for another question, or never. Rule: foreign-marker.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ForeignMarker;

/// The page after `marker`, of at most `size` items. The items are brought into the order of their keys, each once; a marker
/// holds the key of the last one seen, so that what comes or goes between two pages shifts nothing.
pub(super) fn page<T>(
    mut items: Vec<T>,
    key: impl Fn(&T) -> &str,
    question: &str,
    size: usize,
    marker: Option<&str>,
) -> Result<Page<T>, ForeignMarker> {
    items.sort_by(|a, b| key(a).cmp(key(b)));
    items.dedup_by(|a, b| key(a) == key(b));
    let seen = marker.map(|marker| read(question, marker)).transpose()?;
    let mut rest: Vec<T> =
        items.into_iter().filter(|item| seen.as_deref().is_none_or(|seen| key(item) > seen)).collect();
    let more = rest.len() > size;
    rest.truncate(size);
    let next = rest.last().filter(|_| more).map(|last| write(question, key(last)));
    Ok(Page { items: rest, next })
}

fn write(question: &str, key: &str) -> String {
    let check = format!("{:016x}", ids::number(&format!("{question}\n{key}")));
    key.bytes().fold(check, |marker, byte| format!("{marker}{byte:02x}"))
}

fn read(question: &str, marker: &str) -> Result<String, ForeignMarker> {
    let hex = marker.get(16..).filter(|hex| hex.is_ascii()).ok_or(ForeignMarker)?;
    let bytes: Option<Vec<u8>> =
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()).collect();
    let key = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(ForeignMarker)?;
    if write(question, &key) == marker { Ok(key) } else { Err(ForeignMarker) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all_pages(items: &[String], size: usize) -> Vec<Vec<String>> {
        let (mut pages, mut marker) = (Vec::new(), None);
        loop {
            let found = page(items.to_vec(), |item| item, "q", size, marker.as_deref()).unwrap();
            pages.push(found.items);
            marker = found.next;
            if marker.is_none() {
                return pages;
            }
        }
    }

    proptest! {
        #[test]
        fn pages_make_the_whole_list(items in proptest::collection::btree_set("[a-zé-]{0,4}", 0..20), size in 1_usize..8) {
            let items: Vec<String> = items.into_iter().collect();
            let pages = all_pages(&items, size);
            prop_assert!(pages.iter().all(|page| page.len() <= size));
            prop_assert_eq!(pages.len(), items.len().div_ceil(size).max(1));
            prop_assert_eq!(pages.concat(), items);
        }

        #[test]
        fn no_marker_but_ours_is_taken(marker in any::<String>()) {
            prop_assert_eq!(read("q", &marker), Err(ForeignMarker));
        }
    }

    #[test]
    fn a_marker_fits_one_question_only() {
        let marker = write("q", "last");
        assert_eq!(read("q", &marker), Ok("last".to_owned()));
        assert_eq!(read("other", &marker), Err(ForeignMarker));
        assert_eq!(read("q", &marker.to_uppercase()), Err(ForeignMarker));
    }
}
