//! AWS is gone, and comes back.

use std::collections::BTreeMap;
use std::time::Duration;

use elbm_simulator::Elbv2;
use fastrand::Rng;
use futures_util::future::join_all;
use reqwest::Method;

use crate::backend::World;
use crate::context::TestContext;
use crate::rounds::asked::{Asked, MACHINES, Said};
use crate::rounds::clients::{Rounds, SETTLED, shows_the_truth};
use crate::rounds::seen::Seen;
use crate::rounds::truth::{MINIMUM, judge, truth};

const OUTAGE: Duration = Duration::from_mins(1);

/// How often everything is tried while it lasts.
const STEPS: u32 = 3;

pub(super) async fn of_a_minute() -> Seen {
    let minimum = MINIMUM.to_string();
    let context = TestContext::start_with(World::four_kinds(MACHINES), &["--minimum-healthy", &minimum]).await;
    let simulator = context.aws.simulator();
    let mut seen = Seen::default();
    let mut following = context.follow("alb/events").await;
    following.expect("snapshot").await;

    // It goes while changes are on their way: each is done, or is not, or may be.
    simulator.advance(SETTLED);
    let (before, mut rng) = (truth(&context.aws), Rng::with_seed(1));
    let asked: Vec<_> = (0..32).map(|_| Asked::any(&mut rng, 0.5, false)).collect();
    let changes = join_all(asked.iter().map(|asked| asked.send(&context.aws, context.caller())));
    let goes = async {
        while simulator.count(Elbv2::RegisterTargets) + simulator.count(Elbv2::DeregisterTargets) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        simulator.go_away(Some(OUTAGE));
    };
    let (changes, ()) = tokio::join!(changes, goes);
    for answer in &changes {
        seen.note(answer);
    }
    let said: Vec<_> =
        asked.into_iter().zip(&changes).map(|(asked, answer)| (asked.clone(), asked.said(answer))).collect();
    judge(&context.aws, 0, &before, &said);

    // The stream tells of it, after what it had to tell before.
    while following.next().await.expect("the stream goes on")["event"] != "failure" {}
    let registered =
        || truth(&context.aws).into_iter().map(BTreeMap::into_keys).map(Vec::from_iter).collect::<Vec<_>>();
    let before = registered();
    for step in 1..=STEPS {
        let asked: Vec<_> = (0..16).map(|_| Asked::any(&mut rng, 0.5, false)).collect();
        for (asked, answer) in
            asked.iter().zip(join_all(asked.iter().map(|asked| asked.send(&context.aws, context.caller()))).await)
        {
            answer.refused(502, "AwsUnreachable");
            assert_eq!(asked.said(&answer), Said::Unchanged);
            seen.note(&answer);
        }
        let read = context.get("/elb/alb").await;
        read.refused(502, "AwsUnreachable");
        seen.note(&read);
        for path in ["/readyz", "/healthcheck"] {
            let answer = context.send(Method::GET, path, |request| request).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            seen.note(&answer);
        }
        assert_eq!(registered(), before, "something was changed");
        if step < STEPS {
            simulator.advance(OUTAGE / STEPS);
        }
    }
    simulator.advance(OUTAGE / STEPS);

    while following.next().await.expect("the stream goes on")["event"] != "snapshot" {}
    // What drained meanwhile is gone.
    simulator.advance(SETTLED);
    shows_the_truth(&context, &mut seen).await;
    let rounds = Rounds { number: 2, clients: 32, refusals: &[] };
    seen.merge(rounds.run(&context, |_| ()).await);
    drop(following);
    context.stop().await;
    seen
}
