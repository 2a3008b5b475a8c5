//! Who may do what to which load balancer, decided here and nowhere else.

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
}

/// Whether the principal may have this access to the load balancer of this name.
pub(crate) fn permit(principal: &Principal, access: Access, load_balancer: &str) -> Result<(), Forbidden> {
    match (principal.role, access) {
        (Role::Viewer, Access::Change) => return Err(Forbidden::Viewer { principal: principal.name.clone() }),
        (Role::Viewer, Access::Read) | (Role::Operator, Access::Read | Access::Change) => {}
    }
    if principal.load_balancers.iter().any(|pattern| pattern.matches(load_balancer)) {
        Ok(())
    } else {
        let (principal, load_balancer) = (principal.name.clone(), load_balancer.to_owned());
        Err(Forbidden::LoadBalancer { principal, load_balancer })
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, Forbidden, permit};
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
    fn whoever_reaches_a_service_without_credentials_may_do_everything() {
        for access in [Access::Read, Access::Change] {
            assert_eq!(permit(&Principal::anonymous(), access, "web-1"), Ok(()));
        }
    }
}
