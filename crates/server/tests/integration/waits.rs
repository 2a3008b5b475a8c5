//! Answers that are held until a machine has settled.

use std::time::Duration;

use elbm_simulator::Elbv2;
use futures_util::future::join_all;
use reqwest::Method;

use crate::backend::World;
use crate::context::{Answer, TestContext, targets};

/// Lets the simulator's time pass once the service has begun to poll: after so many reads of targets.
fn pass_after(context: &TestContext, reads: usize, by: Duration) -> tokio::task::JoinHandle<()> {
    let simulator = context.aws.simulator().clone();
    tokio::spawn(async move {
        while simulator.count(Elbv2::DescribeTargetHealth) < reads {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        simulator.advance(by);
    })
}

async fn send(context: &TestContext, method: Method, path: &str) -> Answer {
    context.send(method, path, |request| request).await
}

#[tokio::test]
async fn an_attach_is_held_until_the_machine_is_healthy() {
    let context = TestContext::start(World::simple(3)).await;
    let machine = context.aws.machine(2).to_owned();
    let time = pass_after(&context, 2, Duration::from_mins(10));
    let attached = send(&context, Method::PUT, &format!("/elb/web/instances/{machine}?wait=50")).await;
    assert_eq!((attached.status, &attached.body["settled"]), (201, &true.into()), "{attached:?}");
    assert_eq!(attached.body["health"], "healthy");
    time.await.expect("time passed");
    context.stop().await;
}

#[tokio::test]
async fn what_does_not_settle_in_time_is_202_with_the_same_body() {
    let context = TestContext::start(World::simple(4)).await;
    let (member, other, third) = (context.aws.machine(0), context.aws.machine(3), context.aws.machine(1));
    let post = context.attach("web?wait=1", other).await;
    let put = send(&context, Method::PUT, &format!("/elb/web/instances/{other}?wait=1")).await;
    let get = send(&context, Method::GET, &format!("/elb/web/instances/{other}?until=healthy&wait=1")).await;
    for answer in [&post, &put, &get] {
        assert_eq!((answer.status, &answer.body["health"]), (202, &"initial".into()), "{answer:?}");
        assert_eq!(answer.body["settled"], false);
    }
    let delete = send(&context, Method::DELETE, &format!("/elb/web/instances/{member}?wait=1")).await;
    let old = context.detach("web?wait=1", third).await;
    for answer in [&delete, &old] {
        assert_eq!((answer.status, &answer.body["health"]), (202, &"draining".into()), "{answer:?}");
    }
    context.stop().await;
}

#[tokio::test]
async fn a_detach_is_held_until_the_machine_is_gone() {
    let context = TestContext::start(World::simple(3)).await;
    let machine = context.aws.machine(0).to_owned();
    let time = pass_after(&context, 2, Duration::from_secs(301));
    let detached = send(&context, Method::DELETE, &format!("/elb/web/instances/{machine}?wait=50")).await;
    assert_eq!((detached.status, &detached.body["settled"]), (200, &true.into()), "{detached:?}");
    assert_eq!(targets(&detached.body), []);
    time.await.expect("time passed");
    let gone = send(&context, Method::GET, &format!("/elb/web/instances/{machine}?until=detached&wait=1")).await;
    assert_eq!((gone.status, &gone.body["settled"]), (200, &true.into()), "{gone:?}");
    context.stop().await;
}

#[tokio::test]
async fn what_cannot_become_healthy_is_not_waited_for() {
    let context = TestContext::start(World::simple(3)).await;
    let machine = context.aws.machine(0).to_owned();
    context.aws.simulator().stop(&machine).expect("it runs");
    let path = format!("/elb/web/instances/{machine}?until=healthy&wait=50");
    let reads = context.aws.simulator().count(Elbv2::DescribeTargetHealth);
    let shown = send(&context, Method::GET, &path).await;
    assert_eq!((shown.status, &shown.body["health"]), (202, &"unused".into()), "{shown:?}");
    assert_eq!(shown.body["targets"][0]["reason"], "Target.InvalidState");
    assert!(shown.body["targets"][0]["remedy"].as_str().is_some_and(|remedy| remedy.starts_with("Start")));
    assert_eq!(context.aws.simulator().count(Elbv2::DescribeTargetHealth), reads + 1, "it was polled");
    context.stop().await;
}

#[tokio::test]
async fn one_poll_serves_all_who_wait_on_a_group() {
    let context = TestContext::start(World::simple(12)).await;
    let simulator = context.aws.simulator();
    for machine in 0..10 {
        let stop = context.aws.machine(machine);
        simulator.stop(stop).expect("it runs");
        simulator.start(stop).expect("it stopped");
    }
    simulator.reset_calls();
    let time = pass_after(&context, 3, Duration::from_mins(10));
    let paths =
        (0..10).map(|machine| format!("/elb/web/instances/{}?until=healthy&wait=50", context.aws.machine(machine)));
    let answers = join_all(paths.map(|path| async { send(&context, Method::GET, &{ path }).await })).await;
    time.await.expect("time passed");
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let reads = simulator.count(Elbv2::DescribeTargetHealth);
    assert!(reads < 10, "each of the ten read for itself: {reads}");
    context.stop().await;
}
