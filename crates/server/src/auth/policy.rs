//! Who may do what to which load balancer, decided here and nowhere else.

use elbm_core::InstanceId;

use elbm_auth::{Pattern, Principal, Role};

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
    /// It may do nothing but attach and detach itself.
    #[error("'{principal}' may attach and detach its own machine only, without force")]
    SelfOnly {
        /// The name of the principal.
        principal: String,
    },
    /// It may not touch what no load balancer uses: that is for who may touch all load balancers.
    #[error("the credentials of '{principal}' are for some load balancers only, not for target groups that none uses")]
    Unused {
        /// The name of the principal.
        principal: String,
    },
}

/// Whether the principal may have this access to any load balancer as a whole.
pub(crate) fn permit_some(principal: &Principal, access: Access) -> Result<(), Forbidden> {
    match (principal.role, access) {
        (Role::Viewer, Access::Change) => Err(Forbidden::Viewer { principal: principal.name.clone() }),
        (Role::SelfOnly, Access::Read | Access::Change) => {
            Err(Forbidden::SelfOnly { principal: principal.name.clone() })
        }
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
    permit_name(principal, load_balancer)
}

/// Whether the principal may have this access to one machine of the load balancer of this name. Whoever forces overrides the
/// guard that others rely on.
pub(crate) fn permit_member(
    principal: &Principal,
    access: Access,
    load_balancer: &str,
    machine: &InstanceId,
    force: bool,
) -> Result<(), Forbidden> {
    match principal.role {
        Role::SelfOnly if principal.instance.as_ref() == Some(machine) && !force => {
            permit_name(principal, load_balancer)
        }
        Role::SelfOnly | Role::Viewer | Role::Operator => permit(principal, access, load_balancer),
    }
}

fn permit_name(principal: &Principal, load_balancer: &str) -> Result<(), Forbidden> {
    if principal.load_balancers.iter().any(|pattern| pattern.matches(load_balancer)) {
        Ok(())
    } else {
        let (principal, load_balancer) = (principal.name.clone(), load_balancer.to_owned());
        Err(Forbidden::LoadBalancer { principal, load_balancer })
    }
}

#[cfg(test)]
mod tests {
    use elbm_core::InstanceId;

    use super::{Access, Forbidden, permit, permit_in, permit_member, permit_some};
    use elbm_auth::{Principal, Role};

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
            let principal = Principal::new("ci".to_owned(), role, load_balancers);
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
            let principal = Principal::new("ci".to_owned(), role, load_balancers);
            assert_eq!(permit_in(&principal, access, None), expected, "{role:?} {pattern} {access:?}");
            let used = permit(&principal, access, "web-1");
            assert_eq!(permit_in(&principal, access, Some("web-1")), used, "{role:?} {pattern} {access:?}");
        }
    }

    #[test]
    fn an_instance_may_attach_and_detach_itself_and_nothing_else() {
        let id = |text| InstanceId::parse(text).expect("an id");
        let (own, other) = (id("i-0a1b2c3d4e5f60718"), id("i-0a1b2c3d4e5f60719"));
        let load_balancers = vec!["web-*".parse().expect("a pattern")];
        let principal = Principal::new("web".to_owned(), Role::SelfOnly, load_balancers);
        let principal = Principal { instance: Some(own.clone()), ..principal };
        let only = Err(Forbidden::SelfOnly { principal: "web".to_owned() });
        let elsewhere = Err(Forbidden::LoadBalancer { principal: "web".to_owned(), load_balancer: "api".to_owned() });
        for access in [Access::Read, Access::Change] {
            for (load_balancer, machine, force, expected) in [
                ("web-1", &own, false, Ok(())),
                ("web-1", &own, true, only.clone()),
                ("web-1", &other, false, only.clone()),
                ("api", &own, false, elsewhere.clone()),
                ("api", &other, false, only.clone()),
            ] {
                let found = permit_member(&principal, access, load_balancer, machine, force);
                assert_eq!(found, expected, "{access:?} {load_balancer} {machine} {force}");
            }
            assert_eq!(permit(&principal, access, "web-1"), only);
            assert_eq!(permit_some(&principal, access), only);
            assert_eq!(permit_in(&principal, access, Some("web-1")), only);
            assert_eq!(permit_in(&principal, access, None), only);
            let nobody = Principal { instance: None, ..principal.clone() };
            assert_eq!(permit_member(&nobody, access, "web-1", &own, false), only);
        }
    }

    #[test]
    fn one_machine_is_for_others_as_its_load_balancer_is() {
        let machine = InstanceId::parse("i-0a1b2c3d4e5f60718").expect("an id");
        for role in [Role::Viewer, Role::Operator] {
            for pattern in ["*", "api"] {
                let principal = Principal::new("ci".to_owned(), role, vec![pattern.parse().expect("a pattern")]);
                for (access, force) in [(Access::Read, false), (Access::Change, false), (Access::Change, true)] {
                    let found = permit_member(&principal, access, "web", &machine, force);
                    assert_eq!(found, permit(&principal, access, "web"), "{role:?} {pattern} {access:?}");
                }
            }
        }
    }

    #[test]
    fn whoever_reaches_a_service_without_credentials_may_do_everything() {
        for access in [Access::Read, Access::Change] {
            assert_eq!(permit(&Principal::anonymous(), access, "web-1"), Ok(()));
        }
    }
}
