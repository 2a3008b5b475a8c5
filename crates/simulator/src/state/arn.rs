//! The form of ARNs: `arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID`.

/// What an ARN names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resource {
    LoadBalancer,
    TargetGroup,
    Listener,
    /// A rule of a listener, the default one included.
    ListenerRule,
}

impl Resource {
    /// The kind in AWS's sentences.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::LoadBalancer => "load balancer",
            Self::TargetGroup => "target group",
            Self::Listener => "listener",
            Self::ListenerRule => "rule",
        }
    }
}

/// The name in an ARN of this kind of resource: for a listener and its rules that of the load balancer. `None` where the form is wrong;
/// whether the resource exists, and under this very ARN, is another question.
pub(crate) fn name(resource: Resource, arn: &str) -> Option<&str> {
    let ["arn", "aws", "elasticloadbalancing", region, account, path] = arn.split(':').collect::<Vec<_>>()[..] else {
        return None;
    };
    let parts: Vec<&str> = path.split('/').collect();
    let (name, ids) = match (resource, &parts[..]) {
        (Resource::LoadBalancer, ["loadbalancer", "app" | "net" | "gwy", name, ids @ ..]) if ids.len() == 1 => {
            (name, ids)
        }
        (Resource::TargetGroup, ["targetgroup", name, ids @ ..]) if ids.len() == 1 => (name, ids),
        (Resource::Listener, ["listener", "app" | "net" | "gwy", name, ids @ ..]) if ids.len() == 2 => (name, ids),
        (Resource::ListenerRule, ["listener-rule", "app" | "net" | "gwy", name, ids @ ..]) if ids.len() == 3 => {
            (name, ids)
        }
        _ => return None,
    };
    let account_is_good = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_id = |id: &str| id.len() == 16 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (account_is_good && !region.is_empty() && is_name(name) && ids.iter().all(|id| is_id(id))).then_some(name)
}

/// The kind of resource that an ARN names, by its form.
pub(crate) fn resource(arn: &str) -> Option<Resource> {
    let kinds = [Resource::LoadBalancer, Resource::TargetGroup, Resource::Listener, Resource::ListenerRule];
    kinds.into_iter().find(|kind| name(*kind, arn).is_some())
}

/// Whether this can be the name of a load balancer or target group. Rule: names.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::LoadBalancerKind;
    use crate::state::ids;

    #[test]
    fn the_arns_that_are_made_are_well_formed() {
        for kind in [LoadBalancerKind::Application, LoadBalancerKind::Network, LoadBalancerKind::Gateway] {
            let arn = ids::load_balancer_arn("us-east-1", kind, "web");
            assert_eq!(name(Resource::LoadBalancer, &arn), Some("web"));
            assert_eq!(name(Resource::TargetGroup, &arn), None);
            assert_eq!(name(Resource::Listener, &ids::listener_arn(&arn, "80")), Some("web"));
            assert_eq!(name(Resource::Listener, &arn), None);
            assert_eq!(name(Resource::LoadBalancer, &ids::renewed(&arn, 7)), Some("web"));
            assert_ne!(ids::renewed(&arn, 7), ids::renewed(&arn, 8));
            let listener = ids::listener_arn(&arn, "80");
            let rule = ids::rule_arn(&listener, "1");
            assert_eq!(name(Resource::ListenerRule, &rule), Some("web"));
            assert_eq!(
                (resource(&rule), resource(&listener)),
                (Some(Resource::ListenerRule), Some(Resource::Listener))
            );
            assert_eq!((resource(&arn), resource("web")), (Some(Resource::LoadBalancer), None));
        }
        assert_eq!(name(Resource::TargetGroup, &ids::target_group_arn("us-east-1", "a-1")), Some("a-1"));
    }

    #[test]
    fn malformed_arns_are_known() {
        let good = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef";
        assert_eq!(name(Resource::TargetGroup, good), Some("web"));
        let broken = [
            ("arn:", ""),
            ("aws:", "aws-x:"),
            ("elasticloadbalancing", "ec2"),
            ("us-east-1", ""),
            ("123456789012", "12345678901"),
            ("targetgroup", "group"),
            ("/web", "/"),
            ("/web", "/-web"),
            ("/web", "/web/web"),
            ("abcdef", "abcdeg"),
            ("abcdef", "abcdef0"),
            ("abcdef", "abcdef:x"),
        ];
        for (from, to) in broken {
            assert_eq!(name(Resource::TargetGroup, &good.replacen(from, to, 1)), None, "{from} -> {to}");
        }
        assert_eq!(name(Resource::TargetGroup, ""), None);
    }
}
