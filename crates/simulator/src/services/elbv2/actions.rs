//! The actions of listeners and rules. Rule: terminal-actions.

use super::{required, validation};
use crate::state::{Action, Redirect, WeightedGroup};
use crate::wire::{AwsError, Params, Xml};

/// The heaviest weight of a target group, and the longest stickiness in seconds. Rule: forward-action.
const HEAVIEST: u32 = 999;
const STICKIEST: u32 = 604_800;

/// The one action of a list; `None` where the list is not given.
pub(super) fn read(params: &mut Params, list: &str) -> Result<Option<Action>, AwsError> {
    let mut given = params.structures(list)?;
    let Some(mut action) = given.pop() else { return Ok(None) };
    if !given.is_empty() {
        return Err(AwsError::new(
            "TooManyActions",
            "Only one action is supported, of a type that ends the processing",
        ));
    }
    action.number("Order", 1, 50_000)?;
    let read = match required(&mut action, "Type", "type of action")?.as_str() {
        "forward" => forward(&mut action)?,
        "fixed-response" => fixed_response(&mut action.fields_of("FixedResponseConfig"))?,
        "redirect" => redirect(&mut action.fields_of("RedirectConfig"))?,
        other => {
            let message = format!("Actions of type '{other}' are not supported");
            return Err(AwsError::new("InvalidLoadBalancerAction", message));
        }
    };
    action.finish()?;
    Ok(Some(read))
}

/// Rule: forward-action.
fn forward(action: &mut Params) -> Result<Action, AwsError> {
    let single = action.text("TargetGroupArn");
    let mut config = action.fields_of("ForwardConfig");
    let mut groups = Vec::new();
    for mut group in config.structures("TargetGroups")? {
        let arn = required(&mut group, "TargetGroupArn", "target group ARN")?;
        let weight = group.number("Weight", 0, HEAVIEST)?.unwrap_or(1);
        group.finish()?;
        groups.push(WeightedGroup { arn, weight });
    }
    let mut stickiness = config.fields_of("TargetGroupStickinessConfig");
    let duration = stickiness.number("DurationSeconds", 1, STICKIEST)?;
    let is_sticky = stickiness.flag("Enabled")? == Some(true);
    stickiness.finish()?;
    config.finish()?;
    if is_sticky && duration.is_none() {
        return Err(validation("A duration must be specified when target group stickiness is enabled"));
    }
    match (single, &groups[..]) {
        (Some(arn), []) => groups.push(WeightedGroup { arn, weight: 1 }),
        (Some(arn), [only]) if only.arn == arn => {}
        (None, [_, ..]) => {}
        (None, []) => return Err(validation("A target group ARN must be specified for a forward action")),
        (Some(_), _) => return Err(validation("The target group ARN must be the only one of the forward config")),
    }
    Ok(Action::Forward { groups, stickiness: duration.filter(|_| is_sticky) })
}

/// The content types of fixed responses. Rule: fixed-response.
const TYPES: [&str; 5] = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];

fn fixed_response(config: &mut Params) -> Result<Action, AwsError> {
    let status = required(config, "StatusCode", "status code")?;
    let content_type = config.text("ContentType");
    let body = config.text("MessageBody");
    config.finish()?;
    let is_status = matches!(status.as_bytes(), [b'2' | b'4' | b'5', rest @ ..] if rest.len() == 2 && rest.iter().all(u8::is_ascii_digit));
    if !is_status {
        return Err(validation(format!("The status code '{status}' must be 2XX, 4XX or 5XX")));
    }
    if let Some(other) = content_type.as_deref().filter(|text| !TYPES.contains(text)) {
        return Err(validation(format!("The content type '{other}' must be one of '{}'", TYPES.join(", "))));
    }
    if body.as_ref().is_some_and(|body| body.chars().count() > 1024) {
        return Err(validation("The message body has at most 1024 characters"));
    }
    Ok(Action::FixedResponse { status, content_type, body })
}

/// Rule: redirect.
fn redirect(config: &mut Params) -> Result<Action, AwsError> {
    let mut part = |name: &str, own: &str| config.text(name).unwrap_or_else(|| own.to_owned());
    let redirect = Redirect {
        protocol: part("Protocol", "#{protocol}"),
        port: part("Port", "#{port}"),
        host: part("Host", "#{host}"),
        path: part("Path", "/#{path}"),
        query: part("Query", "#{query}"),
        status: part("StatusCode", ""),
    };
    config.finish()?;
    let is_port = |text: &str| text == "#{port}" || text.parse::<u16>().is_ok_and(|port| port > 0);
    let wants = [
        ("StatusCode", matches!(redirect.status.as_str(), "HTTP_301" | "HTTP_302")),
        ("Protocol", matches!(redirect.protocol.as_str(), "HTTP" | "HTTPS" | "#{protocol}")),
        ("Port", is_port(&redirect.port)),
        ("Host", (1..=128).contains(&redirect.host.chars().count())),
        ("Path", redirect.path.starts_with('/') && redirect.path.chars().count() <= 128),
        ("Query", redirect.query.chars().count() <= 128),
    ];
    if let Some((name, _)) = wants.into_iter().find(|(_, is_so)| !is_so) {
        return Err(validation(format!("The {name} of the redirect is not valid")));
    }
    let own = ["#{protocol}", "#{port}", "#{host}", "/#{path}", "#{query}"];
    if [&redirect.protocol, &redirect.port, &redirect.host, &redirect.path, &redirect.query] == own {
        let message = "A redirect must change the protocol, the port, the host, the path or the query";
        return Err(AwsError::new("InvalidLoadBalancerAction", message));
    }
    Ok(Action::Redirect(redirect))
}

pub(super) fn encode(xml: &mut Xml, action: &Action) {
    match action {
        Action::Forward { groups, stickiness } => {
            xml.text("Type", "forward");
            // Rule: forward-action.
            if let [only] = &groups[..] {
                xml.text("TargetGroupArn", &only.arn);
            }
            xml.element("ForwardConfig", |xml| {
                xml.list("TargetGroups", "member", groups, |xml, group| {
                    xml.text("TargetGroupArn", &group.arn);
                    xml.text("Weight", group.weight);
                });
                xml.element("TargetGroupStickinessConfig", |xml| {
                    xml.text("Enabled", stickiness.is_some());
                    xml.optional("DurationSeconds", *stickiness);
                });
            });
        }
        Action::FixedResponse { status, content_type, body } => {
            xml.text("Type", "fixed-response");
            xml.element("FixedResponseConfig", |xml| {
                xml.optional("MessageBody", body.as_ref());
                xml.text("StatusCode", status);
                xml.optional("ContentType", content_type.as_ref());
            });
        }
        Action::Redirect(redirect) => {
            xml.text("Type", "redirect");
            xml.element("RedirectConfig", |xml| {
                xml.text("Protocol", &redirect.protocol);
                xml.text("Port", &redirect.port);
                xml.text("Host", &redirect.host);
                xml.text("Path", &redirect.path);
                xml.text("Query", &redirect.query);
                xml.text("StatusCode", &redirect.status);
            });
        }
    }
}
