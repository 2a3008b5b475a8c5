//! Who may do what to which load balancer, decided here and nowhere else.

use super::Pattern;
use super::principal::{Principal, Role};

/// What an operation does to a load balancer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Access {
    /// It tells of it.
    Read,
    /// It changes which machines it has.
    Change,
}

/// The principal may not do this.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum Forbidden {
    /// It may not do it to any load balancer.
    #[error("'{principal}' is a viewer and may not change anything")]
    Viewer {
        /// The name of the principal.
        principal: String,
    },
    /// It may not touch this load balancer, whether there is one or not.
    #[error("the credentials of '{principal}' are not for the load balancer '{load_balancer}'")]
    LoadBalancer {
        /// The name of the principal.
        principal: String,
        /// The name that it asked for.
        load_balancer: String,
    },
    /// It may not touch what no load balancer uses: that is for who may touch all load balancers.
    #[error("the credentials of '{principal}' are for some load balancers only, not for target groups that none uses")]
    Unused {
        /// The name of the principal.
        principal: String,
    },
}

/// Whether the principal may have this access to any load balancer.
pub(crate) fn permit_some(principal: &Principal, access: Access) -> Result<(), Forbidden> {
    match (principal.role, access) {
        (Role::Viewer, Access::Change) => Err(Forbidden::Viewer { principal: principal.name.clone() }),
        (Role::Viewer, Access::Read) | (Role::Operator, Access::Read | Access::Change) => Ok(()),
    }
}

/// Whether the principal may have this access to a target group of the load balancer of this name, or to one that no load
/// balancer uses.
pub(crate) fn permit_in(principal: &Principal, access: Access, load_balancer: Option<&str>) -> Result<(), Forbidden> {
    if let Some(name) = load_balancer {
        return permit(principal, access, name);
    }
    permit_some(principal, access)?;
    if principal.load_balancers.iter().any(Pattern::is_all) {
        Ok(())
    } else {
        Err(Forbidden::Unused { principal: principal.name.clone() })
    }
}

/// Whether the principal may have this access to the load balancer of this name.
pub(crate) fn permit(principal: &Principal, access: Access, load_balancer: &str) -> Result<(), Forbidden> {
    permit_some(principal, access)?;
    if principal.load_balancers.iter().any(|pattern| pattern.matches(load_balancer)) {
        Ok(())
    } else {
        let (principal, load_balancer) = (principal.name.clone(), load_balancer.to_owned());
        Err(Forbidden::LoadBalancer { principal, load_balancer })
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, Forbidden, permit, permit_in};
    use crate::auth::principal::{Principal, Role};

    #[test]
    fn each_role_has_its_accesses_to_the_matching_load_balancers() {
        let viewer = || Err(Forbidden::Viewer { principal: "ci".to_owned() });
        let other = || Err(Forbidden::LoadBalancer { principal: "ci".to_owned(), load_balancer: "web-1".to_owned() });
        for (role, patterns, access, expected) in [
            (Role::Viewer, vec!["*"], Access::Read, Ok(())),
            (Role::Viewer, vec!["*"], Access::Change, viewer()),
            (Role::Viewer, vec!["web-*"], Access::Read, Ok(())),
            (Role::Viewer, vec!["api-*"], Access::Read, other()),
            (Role::Viewer, vec!["api-*"], Access::Change, viewer()),
            (Role::Operator, vec!["*"], Access::Read, Ok(())),
            (Role::Operator, vec!["*"], Access::Change, Ok(())),
            (Role::Operator, vec!["api-*", "web-1"], Access::Change, Ok(())),
            (Role::Operator, vec!["api-*", "web-2"], Access::Read, other()),
            (Role::Operator, vec!["api-*", "web-2"], Access::Change, other()),
            (Role::Operator, vec![], Access::Read, other()),
        ] {
            let told = format!("{role:?} {patterns:?} {access:?}");
            let load_balancers = patterns.iter().map(|pattern| pattern.parse().expect("a pattern")).collect();
            let principal = Principal { name: "ci".to_owned(), role, load_balancers };
            assert_eq!(permit(&principal, access, "web-1"), expected, "{told}");
        }
    }

    #[test]
    fn what_no_load_balancer_uses_is_for_who_may_touch_all() {
        for (role, pattern, access, expected) in [
            (Role::Viewer, "*", Access::Read, Ok(())),
            (Role::Viewer, "*", Access::Change, Err(Forbidden::Viewer { principal: "ci".to_owned() })),
            (Role::Operator, "*", Access::Change, Ok(())),
            (Role::Operator, "web-*", Access::Read, Err(Forbidden::Unused { principal: "ci".to_owned() })),
        ] {
            let load_balancers = vec![pattern.parse().expect("a pattern")];
            let principal = Principal { name: "ci".to_owned(), role, load_balancers };
            assert_eq!(permit_in(&principal, access, None), expected, "{role:?} {pattern} {access:?}");
            let used = permit(&principal, access, "web-1");
            assert_eq!(permit_in(&principal, access, Some("web-1")), used, "{role:?} {pattern} {access:?}");
        }
    }

    #[test]
    fn whoever_reaches_a_service_without_credentials_may_do_everything() {
        for access in [Access::Read, Access::Change] {
            assert_eq!(permit(&Principal::anonymous(), access, "web-1"), Ok(()));
        }
    }
}
