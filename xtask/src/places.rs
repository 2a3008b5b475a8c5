//! The places that say the version of the project.

use std::fs;
use std::ops::Range;

use anyhow::{Context as _, bail};

use crate::version::{Part, Version};
use crate::workspace::{self, CONTRACT};

/// A place that says the version.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Its file, from the root.
    file: &'static str,
    /// What of the file says it.
    name: &'static str,
    /// Where in the text of the file it stands, without quotes.
    find: fn(&str) -> Option<Range<usize>>,
}

/// Every place that is written by hand. Cargo.lock, crates/api and crates/client follow from them.
const PLACES: [Place; 3] = [
    Place { file: "VERSION", name: "the file", find: whole },
    Place { file: "Cargo.toml", name: "[workspace.package] version", find: manifest },
    Place { file: CONTRACT, name: "info.version", find: contract },
];

/// The texts of the places' files, in the order of the places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Texts([String; PLACES.len()]);

impl Texts {
    /// Those of the checkout.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub(crate) fn read() -> anyhow::Result<Self> {
        let mut texts = Self(Default::default());
        for (place, text) in PLACES.iter().zip(&mut texts.0) {
            *text = fs::read_to_string(workspace::root().join(place.file))
                .with_context(|| format!("cannot read {}", place.file))?;
        }
        Ok(texts)
    }

    /// Writes them to the checkout, and tells each file.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub(crate) fn write(&self) -> anyhow::Result<()> {
        for (place, text) in PLACES.iter().zip(&self.0) {
            fs::write(workspace::root().join(place.file), text)
                .with_context(|| format!("cannot write {}", place.file))?;
            eprintln!("changed {}: {}", place.file, place.name);
        }
        Ok(())
    }

    /// The version that every place says.
    ///
    /// # Errors
    /// Where they do not say the same, with what each says, or where it is not a version.
    pub(crate) fn version(&self) -> anyhow::Result<Version> {
        let said: Vec<_> = PLACES.iter().zip(&self.0).map(|(place, text)| (place, place.read(text))).collect();
        match said.first() {
            Some((_, Some(first))) if said.iter().all(|(_, other)| *other == Some(*first)) => first.parse(),
            _ => bail!("the version must be the same everywhere:{}", said.iter().map(says).collect::<String>()),
        }
    }

    /// The same texts with the version after theirs.
    ///
    /// # Errors
    /// Those of [`Texts::version`].
    pub(crate) fn bumped(&self, part: Part) -> anyhow::Result<(Version, Self)> {
        let next = self.version()?.next(part);
        let mut texts = self.clone();
        for (place, text) in PLACES.iter().zip(&mut texts.0) {
            if let Some(range) = (place.find)(text) {
                text.replace_range(range, &next.to_string());
            }
        }
        Ok((next, texts))
    }
}

impl Place {
    fn read<'a>(&self, text: &'a str) -> Option<&'a str> {
        text.get((self.find)(text)?)
    }
}

fn says((place, version): &(&Place, Option<&str>)) -> String {
    let version = version.unwrap_or("nothing");
    format!("\n  {} ({}) says {version}", place.file, place.name)
}

fn whole(text: &str) -> Option<Range<usize>> {
    Some(inner(text, 0..text.len(), &[])).filter(|range| !range.is_empty())
}

fn manifest(text: &str) -> Option<Range<usize>> {
    value(text, "[workspace.package]", |line| line.starts_with('['), "version", '=')
}

fn contract(text: &str) -> Option<Range<usize>> {
    // The fields of `info` are indented by two; what is indented further is text of theirs.
    value(text, "info:", |line| line.starts_with(|c: char| !c.is_whitespace() && c != '#'), "  version", ':')
}

/// Where the value of a key stands: between the line of its section and the line that ends it, behind the key and the
/// separator, before a comment, within quotes.
fn value(text: &str, section: &str, ends: fn(&str) -> bool, key: &str, separator: char) -> Option<Range<usize>> {
    let mut inside = false;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        let written = line.split('#').next().unwrap_or(line);
        let behind = written.strip_prefix(key).and_then(|rest| rest.trim_start().strip_prefix(separator));
        match behind {
            Some(behind) if inside => {
                let start = end - line.len() + written.len() - behind.len();
                return Some(inner(text, start..start + behind.len(), &['"', '\'']));
            }
            _ if written.trim_end() == section => inside = true,
            _ if ends(line) => inside = false,
            _ => {}
        }
    }
    None
}

/// The range without white space around it, then without these characters around it.
fn inner(text: &str, range: Range<usize>, quotes: &[char]) -> Range<usize> {
    let slice = &text[range.clone()];
    let start = range.start + slice.len() - slice.trim_start().trim_start_matches(quotes).len();
    let length = slice.trim().trim_matches(quotes).len();
    start..start + length
}

#[cfg(test)]
mod tests {
    use super::{PLACES, Texts, contract, manifest, whole};
    use crate::version::Part;

    fn texts(file: &str, cargo: &str, info: &str) -> Texts {
        Texts([
            format!("{file}\n"),
            format!("[workspace.package]\nversion = \"{cargo}\"\n"),
            format!("info:\n  version: {info}\n"),
        ])
    }

    #[test]
    fn finds_the_version_and_nothing_else_of_that_name() {
        for (find, text, version) in [
            (whole as fn(&str) -> _, "0.1.0\n", Some("0.1.0")),
            (whole, " 0.1.0 \r\n", Some("0.1.0")),
            (whole, " \n", None),
            (manifest, "[package]\nversion = \"1.0.0\"\n[workspace.package] # ours\nversion=\"0.1.0\"", Some("0.1.0")),
            (manifest, "[workspace.package]\n# version = \"1.0.0\"\nversion = '0.1.0' # so far\n", Some("0.1.0")),
            (manifest, "[workspace.package]\nversion-of = \"1.0.0\"\n[x]\nversion = \"2.0.0\"\n", None),
            (manifest, "version = \"1.0.0\"\n", None),
            (contract, "info:\n  title: a\n\n# here\n  version: 0.1.0 # so far\nversion: 2.0.0\n", Some("0.1.0")),
            (contract, "info:\n  description: >-\n    version: 1.0.0\n  version: \"0.1.0\"\n", Some("0.1.0")),
            (contract, "paths:\n  version: 1.0.0\ninfo:\n  title: a\ntags:\n  version: 2.0.0\n", None),
        ] {
            assert_eq!(find(text).map(|range| &text[range]), version, "{text}");
        }
    }

    #[test]
    fn changes_the_number_and_keeps_the_rest() {
        let before = Texts([
            "0.1.9\n".to_owned(),
            "# all\n[workspace]\n[workspace.package]\nversion   = \"0.1.9\"  # so far\nedition = \"2024\"\n\n[x]\na = \"0.1.9\"\n"
                .to_owned(),
            "# head\r\ninfo:\r\n  title: 0.1.9\r\n  version: '0.1.9'\r\npaths: {}\r\n".to_owned(),
        ]);
        let (version, after) = before.bumped(Part::Patch).expect("they agree");
        assert_eq!(version.to_string(), "0.1.10");
        assert_eq!(
            after.0,
            [
                "0.1.10\n",
                "# all\n[workspace]\n[workspace.package]\nversion   = \"0.1.10\"  # so far\nedition = \"2024\"\n\n[x]\na = \"0.1.9\"\n",
                "# head\r\ninfo:\r\n  title: 0.1.9\r\n  version: '0.1.10'\r\npaths: {}\r\n",
            ]
        );
        let (version, after) = after.bumped(Part::Minor).expect("they agree");
        assert_eq!((version.to_string().as_str(), after.version().expect("they agree")), ("0.2.0", version));
    }

    #[test]
    fn refuses_places_that_do_not_agree_and_tells_what_each_says() {
        for (file, cargo, info) in
            [("0.1.0", "0.1.0", "0.1.1"), ("0.1.0", "0.1.1", "0.1.0"), ("0.1.1", "0.1.0", "0.1.0")]
        {
            let texts = texts(file, cargo, info);
            let expected = format!(
                "the version must be the same everywhere:\n  VERSION (the file) says {file}\n  Cargo.toml ([workspace.package] \
                 version) says {cargo}\n  openapi/swagger-file.yaml (info.version) says {info}"
            );
            assert_eq!(texts.version().expect_err("they differ").to_string(), expected);
            assert_eq!(texts.bumped(Part::Patch).expect_err("they differ").to_string(), expected);
        }
    }

    #[test]
    fn refuses_a_place_that_says_nothing_and_what_is_not_a_version() {
        let mut silent = texts("0.1.0", "0.1.0", "0.1.0");
        silent.0[2] = "info:\n  title: a\n".to_owned();
        assert!(silent.version().expect_err("one is missing").to_string().ends_with("(info.version) says nothing"));
        let candidate = texts("0.1.0-rc", "0.1.0-rc", "0.1.0-rc").version().expect_err("not three numbers").to_string();
        assert!(candidate.contains("'0.1.0-rc' is not MAJOR.MINOR.PATCH"), "{candidate}");
    }

    #[test]
    fn reads_the_manifest_of_this_workspace_as_cargo_does() {
        let texts = Texts::read().expect("the files are there");
        assert_eq!(PLACES[1].read(&texts.0[1]), Some(env!("CARGO_PKG_VERSION")));
    }
}
