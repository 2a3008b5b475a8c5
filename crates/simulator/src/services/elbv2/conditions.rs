//! The conditions of rules. Rule: rule-conditions.

use ipnet::IpNet;

use super::{required, validation};
use crate::state::Condition;
use crate::state::quotas::{CONDITION_VALUES, CONDITION_WILDCARDS};
use crate::wire::{AwsError, Params, Xml};

/// The longest value, in characters.
const LONGEST: usize = 128;

/// The conditions of a call; none where they are not given.
pub(super) fn read(params: &mut Params) -> Result<Vec<Condition>, AwsError> {
    let conditions: Vec<Condition> =
        params.structures("Conditions")?.into_iter().map(read_one).collect::<Result<_, _>>()?;
    let values: Vec<&str> = conditions.iter().flat_map(Condition::values).collect();
    if values.len() > CONDITION_VALUES.most {
        return Err(validation(format!("A rule can only have '{}' condition values", CONDITION_VALUES.most)));
    }
    let wildcards: usize = values.iter().map(|value| value.matches(['*', '?']).count()).sum();
    if wildcards > CONDITION_WILDCARDS.most {
        return Err(validation(format!("A rule can only have '{}' condition wildcards", CONDITION_WILDCARDS.most)));
    }
    for field in ["host-header", "path-pattern", "http-request-method", "source-ip"] {
        if conditions.iter().filter(|condition| condition.field() == field).count() > 1 {
            return Err(validation(format!("A rule can only have one '{field}' condition")));
        }
    }
    Ok(conditions)
}

fn read_one(mut condition: Params) -> Result<Condition, AwsError> {
    let field = required(&mut condition, "Field", "condition field")?;
    let plain = condition.texts("Values")?;
    let mut config = condition.fields_of(config_name(&field)?);
    let read = match field.as_str() {
        "query-string" => Condition::Query(pairs(&mut config)?),
        "http-header" => Condition::Header {
            name: required(&mut config, "HttpHeaderName", "HTTP header name")?,
            values: config.texts("Values")?,
        },
        "host-header" => Condition::Host(either(plain.clone(), config.texts("Values")?)?),
        "path-pattern" => Condition::Path(either(plain.clone(), config.texts("Values")?)?),
        "http-request-method" => Condition::Method(config.texts("Values")?),
        _ => Condition::SourceIp(config.texts("Values")?),
    };
    config.finish()?;
    condition.finish()?;
    if !plain.is_empty() && !matches!(read, Condition::Host(_) | Condition::Path(_)) {
        return Err(validation(format!("The values of a '{field}' condition must be in its config")));
    }
    check(&field, &read)?;
    Ok(read)
}

fn check(field: &str, condition: &Condition) -> Result<(), AwsError> {
    let values = condition.values();
    if values.is_empty() {
        return Err(validation(format!("A '{field}' condition must have a value")));
    }
    let is_good = |value: &&str| {
        let length = value.chars().count();
        (1..=LONGEST).contains(&length)
            && match condition {
                Condition::SourceIp(_) => value.parse::<IpNet>().is_ok(),
                Condition::Method(_) => {
                    length <= 40 && value.bytes().all(|byte| byte.is_ascii_uppercase() || b"-_".contains(&byte))
                }
                _ => true,
            }
    };
    if let Some(bad) = values.iter().find(|value| !is_good(value)) {
        return Err(validation(format!("The value '{bad}' is not valid for a '{field}' condition")));
    }
    let is_token = |name: &str| {
        (1..=40).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&byte))
    };
    match condition {
        Condition::Header { name, .. } if !is_token(name) || name.eq_ignore_ascii_case("host") => {
            Err(validation(format!("The HTTP header name '{name}' is not valid")))
        }
        _ => Ok(()),
    }
}

fn config_name(field: &str) -> Result<&'static str, AwsError> {
    const FIELDS: [(&str, &str); 6] = [
        ("http-header", "HttpHeaderConfig"),
        ("http-request-method", "HttpRequestMethodConfig"),
        ("host-header", "HostHeaderConfig"),
        ("path-pattern", "PathPatternConfig"),
        ("query-string", "QueryStringConfig"),
        ("source-ip", "SourceIpConfig"),
    ];
    FIELDS.into_iter().find(|(name, _)| *name == field).map(|(_, config)| config).ok_or_else(|| {
        let fields = FIELDS.map(|(name, _)| name).join(",");
        validation(format!("Condition field '{field}' must be one of '[{fields}]'"))
    })
}

fn pairs(config: &mut Params) -> Result<Vec<(Option<String>, String)>, AwsError> {
    let mut pairs = Vec::new();
    for mut pair in config.structures("Values")? {
        let key = pair.text("Key");
        pairs.push((key, required(&mut pair, "Value", "query string value")?));
        pair.finish()?;
    }
    Ok(pairs)
}

fn either(plain: Vec<String>, config: Vec<String>) -> Result<Vec<String>, AwsError> {
    match (plain.len(), config.is_empty()) {
        (0, _) => Ok(config),
        (1, true) => Ok(plain),
        (_, true) => Err(validation("Several values of a condition must be in its config")),
        (_, false) => Err(validation("You cannot specify both values and a config of a condition")),
    }
}

pub(super) fn encode(xml: &mut Xml, condition: &Condition) {
    xml.text("Field", condition.field());
    let config = |xml: &mut Xml, name: &str, values: &[String]| {
        xml.element(name, |xml| xml.texts("Values", "member", values));
    };
    match condition {
        Condition::Host(values) => {
            xml.texts("Values", "member", values);
            config(xml, "HostHeaderConfig", values);
        }
        Condition::Path(values) => {
            xml.texts("Values", "member", values);
            config(xml, "PathPatternConfig", values);
        }
        Condition::Header { name, values } => xml.element("HttpHeaderConfig", |xml| {
            xml.text("HttpHeaderName", name);
            xml.texts("Values", "member", values);
        }),
        Condition::Method(values) => config(xml, "HttpRequestMethodConfig", values),
        Condition::SourceIp(values) => config(xml, "SourceIpConfig", values),
        Condition::Query(pairs) => xml.element("QueryStringConfig", |xml| {
            xml.list("Values", "member", pairs, |xml, (key, value)| {
                xml.optional("Key", key.as_ref());
                xml.text("Value", value);
            });
        }),
    }
}
