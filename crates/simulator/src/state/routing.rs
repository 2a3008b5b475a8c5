//! Listeners and rules come, change and go. Each change is made on a copy of the load balancer, which is looked at as a
//! whole before it takes the place of the load balancer.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::arn::Resource;
use super::quotas::groups_per_action;
use super::tags::Tags;
use super::world::name;
use super::{Action, Condition, Listener, ListenerRule, LoadBalancer, Refusal, TargetGroup, World, ids};
use crate::fleet::{LoadBalancerKind, Protocol, TargetType};

/// What is said of a listener when it is made or changed.
#[derive(Debug, Default)]
pub(crate) struct ListenerSettings {
    pub(crate) port: Option<u16>,
    pub(crate) protocol: Option<Protocol>,
    pub(crate) certificate: Option<String>,
    pub(crate) ssl_policy: Option<String>,
    pub(crate) default_action: Option<Action>,
}

/// A rule as it is found: its listener, its priority, and what it says; the last two are missing of a default rule.
pub(crate) type FoundRule<'a> = (&'a Listener, Option<(u32, &'a ListenerRule)>);

/// The policy of HTTPS and TLS listeners that name none. Rule: default-ssl-policy.
pub(super) const SSL_POLICY: &str = "ELBSecurityPolicy-2016-08";

impl World {
    /// Makes a listener and returns its ARN; one that is there with the same settings is taken for it.
    /// Rule: create-again.
    pub(crate) fn create_listener(
        &mut self,
        balancer: &str,
        settings: ListenerSettings,
        tags: Tags,
        now: DateTime<Utc>,
    ) -> Result<String, Refusal> {
        let owner = self.load_balancer(balancer)?;
        let (port, protocol) = port_and_protocol(owner.kind, &settings)?;
        let action = settings.default_action.ok_or_else(|| invalid("A default action must be specified"))?;
        let mut listener = Listener { tags, ..Listener::new(String::new(), port, protocol, action) };
        secure(&mut listener, settings.certificate, settings.ssl_policy)?;
        if let Some(there) = owner.listeners.get(&port) {
            listener.arn.clone_from(&there.arn);
            if is_same(&listener, there) {
                return Ok(listener.arn);
            }
            // Rule: duplicate-listener.
            let message = format!("A listener already exists on this port for this load balancer '{balancer}'");
            return Err(Refusal::because("DuplicateListener", message));
        }
        let mut after = owner.clone();
        let arn = ids::listener_arn(balancer, &format!("made {}", self.next_serial()));
        after.listeners.insert(port, Listener { arn: arn.clone(), ..listener });
        self.check_routing(&after, port, now)?;
        self.put_balancer(after, now);
        Ok(arn)
    }

    /// Changes what is said of a listener.
    pub(crate) fn modify_listener(
        &mut self,
        arn: &str,
        settings: ListenerSettings,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let (owner, listener) = self.listener(arn)?;
        let (mut after, mut listener) = (owner.clone(), listener.clone());
        after.listeners.remove(&listener.port);
        let wanted = ListenerSettings {
            port: settings.port.or(Some(listener.port).filter(|_| owner.kind != LoadBalancerKind::Gateway)),
            protocol: settings.protocol.or(Some(listener.protocol).filter(|_| owner.kind != LoadBalancerKind::Gateway)),
            ..ListenerSettings::default()
        };
        (listener.port, listener.protocol) = port_and_protocol(owner.kind, &wanted)?;
        if after.listeners.contains_key(&listener.port) {
            // Rule: duplicate-listener.
            let message = format!("A listener already exists on this port for this load balancer '{}'", owner.arn);
            return Err(Refusal::because("DuplicateListener", message));
        }
        let certificate = settings.certificate.or(listener.certificate.take().filter(|_| is_secure(listener.protocol)));
        let policy = settings.ssl_policy.or(listener.ssl_policy.take().filter(|_| is_secure(listener.protocol)));
        secure(&mut listener, certificate, policy)?;
        if let Some(action) = settings.default_action {
            listener.default_action = action;
        }
        let port = listener.port;
        after.listeners.insert(port, listener);
        self.check_routing(&after, port, now)?;
        self.put_balancer(after, now);
        Ok(())
    }

    /// Deletes a listener with its rules.
    pub(crate) fn delete_listener(&mut self, arn: &str, now: DateTime<Utc>) -> Result<(), Refusal> {
        let (owner, listener) = self.listener(arn)?;
        let mut after = owner.clone();
        after.listeners.remove(&listener.port);
        self.put_balancer(after, now);
        Ok(())
    }

    /// Makes a rule and returns its ARN.
    pub(crate) fn create_rule(
        &mut self,
        listener: &str,
        priority: u32,
        rule: ListenerRule,
        now: DateTime<Utc>,
    ) -> Result<String, Refusal> {
        let (owner, found) = self.listener(listener)?;
        // Rule: rules-of-application-load-balancers.
        if owner.kind != LoadBalancerKind::Application {
            let message = format!("Rules are not supported for listeners of load balancers of type '{}'", owner.kind);
            return Err(Refusal::because("UnsupportedProtocol", message));
        }
        if found.rules.contains_key(&priority) {
            return Err(priority_in_use(priority));
        }
        let (mut after, port) = (owner.clone(), found.port);
        let arn = ids::rule_arn(listener, &format!("made {}", self.next_serial()));
        if let Some(own) = after.listeners.get_mut(&port) {
            own.rules.insert(priority, ListenerRule { arn: arn.clone(), ..rule });
        }
        self.check_routing(&after, port, now)?;
        self.put_balancer(after, now);
        Ok(arn)
    }

    /// Changes the conditions or the action of a rule.
    pub(crate) fn modify_rule(
        &mut self,
        arn: &str,
        conditions: Option<Vec<Condition>>,
        action: Option<Action>,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let (mut after, port, priority) = self.own_rule(arn, "modified")?;
        if let Some(rule) = after.listeners.get_mut(&port).and_then(|listener| listener.rules.get_mut(&priority)) {
            rule.conditions = conditions.unwrap_or_else(|| rule.conditions.clone());
            rule.action = action.unwrap_or_else(|| rule.action.clone());
        }
        self.check_routing(&after, port, now)?;
        self.put_balancer(after, now);
        Ok(())
    }

    /// Deletes a rule.
    pub(crate) fn delete_rule(&mut self, arn: &str, now: DateTime<Utc>) -> Result<(), Refusal> {
        let (mut after, port, priority) = self.own_rule(arn, "deleted")?;
        if let Some(listener) = after.listeners.get_mut(&port) {
            listener.rules.remove(&priority);
        }
        self.put_balancer(after, now);
        Ok(())
    }

    /// Gives rules of one listener new priorities, all at once. Rule: rule-priorities.
    pub(crate) fn set_rule_priorities(&mut self, wanted: &[(String, u32)]) -> Result<(), Refusal> {
        let Some((first, _)) = wanted.first() else { return Err(invalid("Rule priorities must be specified")) };
        let (mut after, port, _) = self.own_rule(first, "reordered")?;
        let mut moves = Vec::new();
        for (arn, priority) in wanted {
            let (owner, of_listener, before) = self.own_rule(arn, "reordered")?;
            if (owner.arn, of_listener) != (after.arn.clone(), port) {
                return Err(invalid("The rules must belong to one listener"));
            }
            moves.push((before, *priority));
        }
        let Some(listener) = after.listeners.get_mut(&port) else { return Ok(()) };
        let taken: Vec<(u32, Option<ListenerRule>)> =
            moves.iter().map(|(before, priority)| (*priority, listener.rules.remove(before))).collect();
        for (priority, rule) in taken {
            // A rule that is named twice has been removed by then.
            let rule = rule.ok_or_else(|| invalid("A rule was specified more than once"))?;
            if listener.rules.insert(priority, rule).is_some() {
                return Err(priority_in_use(priority));
            }
        }
        self.load_balancers.insert(after.name.clone(), after);
        Ok(())
    }

    /// The rule of this ARN.
    pub(crate) fn rule(&self, arn: &str) -> Result<FoundRule<'_>, Refusal> {
        self.placed_rule(arn).map(|(_, found)| found)
    }

    /// The rule of this ARN, with its load balancer.
    fn placed_rule(&self, arn: &str) -> Result<(&LoadBalancer, FoundRule<'_>), Refusal> {
        let missing = Refusal::NotFound(Resource::ListenerRule);
        let owner = self.load_balancers.get(name(Resource::ListenerRule, arn)?).ok_or(missing.clone())?;
        for listener in owner.listeners.values() {
            if listener.default_rule_arn() == arn {
                return Ok((owner, (listener, None)));
            }
            if let Some((priority, rule)) = listener.rules.iter().find(|(_, rule)| rule.arn == arn) {
                return Ok((owner, (listener, Some((*priority, rule)))));
            }
        }
        Err(missing)
    }

    /// A copy of the load balancer of a rule that is no default rule, and where in it the rule is. Rule: default-rule.
    fn own_rule(&self, arn: &str, done: &str) -> Result<(LoadBalancer, u16, u32), Refusal> {
        let (owner, (listener, rule)) = self.placed_rule(arn)?;
        let Some((priority, _)) = rule else {
            let message = format!("Default rule '{arn}' cannot be {done}");
            return Err(Refusal::because("OperationNotPermitted", message));
        };
        Ok((owner.clone(), listener.port, priority))
    }

    /// Whether a load balancer can be so, as far as the listener on this port goes.
    fn check_routing(&self, after: &LoadBalancer, port: u16, now: DateTime<Utc>) -> Result<(), Refusal> {
        let Some(listener) = after.listeners.get(&port) else { return Ok(()) };
        for action in listener.actions() {
            check_action(after.kind, action)?;
            for arn in action.groups() {
                check_use(after, listener, self.target_group(arn)?)?;
            }
        }
        Self::check_routing_counts(after)?;
        let used = after.used_groups();
        let groups = self.target_groups.values().filter(|group| used.contains(group.arn.as_str()));
        self.check_targets(after, groups, &[], now)
    }

    /// Puts a load balancer in the place of the one of its name, and lets the groups know who uses them.
    pub(super) fn put_balancer(&mut self, balancer: LoadBalancer, now: DateTime<Utc>) {
        let used: BTreeSet<&str> = balancer.used_groups();
        for group in self.target_groups.values_mut() {
            if used.contains(group.arn.as_str()) {
                group.set_load_balancer(Some(balancer.name.clone()), now);
            } else if group.load_balancer.as_ref() == Some(&balancer.name) {
                group.set_load_balancer(None, now);
            }
        }
        drop(used);
        self.load_balancers.insert(balancer.name.clone(), balancer);
    }
}

impl Listener {
    /// The ARN of the rule that applies where no other does.
    pub(crate) fn default_rule_arn(&self) -> String {
        ids::rule_arn(&self.arn, "default")
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::because("ValidationError", message)
}

fn priority_in_use(priority: u32) -> Refusal {
    Refusal::because("PriorityInUse", format!("Priority '{priority}' is currently in use"))
}

/// Rule: listener-protocols. Rule: gateway-listeners.
fn port_and_protocol(kind: LoadBalancerKind, settings: &ListenerSettings) -> Result<(u16, Protocol), Refusal> {
    use Protocol::{Http, Https, Tcp, TcpUdp, Tls, Udp};
    let allowed: &[Protocol] = match kind {
        LoadBalancerKind::Application => &[Https, Http],
        LoadBalancerKind::Network => &[Tls, Tcp, TcpUdp, Udp],
        LoadBalancerKind::Gateway => {
            return match (settings.port, settings.protocol) {
                (None, None) => Ok((super::naming::GENEVE_PORT, Protocol::Geneve)),
                _ => Err(invalid("You cannot specify a port or protocol for a Gateway Load Balancer listener")),
            };
        }
    };
    let protocol = settings.protocol.ok_or_else(|| invalid("A listener protocol must be specified"))?;
    let port = settings.port.ok_or_else(|| invalid("A listener port must be specified"))?;
    if allowed.contains(&protocol) {
        return Ok((port, protocol));
    }
    let words: Vec<&str> = allowed.iter().map(|protocol| protocol.as_str()).collect();
    Err(invalid(format!("Listener protocol '{protocol}' must be one of '{}'", words.join(", "))))
}

fn is_secure(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Https | Protocol::Tls)
}

/// Rule: listener-certificate.
fn secure(listener: &mut Listener, certificate: Option<String>, policy: Option<String>) -> Result<(), Refusal> {
    let protocol = listener.protocol;
    match (is_secure(protocol), certificate) {
        (true, None) => return Err(invalid(format!("A certificate must be specified for {protocol} listeners"))),
        (false, Some(_)) => return Err(invalid(format!("A certificate cannot be specified for {protocol} listeners"))),
        (_, certificate) => listener.certificate = certificate,
    }
    if !is_secure(protocol) && policy.is_some() {
        return Err(invalid(format!("An SSL policy cannot be specified for {protocol} listeners")));
    }
    listener.ssl_policy = is_secure(protocol).then(|| policy.unwrap_or_else(|| SSL_POLICY.to_owned()));
    Ok(())
}

/// Rule: terminal-actions.
fn check_action(kind: LoadBalancerKind, action: &Action) -> Result<(), Refusal> {
    let Action::Forward { groups, .. } = action else {
        if kind == LoadBalancerKind::Application {
            return Ok(());
        }
        let message = format!("Only forward actions are supported for load balancers of type '{kind}'");
        return Err(Refusal::because("InvalidLoadBalancerAction", message));
    };
    let most = groups_per_action(kind);
    if groups.len() > most {
        return Err(invalid(format!("A forward action can have at most '{most}' target groups")));
    }
    let unique: BTreeSet<&str> = action.groups().collect();
    if unique.len() < groups.len() {
        return Err(invalid("A target group was specified more than once in a forward action"));
    }
    Ok(())
}

/// Whether a listener can forward to a group.
fn check_use(owner: &LoadBalancer, listener: &Listener, group: &TargetGroup) -> Result<(), Refusal> {
    // Rule: one-load-balancer.
    if group.load_balancer.as_ref().is_some_and(|other| *other != owner.name) {
        let message =
            format!("The following target groups cannot be associated with more than one load balancer: {}", group.arn);
        return Err(Refusal::because("TargetGroupAssociationLimit", message));
    }
    if group.target_type != TargetType::Lambda && group.vpc != owner.vpc {
        // Rule: group-in-vpc.
        let message =
            format!("The target group '{}' must be in the VPC of the load balancer '{}'", group.arn, owner.arn);
        return Err(Refusal::because("InvalidConfigurationRequest", message));
    }
    // Rule: protocols-together.
    let is_compatible = matches!(
        (listener.protocol, group.protocol),
        (Protocol::Http | Protocol::Https, None | Some(Protocol::Http | Protocol::Https))
            | (Protocol::Tcp, Some(Protocol::Tcp | Protocol::TcpUdp))
            | (Protocol::Tls, Some(Protocol::Tls | Protocol::Tcp))
            | (Protocol::Udp, Some(Protocol::Udp | Protocol::TcpUdp))
            | (Protocol::TcpUdp, Some(Protocol::TcpUdp))
            | (Protocol::Geneve, Some(Protocol::Geneve))
    );
    if is_compatible {
        return Ok(());
    }
    let message = format!("The listener and its associated target group '{}' have incompatible protocols", group.arn);
    Err(Refusal::because("IncompatibleProtocols", message))
}

fn is_same(a: &Listener, b: &Listener) -> bool {
    a.protocol == b.protocol
        && a.certificate == b.certificate
        && a.ssl_policy == b.ssl_policy
        && a.default_action == b.default_action
        && a.tags == b.tags
}
