//! How a piece of a request is shown in a sentence.

/// So many characters of a request are echoed at most: enough to recognise it, too few to fill a log.
const ECHO: usize = 64;

/// The input in quotes, cut to [`ECHO`] characters, control characters escaped.
pub(crate) fn quote(input: &str) -> String {
    format!("'{}'", cut(input, ECHO))
}

/// At most `limit` characters, those of escaped control characters counted and none of them halved, with an ellipsis where something is left out.
pub(crate) fn cut(input: &str, limit: usize) -> String {
    let mut shown = String::new();
    let mut left = limit;
    for character in input.chars().map(escape) {
        let Some(rest) = left.checked_sub(character.chars().count()) else {
            shown.push('…');
            break;
        };
        shown.push_str(&character);
        left = rest;
    }
    shown
}

fn escape(character: char) -> String {
    if character.is_control() { character.escape_default().to_string() } else { character.to_string() }
}

/// The noun with its indefinite article.
pub(crate) fn indefinite(noun: &str) -> String {
    let vowel = noun.starts_with(['A', 'E', 'I', 'O', 'U', 'a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// The number with its noun, which has a plural in `s`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// A sentence of serde's, with the part that may repeat the request cut short.
///
/// serde puts the input first and what it expected last, so everything before the last `, expected` is the input's.
pub(crate) fn shorten(sentence: &str) -> String {
    let end = [", expected ", ", there are no "].iter().filter_map(|mark| sentence.rfind(mark)).max();
    match end {
        Some(end) => {
            let (input, expected) = sentence.split_at(end);
            format!("{}{expected}", cut(input, ECHO))
        }
        None => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_is_cut_and_escaped() {
        assert_eq!(quote("i-xyz"), "'i-xyz'");
        assert_eq!(quote("a\r\nb\u{1b}"), "'a\\r\\nb\\u{1b}'");
        assert_eq!(quote(&"ä".repeat(64)), format!("'{}'", "ä".repeat(64)));
        assert_eq!(quote(&"ä".repeat(65)), format!("'{}…'", "ä".repeat(64)));
        assert_eq!(quote(&"\u{7f}".repeat(65)), format!("'{}…'", r"\u{7f}".repeat(10)));
    }

    #[test]
    fn nouns_have_their_article_and_number() {
        assert_eq!(indefinite("InstanceId"), "an InstanceId");
        assert_eq!(indefinite("Port"), "a Port");
        assert_eq!([counted(0, "item"), counted(1, "item"), counted(2, "item")], ["0 items", "1 item", "2 items"]);
    }

    #[test]
    fn serde_s_sentences_keep_what_was_expected() {
        let long = "x".repeat(5000);
        let shortened = shorten(&format!("unknown field `{long}, expected `, expected `instanceId`"));
        assert!(shortened.ends_with("…, expected `instanceId`"), "{shortened}");
        assert!(shortened.len() < 120, "{shortened}");
        assert_eq!(shorten("missing field `instanceId`"), "missing field `instanceId`");
    }
}
