//! Who else writes, and what is done about it.

use std::collections::BTreeMap;

use elbm_core::*;

use crate::world::*;

fn manager(kind: ManagerKind, name: Option<&str>) -> Manager {
    Manager { kind, name: name.map(str::to_owned) }
}

#[test]
fn tags_tell_who_manages() {
    use ManagerKind::{Ecs, Kubernetes};
    for (tags, expected) in [
        (vec![], None),
        (vec![("team", "web"), ("elbm.managed", "true")], None),
        (vec![("elbv2.k8s.aws/cluster", "prod")], Some((Kubernetes, Some("prod")))),
        (
            vec![("ingress.k8s.aws/stack", "shop/web"), ("elbv2.k8s.aws/cluster", "prod")],
            Some((Kubernetes, Some("prod"))),
        ),
        (vec![("ingress.k8s.aws/cluster", "old")], Some((Kubernetes, Some("old")))),
        (vec![("service.k8s.aws/stack", "shop/web")], Some((Kubernetes, Some("shop/web")))),
        (vec![("gateway.k8s.aws.nlb/stack", "shop/gate")], Some((Kubernetes, Some("shop/gate")))),
        (
            vec![("kubernetes.io/cluster/prod", "owned"), ("kubernetes.io/service-name", "shop/web")],
            Some((Kubernetes, Some("prod"))),
        ),
        (vec![("kubernetes.io/service-name", "shop/web")], Some((Kubernetes, Some("shop/web")))),
        // Installers put it on whatever a cluster uses.
        (vec![("kubernetes.io/cluster/prod", "owned")], None),
        (vec![("AmazonECSManaged", "true")], Some((Ecs, None))),
        (vec![("AmazonECSManaged", "")], Some((Ecs, None))),
        (vec![("AmazonECSManaged", "false")], None),
        (vec![("elbv2.k8s.aws/clusters", "prod"), ("x-AmazonECSManaged", "true")], None),
    ] {
        let owned: Vec<_> = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        assert_eq!(Manager::of_tags(&owned), expected.map(|(kind, name)| manager(kind, name)), "{tags:?}");
    }
}

#[test]
fn auto_scaling_groups_that_code_deploy_copies_are_its_own() {
    for (name, kind) in [
        ("web", ManagerKind::AutoScaling),
        ("my-CodeDeploy_group", ManagerKind::AutoScaling),
        ("CodeDeploy_web_d-ABCDEFGHI", ManagerKind::CodeDeploy),
    ] {
        assert_eq!(Manager::auto_scaling(name), manager(kind, Some(name)));
    }
}

fn step(change: Change, group: TargetGroup) -> Step {
    let port = (!group.is_classic()).then_some(80);
    let keys = vec![TargetKey { id: MACHINE.to_owned(), port, zone: None }];
    Step { change, group, instance: id(MACHINE), keys }
}

#[test]
fn what_may_undo_a_change_is_told_or_refuses_it() {
    let free = || step(Change::Register, group("free", TargetType::Instance));
    let k8s = || step(Change::Deregister, group("k8s", TargetType::Instance));
    let old = || step(Change::Deregister, classic("old"));
    let managers = BTreeMap::from([
        (arn("k8s"), manager(ManagerKind::Kubernetes, Some("prod"))),
        (GroupId::Classic("old".to_owned()), manager(ManagerKind::Ecs, None)),
    ]);
    let alone = instance(InstanceState::Running);
    let scaled = Instance { auto_scaling_group: Some("web".to_owned()), ..alone.clone() };
    let of_group = "target group 'k8s' is managed by the Kubernetes cluster 'prod', which may undo the change";
    let of_classic = "load balancer 'old' is managed by Amazon ECS, which may undo the change";
    let leaves = "i-06060a1e235609999 belongs to the Auto Scaling group 'web', which may replace it; Standby takes it out \
                  for maintenance";
    let joins = "i-06060a1e235609999 belongs to the Auto Scaling group 'web', which may terminate it at any time";
    for (steps, known, expected) in [
        (vec![], Some(&scaled), vec![]),
        (vec![free()], Some(&alone), vec![]),
        (vec![free()], None, vec![]),
        (vec![k8s()], Some(&alone), vec![of_group]),
        (vec![free(), k8s(), old()], None, vec![of_group, of_classic]),
        (vec![free()], Some(&scaled), vec![joins]),
        (vec![k8s()], Some(&scaled), vec![of_group, leaves]),
    ] {
        let warned = consider(&steps, &managers, known, Managed::Warn);
        assert_eq!(warned, Ok(expected.iter().map(|&text| text.to_owned()).collect()));
        let refused = expected.first().map_or(Ok(vec![]), |first| Err(Refusal::Managed((*first).to_owned())));
        assert_eq!(consider(&steps, &managers, known, Managed::Refuse), refused);
    }
}
