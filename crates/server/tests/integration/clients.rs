//! The generated client: what it reads is what the service says, and nothing of it is lost.

use std::num::NonZeroU32;

use elbm_client::types::{ErrorCode, InstanceId, LoadBalancerName, TargetState};
use elbm_client::{Client, Error, ResponseValue, connect};
use serde::Serialize;

use crate::backend::World;
use crate::context::TestContext;

async fn client(machines: usize) -> (TestContext, Client) {
    let context = TestContext::start(World::simple(machines)).await;
    let client = connect(&context.own_origin(), None).expect("a client");
    (context, client)
}

fn web() -> LoadBalancerName {
    "web".parse().expect("a name")
}

fn id(context: &TestContext, machine: usize) -> InstanceId {
    context.aws.machine(machine).parse().expect("an id")
}

/// The same answer, asked for without the client, has nothing more and nothing else.
async fn is_all<T: Serialize>(context: &TestContext, path: &str, read: &ResponseValue<T>) {
    let answer = context.get(path).await;
    assert_eq!(answer.status, read.status().as_u16());
    assert_eq!(serde_json::to_value(read.as_ref()).expect("JSON"), answer.body, "{path}");
}

#[tokio::test]
async fn what_is_read_is_what_the_service_says() {
    let (context, client) = client(3).await;
    is_all(&context, "/healthcheck", &client.healthcheck().send().await.expect("up")).await;
    is_all(&context, "/elb", &client.list_load_balancers().send().await.expect("listed")).await;
    is_all(&context, "/elb/web", &client.list_machines_elb().elb_name(web()).send().await.expect("listed")).await;
    is_all(&context, "/elb/web/targets", &client.list_targets().elb_name(web()).send().await.expect("listed")).await;
    let machine = id(&context, 0);
    let path = format!("/elb/web/instances/{}", machine.as_str());
    let member = client.get_member().elb_name(web()).instance_id(machine).send().await;
    is_all(&context, &path, &member.expect("shown")).await;
    context.stop().await;
}

#[tokio::test]
async fn a_machine_is_attached_and_detached() {
    let (context, client) = client(3).await;
    let machine = id(&context, 2);
    let attached =
        client.attach_instance().elb_name(web()).body_map(|body| body.instance_id(machine.clone())).send().await;
    let attached = attached.expect("attached");
    assert_eq!((attached.status().as_u16(), attached.health), (201, Some(TargetState::Initial)));
    let again =
        client.put_member().elb_name(web()).instance_id(machine.clone()).wait(0).send().await.expect("is there");
    assert_eq!((again.status().as_u16(), &again.instance_id), (200, &*machine));
    assert_eq!(context.member_ids("web").await.len(), 3);

    let detached =
        client.detach_instance().elb_name(web()).body_map(|body| body.instance_id(machine.clone())).send().await;
    let detached = detached.expect("detached");
    assert_eq!((detached.status().as_u16(), detached.changed), (201, Some(true)));
    assert_eq!(detached.targets.first().map(|target| target.state), Some(TargetState::Draining));
    let again = client
        .delete_member()
        .elb_name(web())
        .instance_id(machine)
        .target_group("web-tg")
        .port(NonZeroU32::MIN.saturating_add(79))
        .send()
        .await;
    assert_eq!(again.expect("draining").changed, Some(false));
    context.stop().await;
}

#[tokio::test]
async fn what_is_refused_has_a_code_of_the_contract() {
    let (context, client) = client(2).await;
    let code = |error: Error<elbm_client::types::Error>| match error {
        Error::ErrorResponse(answer) => (answer.status().as_u16(), answer.error),
        other => panic!("not an answer of the service: {other:?}"),
    };
    let nowhere = client.list_machines_elb().elb_name("nowhere").send().await.expect_err("there is none");
    assert_eq!(code(nowhere), (404, ErrorCode::LoadBalancerNotFound));
    let last = client.delete_member().elb_name(web()).instance_id(id(&context, 0));
    assert_eq!(code(last.clone().send().await.expect_err("guarded")), (409, ErrorCode::WouldBreachMinimumHealthy));
    assert_eq!(last.force(true).x_reason("the end").send().await.expect("forced").changed, Some(true));

    let unsent = client.get_member().elb_name("a name").instance_id("i-1").send().await.expect_err("no name");
    assert!(matches!(unsent, Error::InvalidRequest(_)), "{unsent:?}");
    context.stop().await;
}
