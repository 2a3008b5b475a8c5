//! Listeners: their default action, their rules, and the conditions of these.

use std::collections::BTreeMap;

use super::tags::Tags;
use crate::fleet::Protocol;

/// A listener.
#[derive(Debug, Clone)]
pub(crate) struct Listener {
    pub(crate) arn: String,
    /// The port; that of GENEVE where a gateway load balancer has none.
    pub(crate) port: u16,
    pub(crate) protocol: Protocol,
    pub(crate) certificate: Option<String>,
    pub(crate) ssl_policy: Option<String>,
    pub(crate) default_action: Action,
    /// By priority.
    pub(crate) rules: BTreeMap<u32, ListenerRule>,
    pub(crate) tags: Tags,
}

/// A rule of a listener.
#[derive(Debug, Clone)]
pub(crate) struct ListenerRule {
    pub(crate) arn: String,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) action: Action,
    pub(crate) tags: Tags,
}

/// What becomes of a request. Rule: terminal-actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    Forward { groups: Vec<WeightedGroup>, stickiness: Option<u32> },
    FixedResponse { status: String, content_type: Option<String>, body: Option<String> },
    Redirect(Redirect),
}

/// A target group's share of a forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WeightedGroup {
    pub(crate) arn: String,
    pub(crate) weight: u32,
}

/// Where a redirect leads; `#{host}` and the like stand for the request's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirect {
    pub(crate) protocol: String,
    pub(crate) port: String,
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) query: String,
    /// `HTTP_301` or `HTTP_302`.
    pub(crate) status: String,
}

/// What a rule wants of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    Host(Vec<String>),
    Path(Vec<String>),
    Header {
        name: String,
        values: Vec<String>,
    },
    Method(Vec<String>),
    /// Keys, which may be left out, and values.
    Query(Vec<(Option<String>, String)>),
    SourceIp(Vec<String>),
}

impl Action {
    /// The answer of a listener whose groups are reached by its rules alone.
    pub(crate) fn not_found() -> Self {
        Self::FixedResponse { status: "404".to_owned(), content_type: Some("text/plain".to_owned()), body: None }
    }

    /// A forward to one group.
    pub(crate) fn forward(arn: &str) -> Self {
        Self::Forward { groups: vec![WeightedGroup { arn: arn.to_owned(), weight: 1 }], stickiness: None }
    }

    /// The ARNs of the groups that it forwards to.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &str> {
        let groups = match self {
            Self::Forward { groups, .. } => groups.as_slice(),
            Self::FixedResponse { .. } | Self::Redirect(_) => &[],
        };
        groups.iter().map(|group| group.arn.as_str())
    }
}

impl Condition {
    /// The name of the field that it looks at.
    pub(crate) fn field(&self) -> &'static str {
        match self {
            Self::Host(_) => "host-header",
            Self::Path(_) => "path-pattern",
            Self::Header { .. } => "http-header",
            Self::Method(_) => "http-request-method",
            Self::Query(_) => "query-string",
            Self::SourceIp(_) => "source-ip",
        }
    }

    /// The values, with the keys of a query.
    pub(crate) fn values(&self) -> Vec<&str> {
        match self {
            Self::Host(values)
            | Self::Path(values)
            | Self::Header { values, .. }
            | Self::Method(values)
            | Self::SourceIp(values) => values.iter().map(String::as_str).collect(),
            Self::Query(pairs) => pairs.iter().map(|(_, value)| value.as_str()).collect(),
        }
    }
}

impl Listener {
    pub(crate) fn new(arn: String, port: u16, protocol: Protocol, default_action: Action) -> Self {
        Self {
            arn,
            port,
            protocol,
            certificate: None,
            ssl_policy: None,
            default_action,
            rules: BTreeMap::new(),
            tags: Tags::default(),
        }
    }

    /// The default action and those of the rules.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &Action> {
        std::iter::once(&self.default_action).chain(self.rules.values().map(|rule| &rule.action))
    }
}
