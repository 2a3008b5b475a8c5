//! The parameters of an action. They are taken one by one; what is left at the end is unknown, and refused.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::{AwsError, Codec};
use crate::words::UnknownWord;

/// The parameters of an action, or of one member of a list.
#[derive(Debug)]
pub(crate) struct Params {
    codec: Codec,
    /// What stands before the names here, for messages: `Filter.1.`.
    prefix: String,
    fields: BTreeMap<String, String>,
}

impl Params {
    pub(crate) fn new(codec: Codec, fields: BTreeMap<String, String>) -> Self {
        Self { codec, prefix: String::new(), fields }
    }

    /// A text; `None` where it is not given.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.fields.remove(name)
    }

    /// A whole number within `least` and `most`; `None` where it is not given.
    pub(crate) fn number(&mut self, name: &str, least: u32, most: u32) -> Result<Option<u32>, AwsError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits && (least..=most).contains(&number) => Ok(Some(number)),
            _ => Err(self.codec.out_of_range(&format!("{}{name}", self.prefix), &text, least, most)),
        }
    }

    /// A yes or a no; `None` where it is not given. Rule: boolean.
    pub(crate) fn flag(&mut self, name: &str) -> Result<Option<bool>, AwsError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| self.codec.not_a_boolean(&format!("{}{name}", self.prefix), &text))
    }

    /// A word of a closed list; `None` where it is not given.
    pub(crate) fn word<T: FromStr<Err = UnknownWord>>(&mut self, name: &str) -> Result<Option<T>, AwsError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match text.parse() {
            Ok(word) => Ok(Some(word)),
            Err(UnknownWord { word, known }) => {
                Err(self.codec.unknown_word(&format!("{}{name}", self.prefix), &word, known))
            }
        }
    }

    /// A structure: `HealthCheck.Target`. `None` where nothing of it is given.
    pub(crate) fn structure(&mut self, name: &str) -> Option<Params> {
        Some(self.fields_of(name)).filter(|own| !own.fields.is_empty())
    }

    /// The fields of a structure: `ForwardConfig.Name`; none where it is not given.
    pub(crate) fn fields_of(&mut self, name: &str) -> Params {
        let prefix = format!("{name}.");
        let (own, others) = std::mem::take(&mut self.fields)
            .into_iter()
            .partition::<BTreeMap<_, _>, _>(|(key, _)| key.starts_with(&prefix));
        self.fields = others;
        let fields = own.into_iter().map(|(key, value)| (key[prefix.len()..].to_owned(), value)).collect();
        Params { codec: self.codec, prefix: format!("{}{prefix}", self.prefix), fields }
    }

    /// A list of texts: `Names.member.1`, on EC2 `InstanceId.1`. Empty where it is not given.
    pub(crate) fn texts(&mut self, name: &str) -> Result<Vec<String>, AwsError> {
        let members = self.members(name)?;
        members
            .into_iter()
            .map(|mut member| match member.text("") {
                Some(text) if member.fields.is_empty() => Ok(text),
                _ => Err(member.codec.malformed_list(&member.prefix)),
            })
            .collect()
    }

    /// A list of structures: `Targets.member.1.Id`, on EC2 `Filter.1.Name`. Empty where it is not given.
    pub(crate) fn structures(&mut self, name: &str) -> Result<Vec<Params>, AwsError> {
        let members = self.members(name)?;
        match members.iter().find(|member| member.fields.contains_key("")) {
            Some(scalar) => Err(scalar.codec.malformed_list(&scalar.prefix)),
            None => Ok(members),
        }
    }

    /// Refuses what was not taken. Rule: unknown-parameter.
    pub(crate) fn finish(&self) -> Result<(), AwsError> {
        match self.fields.keys().next() {
            Some(name) => Err(self.codec.unknown_parameter(&format!("{}{name}", self.prefix))),
            None => Ok(()),
        }
    }

    /// The members of a list, numbered from 1 without a gap. Rule: gapless-lists.
    fn members(&mut self, name: &str) -> Result<Vec<Params>, AwsError> {
        let refused = self.codec.malformed_list(&format!("{}{name}", self.prefix));
        // The SDKs send an empty list as an empty value.
        if self.fields.get(name).is_some_and(String::is_empty) {
            self.fields.remove(name);
        }
        if self.fields.contains_key(name) {
            return Err(refused);
        }
        let prefix = format!("{name}.{}", self.codec.member_infix());
        let mut members: BTreeMap<usize, BTreeMap<String, String>> = BTreeMap::new();
        let (own, others) = std::mem::take(&mut self.fields)
            .into_iter()
            .partition::<BTreeMap<_, _>, _>(|(key, _)| key.starts_with(&prefix));
        self.fields = others;
        for (key, value) in own {
            let rest = &key[prefix.len()..];
            let (number, field) = rest.split_once('.').unwrap_or((rest, ""));
            let Some(number) = index(number) else { return Err(refused) };
            if rest.ends_with('.') {
                return Err(refused);
            }
            members.entry(number).or_default().insert(field.to_owned(), value);
        }
        if members.last_key_value().is_some_and(|(last, _)| *last != members.len()) {
            return Err(refused);
        }
        Ok(members
            .into_iter()
            .map(|(number, fields)| Params {
                codec: self.codec,
                prefix: format!("{}{prefix}{number}.", self.prefix),
                fields,
            })
            .collect())
    }
}

/// A list index in its one right form: from 1, no sign, no leading zero.
fn index(text: &str) -> Option<usize> {
    let number: usize = text.parse().ok().filter(|number| *number > 0)?;
    (text == number.to_string()).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const QUERY: Codec = Codec::Query { namespace: "urn:test" };

    fn params(codec: Codec, fields: &[(&str, &str)]) -> Params {
        let owned = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Params::new(codec, owned.collect())
    }

    #[test]
    fn lists_are_read_in_both_styles_and_in_numeric_order() {
        let keys: Vec<String> = (1..=11).map(|n| format!("Names.member.{n}")).collect();
        let fields: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), &key[13..])).collect();
        let names = params(QUERY, &fields).texts("Names").unwrap();
        assert_eq!(names, (1..=11).map(|n| n.to_string()).collect::<Vec<_>>());

        let mut ec2 = params(Codec::Ec2, &[("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", "a")]);
        let mut filters = ec2.structures("Filter").unwrap();
        ec2.finish().unwrap();
        assert_eq!(filters.len(), 1);
        assert_eq!(filters[0].text("Name").unwrap(), "vpc-id");
        assert_eq!(filters[0].texts("Value").unwrap(), ["a"]);
        filters[0].finish().unwrap();
    }

    #[test]
    fn an_empty_list_is_an_empty_value() {
        let mut given = params(QUERY, &[("Names", "")]);
        assert!(given.texts("Names").unwrap().is_empty());
        given.finish().unwrap();
    }

    #[test]
    fn a_malformed_list_is_refused() {
        let table: [&[(&str, &str)]; 11] = [
            &[("Names", "a")],
            &[("Names.member.2", "a")],
            &[("Names.member.0", "a")],
            &[("Names.member.1", "a"), ("Names.member.3", "b")],
            &[("Names.member.01", "a")],
            &[("Names.member.+1", "a")],
            &[("Names.member.", "a")],
            &[("Names.member.1.", "a")],
            &[("Names.member.1.Name", "a")],
            &[("Names.member.1", "a"), ("Names.member.1.Name", "a")],
            &[("Names.member.99999999999999999999999", "a")],
        ];
        for fields in table {
            let error = params(QUERY, fields).texts("Names").unwrap_err();
            assert_eq!(error.code, "MalformedInput", "{fields:?}");
        }
        let error = params(QUERY, &[("Targets.member.1", "a")]).structures("Targets").unwrap_err();
        assert_eq!(error.code, "MalformedInput");
    }

    #[test]
    fn what_nobody_takes_is_unknown() {
        // A list in the other codec's style is not a list here.
        let mut given = params(QUERY, &[("Names.1", "a")]);
        assert!(given.texts("Names").unwrap().is_empty());
        assert_eq!(given.finish().unwrap_err().code, "InvalidQueryParameter");
        let mut ec2 = params(Codec::Ec2, &[("Filter.1.Name", "a"), ("Filter.1.Nome", "b")]);
        let mut filters = ec2.structures("Filter").unwrap();
        filters[0].text("Name").unwrap();
        let error = filters[0].finish().unwrap_err();
        assert_eq!(error.code, "UnknownParameter");
        assert_eq!(error.message, "The parameter Filter.1.Nome is not recognized");
    }

    #[test]
    fn numbers_are_whole_and_in_range() {
        for (text, expected) in [("1", Some(1)), ("400", Some(400)), ("007", Some(7))] {
            assert_eq!(params(QUERY, &[("PageSize", text)]).number("PageSize", 1, 400).unwrap(), expected);
        }
        for text in ["", "0", "401", "-1", "+1", "1.0", "ten", "99999999999"] {
            let error = params(QUERY, &[("PageSize", text)]).number("PageSize", 1, 400).unwrap_err();
            assert_eq!(error.code, "ValidationError", "{text}");
        }
        assert_eq!(params(QUERY, &[]).number("PageSize", 1, 400).unwrap(), None);
    }

    #[test]
    fn words_and_flags_are_of_their_lists() {
        use crate::fleet::{Protocol, Scheme};
        let fields =
            [("Protocol", "TCP_UDP"), ("Scheme", "public"), ("On", "true"), ("Off", "false"), ("Maybe", "True")];
        let mut given = params(QUERY, &fields);
        assert_eq!(given.word::<Protocol>("Protocol").unwrap(), Some(Protocol::TcpUdp));
        assert_eq!(given.word::<Protocol>("Protocol").unwrap(), None);
        let error = given.word::<Scheme>("Scheme").unwrap_err();
        assert_eq!(error.code, "ValidationError");
        assert!(error.message.ends_with("enum value set: [internet-facing, internal]"), "{}", error.message);
        assert_eq!((given.flag("On").unwrap(), given.flag("Off").unwrap()), (Some(true), Some(false)));
        assert_eq!(given.flag("Maybe").unwrap_err().code, "ValidationError");
        assert_eq!(given.flag("Absent").unwrap(), None);
        let mut ec2 = params(Codec::Ec2, &[("Maybe", "1")]);
        assert_eq!(ec2.flag("Maybe").unwrap_err().code, "InvalidParameterValue");
    }

    #[test]
    fn structures_hold_their_fields_and_no_other() {
        let fields = [("A.B", "1"), ("A.L.member.1.C", "2"), ("AB", "3")];
        let mut given = params(QUERY, &fields);
        let mut structure = given.fields_of("A");
        assert_eq!(structure.text("B").as_deref(), Some("1"));
        assert_eq!(structure.structures("L").unwrap()[0].text("C").as_deref(), Some("2"));
        structure.finish().unwrap();
        given.fields_of("A").finish().unwrap();
        assert_eq!(given.finish().unwrap_err().message, "The parameter AB is not recognized");
        let mut given = params(QUERY, &fields);
        let error = given.fields_of("A").finish().unwrap_err();
        assert_eq!(error.message, "The parameter A.B is not recognized");
    }

    proptest! {
        #[test]
        fn no_parameters_cause_a_panic(
            fields in proptest::collection::btree_map("(Names|Filter)?[.]?(member)?[.]?[0-9]{0,2}[.]?.{0,3}", ".{0,3}", 0..9)
        ) {
            for codec in [QUERY, Codec::Ec2] {
                let mut given = Params::new(codec, fields.clone());
                let _ = given.texts("Names");
                let _ = given.structures("Filter");
                let _ = given.fields_of("member").finish();
                let _ = given.flag("Names");
                let _ = given.number("", 0, 9);
                let _ = given.finish();
            }
        }
    }
}
