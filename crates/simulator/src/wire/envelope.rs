//! The two codecs: what stands around an answer, and how the complaints about the form of a request are worded.

use super::{AwsError, Xml};

/// A way to write lists, answers and errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    /// The query protocol: `Names.member.1`, `XResponse/XResult`, `ErrorResponse`. Rule: query-protocol.
    Query {
        /// The XML namespace of the service's answers.
        namespace: &'static str,
    },
    /// EC2's variant of it: `InstanceId.1`, `xxxSet/item`, `Response/Errors`. Rule: ec2-query-protocol.
    Ec2,
}

const EC2_NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";

impl Codec {
    /// The answer to an action that succeeded.
    pub(crate) fn success(self, action: &str, request_id: &str, result: &Xml) -> String {
        let mut xml = Xml::default();
        match self {
            Self::Query { namespace } => xml.root(&format!("{action}Response"), namespace, |xml| {
                xml.element(&format!("{action}Result"), |xml| xml.append(result));
                xml.element("ResponseMetadata", |xml| xml.text("RequestId", request_id));
            }),
            Self::Ec2 => xml.root(&format!("{action}Response"), EC2_NAMESPACE, |xml| {
                xml.text("requestId", request_id);
                xml.append(result);
            }),
        }
        xml.into_string()
    }

    /// The answer to an action that failed.
    pub(crate) fn failure(self, request_id: &str, error: &AwsError) -> String {
        let mut xml = Xml::default();
        match self {
            Self::Query { namespace } => xml.root("ErrorResponse", namespace, |xml| {
                xml.element("Error", |xml| {
                    xml.text("Type", if error.status < 500 { "Sender" } else { "Receiver" });
                    xml.text("Code", &error.code);
                    xml.text("Message", &error.message);
                });
                xml.text("RequestId", request_id);
            }),
            Self::Ec2 => xml.element("Response", |xml| {
                xml.list("Errors", "Error", [error], |xml, error| {
                    xml.text("Code", &error.code);
                    xml.text("Message", &error.message);
                });
                xml.text("RequestID", request_id);
            }),
        }
        xml.into_string()
    }

    /// What stands between the name of a list and the number of a member.
    pub(super) fn member_infix(self) -> &'static str {
        match self {
            Self::Query { .. } => "member.",
            Self::Ec2 => "",
        }
    }

    pub(super) fn malformed_list(self, name: &str) -> AwsError {
        let name = name.trim_end_matches('.');
        match self {
            Self::Query { .. } => AwsError::new(
                "MalformedInput",
                format!("The parameter {name} is not a list numbered from 1 without gaps"),
            ),
            Self::Ec2 => AwsError::new(
                "InvalidParameterValue",
                format!("The parameter {name} is not a list numbered from 1 without gaps"),
            ),
        }
    }

    pub(super) fn unknown_parameter(self, name: &str) -> AwsError {
        match self {
            Self::Query { .. } => {
                AwsError::new("InvalidQueryParameter", format!("The parameter {name} is not recognized"))
            }
            Self::Ec2 => AwsError::new("UnknownParameter", format!("The parameter {name} is not recognized")),
        }
    }

    pub(super) fn not_a_boolean(self, name: &str, value: &str) -> AwsError {
        let message = format!("Value '{value}' at '{name}' must be true or false");
        match self {
            Self::Query { .. } => AwsError::new("ValidationError", message),
            Self::Ec2 => AwsError::new("InvalidParameterValue", message),
        }
    }

    pub(super) fn unknown_word(self, name: &str, value: &str, known: &[&str]) -> AwsError {
        match self {
            Self::Query { .. } => AwsError::new(
                "ValidationError",
                format!(
                    "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: \
                     Member must satisfy enum value set: [{}]",
                    known.join(", ")
                ),
            ),
            Self::Ec2 => AwsError::new(
                "InvalidParameterValue",
                format!("Value ({value}) for parameter {name} is invalid. Expecting one of {}.", known.join(", ")),
            ),
        }
    }

    pub(super) fn out_of_range(self, name: &str, value: &str, least: u32, most: u32) -> AwsError {
        match self {
            Self::Query { .. } => AwsError::new(
                "ValidationError",
                format!(
                    "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: \
                     Member must have value between {least} and {most}"
                ),
            ),
            Self::Ec2 => AwsError::new(
                "InvalidParameterValue",
                format!(
                    "Value ( {value} ) for parameter {name} is invalid. Expecting a value between {least} and {most}."
                ),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result() -> Xml {
        let mut xml = Xml::default();
        xml.text("A", 1);
        xml
    }

    #[test]
    fn the_query_protocol_wraps_results_and_errors() {
        let codec = Codec::Query { namespace: "urn:x" };
        assert_eq!(
            codec.success("Do", "r1", &result()),
            "<DoResponse xmlns=\"urn:x\"><DoResult><A>1</A></DoResult>\
             <ResponseMetadata><RequestId>r1</RequestId></ResponseMetadata></DoResponse>"
        );
        let error = AwsError::new("Code", "a < b").with_status(503);
        assert_eq!(
            codec.failure("r1", &error),
            "<ErrorResponse xmlns=\"urn:x\"><Error><Type>Receiver</Type><Code>Code</Code>\
             <Message>a &lt; b</Message></Error><RequestId>r1</RequestId></ErrorResponse>"
        );
    }

    #[test]
    fn ec2_wraps_them_its_own_way() {
        assert_eq!(
            Codec::Ec2.success("Do", "r1", &result()),
            "<DoResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>r1</requestId><A>1</A></DoResponse>"
        );
        assert_eq!(
            Codec::Ec2.failure("r1", &AwsError::new("Code", "m")),
            "<Response><Errors><Error><Code>Code</Code><Message>m</Message></Error></Errors><RequestID>r1</RequestID></Response>"
        );
    }
}
