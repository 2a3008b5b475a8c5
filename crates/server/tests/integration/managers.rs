//! Who else writes the target groups.

use std::collections::BTreeMap;

use elbm_simulator::{
    Action, AutoScaling, AutoScalingGroupSpec, Elb, Elbv2, Fault, ListenerUse, LoadBalancerSpec, TargetGroupSpec, Times,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::backend::World;
use crate::context::{Answer, TestContext};

/// A load balancer `web` with the groups `free` and `k8s`, machines 0, 1 and 3 in both; 2 is in none. An Auto Scaling group
/// has machine 1.
async fn managed(options: &[&str]) -> TestContext {
    let context = TestContext::start_with(World { machines: 4, load_balancers: vec![] }, options).await;
    let simulator = context.aws.simulator();
    simulator
        .add_load_balancer(LoadBalancerSpec { name: "web".to_owned(), ..LoadBalancerSpec::default() })
        .expect("it fits");
    for (name, port, tags) in [("free", 80, None), ("k8s", 81, Some(("elbv2.k8s.aws/cluster", "prod")))] {
        let used_by = vec![ListenerUse::default_action("web", port)];
        let tags: BTreeMap<_, _> = tags.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let spec = TargetGroupSpec { name: name.to_owned(), used_by, tags, ..TargetGroupSpec::default() };
        simulator.add_target_group(spec).expect("it fits");
        for machine in [0, 1, 3] {
            simulator.register(name, context.aws.machine(machine), None).expect("it fits");
        }
    }
    let instances = vec![context.aws.machine(1).to_owned()];
    let group = AutoScalingGroupSpec { name: "fleet".to_owned(), instances, ..AutoScalingGroupSpec::default() };
    simulator.add_auto_scaling_group(group).expect("it fits");
    context
}

async fn send(context: &TestContext, method: Method, path: &str) -> Answer {
    context.send(method, &format!("/elb/web/instances/{path}"), |request| request).await
}

fn warnings(answer: &Answer) -> Vec<&str> {
    let warnings = answer.body.get("warnings").and_then(Value::as_array);
    let texts: Vec<_> = warnings.into_iter().flatten().map(|text| text.as_str().expect("text")).collect();
    assert_eq!(answer.body.get("warnings").is_none(), texts.is_empty(), "{answer:?}");
    texts
}

/// The managers of the groups of `web`, by the names of the groups.
async fn managers(context: &TestContext) -> Vec<(String, Value)> {
    let shown = context.get("/elb/web/targets").await;
    assert_eq!(shown.status, 200, "{shown:?}");
    let groups = shown.body.as_array().expect("groups");
    groups
        .iter()
        .map(|group| (group["targetGroup"].as_str().expect("a name").to_owned(), group["managedBy"].clone()))
        .collect()
}

fn deny(context: &TestContext, action: impl Into<Action>) {
    context.aws.simulator().inject(action, Times::All, Fault::AccessDenied);
}

const OF_GROUP: &str = "target group 'k8s' is managed by the Kubernetes cluster 'prod', which may undo the change";

#[tokio::test]
async fn each_group_is_shown_with_who_manages_it() {
    let context = managed(&[]).await;
    let kubernetes = json!({"kind": "kubernetes", "name": "prod"});
    assert_eq!(managers(&context).await, [("free".to_owned(), Value::Null), ("k8s".to_owned(), kubernetes.clone())]);
    for (name, group, kind) in [("CodeDeploy_web_d-ABC", "free", "codeDeploy"), ("both", "k8s", "kubernetes")] {
        let target_groups = vec![group.to_owned()];
        let spec = AutoScalingGroupSpec { name: name.to_owned(), target_groups, ..AutoScalingGroupSpec::default() };
        context.aws.simulator().add_auto_scaling_group(spec).expect("it fits");
        let found = managers(&context).await.into_iter().find(|(found, _)| found == group).expect("it is shown").1;
        assert_eq!(found["kind"], kind, "{found}");
    }
    let code_deploy = json!({"kind": "codeDeploy", "name": "CodeDeploy_web_d-ABC"});
    assert_eq!(managers(&context).await, [("free".to_owned(), code_deploy), ("k8s".to_owned(), kubernetes.clone())]);

    // The service may lack these permissions.
    deny(&context, AutoScaling::DescribeAutoScalingGroups);
    assert_eq!(managers(&context).await, [("free".to_owned(), Value::Null), ("k8s".to_owned(), kubernetes)]);
    deny(&context, Elbv2::DescribeTags);
    assert_eq!(managers(&context).await, [("free".to_owned(), Value::Null), ("k8s".to_owned(), Value::Null)]);
    context.stop().await;
}

#[tokio::test]
async fn what_may_undo_a_change_is_told() {
    let context = managed(&[]).await;
    let (free, scaled, new) = (context.aws.machine(0), context.aws.machine(1), context.aws.machine(2));
    let attached = send(&context, Method::PUT, &format!("{new}?targetGroup=k8s")).await;
    assert_eq!((attached.status, warnings(&attached)), (201, vec![OF_GROUP]));
    assert_eq!(context.aws.simulator().count(Elbv2::DescribeTags), 1);
    let attached = send(&context, Method::PUT, &format!("{new}?targetGroup=free")).await;
    assert_eq!((attached.status, warnings(&attached)), (201, vec![]));
    let detached = context.detach("web", scaled).await;
    let of_machine = format!(
        "{scaled} belongs to the Auto Scaling group 'fleet', which may replace it; Standby takes it out for maintenance"
    );
    assert_eq!((detached.status, warnings(&detached)), (201, vec![OF_GROUP, &of_machine]));
    let detached = context.detach("web?targetGroup=free", free).await;
    assert_eq!((detached.status, warnings(&detached)), (201, vec![]));
    let shown = send(&context, Method::GET, scaled).await;
    assert_eq!(warnings(&shown), Vec::<&str>::new(), "nothing is changed by it");

    // Without the permission the change is made without a warning.
    deny(&context, Elbv2::DescribeTags);
    let detached = context.detach("web?targetGroup=k8s", new).await;
    assert_eq!((detached.status, warnings(&detached)), (201, vec![]));
    context.stop().await;
}

#[tokio::test]
async fn what_others_manage_is_left_alone_by_option() {
    let context = managed(&["--managed", "refuse"]).await;
    let simulator = context.aws.simulator();
    let (free, scaled, new) = (context.aws.machine(0), context.aws.machine(1), context.aws.machine(2));
    let sentence = context.attach("web?targetGroup=k8s", new).await.refused(409, "ManagedByController");
    assert_eq!(sentence, format!("{OF_GROUP}; this service refuses such changes"));
    send(&context, Method::PUT, &format!("{new}?targetGroup=k8s")).await.refused(409, "ManagedByController");
    context.detach("web", free).await.refused(409, "ManagedByController");
    let sentence =
        send(&context, Method::DELETE, &format!("{scaled}?targetGroup=free")).await.refused(409, "ManagedByController");
    assert!(sentence.starts_with(scaled), "{sentence}");
    // It changes nothing, and is asked for what it cannot tell.
    let again = send(&context, Method::PUT, &format!("{free}?targetGroup=k8s")).await;
    assert_eq!((again.status, warnings(&again)), (200, vec![OF_GROUP]));
    deny(&context, Elbv2::DescribeTags);
    let sentence = context.detach("web?targetGroup=free", free).await.refused(500, "AwsAccessDenied");
    assert!(sentence.contains("elasticloadbalancing:DescribeTags"), "{sentence}");
    simulator.clear_faults();
    deny(&context, elbm_simulator::Ec2::DescribeInstances);
    context.detach("web?targetGroup=free", free).await.refused(500, "AwsAccessDenied");
    simulator.clear_faults();
    assert_eq!(simulator.count(Elbv2::RegisterTargets) + simulator.count(Elbv2::DeregisterTargets), 0);

    assert_eq!(context.detach("web?targetGroup=free", free).await.status, 201);
    context.stop().await;
}

#[tokio::test]
async fn a_classic_load_balancer_has_its_own_tags() {
    let context = TestContext::start(World { machines: 2, load_balancers: vec![] }).await;
    let tags = [("kubernetes.io/service-name", "shop/web"), ("kubernetes.io/cluster/prod", "owned")];
    let spec = elbm_simulator::ClassicLoadBalancerSpec {
        name: "old".to_owned(),
        instances: vec![context.aws.machine(0).to_owned()],
        tags: tags.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        ..elbm_simulator::ClassicLoadBalancerSpec::default()
    };
    context.aws.simulator().add_classic_load_balancer(spec).expect("it fits");
    let attached = context.attach("old", context.aws.machine(1)).await;
    let expected = "load balancer 'old' is managed by the Kubernetes cluster 'prod', which may undo the change";
    assert_eq!((attached.status, warnings(&attached)), (201, vec![expected]));
    assert_eq!(context.aws.simulator().count(Elb::DescribeTags), 1);
    let shown = context.get("/elb/old/targets").await;
    assert_eq!(shown.body[0]["managedBy"], json!({"kind": "kubernetes", "name": "prod"}), "{shown:?}");
    context.stop().await;
}

async fn change(context: &TestContext, query: &str, items: Value) -> Answer {
    let body = json!({"items": items});
    context.send(Method::POST, &format!("/elb/web/changes{query}"), |request| request.json(&body)).await
}

#[tokio::test]
async fn change_sets_tell_it_too_and_leave_it_alone_by_option() {
    let items = |context: &TestContext| {
        let (free, scaled, new) = (context.aws.machine(0), context.aws.machine(1), context.aws.machine(2));
        json!([
            {"action": "attach", "instanceId": new, "targetGroup": "k8s"},
            {"action": "detach", "instanceId": free, "targetGroup": "free"},
            {"action": "detach", "instanceId": scaled, "targetGroup": "free"},
        ])
    };
    let context = managed(&[]).await;
    for query in ["?dryRun=true", ""] {
        let made = change(&context, query, items(&context)).await;
        assert_eq!(made.status, 200, "{made:?}");
        let warnings = warnings(&made);
        assert_eq!(warnings.len(), 2, "{warnings:?}");
        assert!(warnings.contains(&OF_GROUP) && warnings[0].starts_with(context.aws.machine(1)), "{warnings:?}");
    }
    context.stop().await;

    let context = managed(&["--managed", "refuse"]).await;
    let refused = change(&context, "", items(&context)).await;
    refused.refused(409, "ItemsRefused");
    let of_item = |number: usize| refused.body["items"][number]["error"].as_str();
    assert_eq!([0, 1, 2].map(of_item), [Some("ManagedByController"), None, Some("ManagedByController")], "{refused:?}");
    assert_eq!(refused.body["items"][1]["outcome"], "done");
    context.stop().await;
}
