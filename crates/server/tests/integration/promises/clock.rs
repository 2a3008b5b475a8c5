//! The clock of the machine jumps, and AWS's does too. libfaketime stands between the service and its clock.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use elbm_simulator::Elbv2;
use reqwest::Method;

use crate::backend::{Backend, World};
use crate::context::{PATIENCE, TestContext, service_on};
use crate::maintenance::post;
use crate::rounds::asked::MACHINES;
use crate::rounds::clients::{Rounds, SETTLED};
use crate::rounds::seen::Seen;
use crate::rounds::truth::MINIMUM;

/// Names the library, where it is not where Debian has it.
const FAKETIME: &str = "ELBM_TEST_FAKETIME";

pub(super) async fn jumps() -> Seen {
    let folder = tempfile::tempdir().expect("a folder");
    let offset = folder.path().join("offset");
    let set = |by: &str| std::fs::write(&offset, by).expect("written");
    set("+0");
    let aws = Backend::start(World::four_kinds(MACHINES)).await;
    let minimum = MINIMUM.to_string();
    let mut command = service_on(aws.endpoint());
    command.args(["--minimum-healthy", &minimum]).envs([
        ("LD_PRELOAD", library().as_path()),
        ("FAKETIME_TIMESTAMP_FILE", &offset),
        // Each look at the clock reads the file; what counts seconds stays as it is, as on a machine.
        ("FAKETIME_NO_CACHE", Path::new("1")),
        ("FAKETIME_DONT_FAKE_MONOTONIC", Path::new("1")),
        ("DONT_FAKE_MONOTONIC", Path::new("1")),
    ]);
    let context = TestContext::of(aws, command).await;
    let simulator = context.aws.simulator();
    let mut seen = Seen::default();
    let mut following = context.follow("alb/events").await;
    let began = instant(&following.expect("snapshot").await["asOf"]);

    // One waits while the clock jumps to tomorrow, and is told of what comes after; one while it jumps back, and is told in time.
    let path = format!("/elb/alb/instances/{}", context.aws.machine(MACHINES - 1));
    let (attach, detach) = (format!("{path}?wait=50"), format!("{path}?wait=20"));
    let reads_go_on = async || {
        let enough = simulator.count(Elbv2::DescribeTargetHealth) + 3;
        while simulator.count(Elbv2::DescribeTargetHealth) < enough {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let (attached, ()) = tokio::join!(context.send(Method::PUT, &attach, |request| request), async {
        reads_go_on().await;
        set("+1d");
        reads_go_on().await;
        simulator.advance(SETTLED);
    });
    assert_eq!((attached.status, &attached.body["settled"]), (201, &true.into()), "{attached:?}");
    seen.note(&attached);
    let (detached, ()) = tokio::join!(context.send(Method::DELETE, &detach, |request| request), async {
        reads_go_on().await;
        set("+0");
    });
    assert_eq!((detached.status, &detached.body["settled"]), (202, &false.into()), "{detached:?}");
    seen.note(&detached);
    set("+1d");
    let tomorrow = async {
        loop {
            let event = following.next().await.expect("the stream goes on");
            assert_ne!(event["event"], "failure", "{event}");
            if instant(&event["asOf"]) > began + TimeDelta::hours(23) {
                break;
            }
            // There is something to tell.
            simulator.advance(SETTLED);
        }
    };
    tokio::time::timeout(PATIENCE, tomorrow).await.expect("the stream shows the time of the machine");

    let machine = context.aws.machine(0);
    let drained = post(&context, machine, "drain").await;
    assert_eq!(drained.status, 200, "{drained:?}");
    assert!(instant(&drained.body["drained"]["since"]) > Utc::now() + TimeDelta::hours(23), "{drained:?}");
    seen.note(&drained);
    for jump in ["-1d", "+0"] {
        set(jump);
        simulator.advance(SETTLED * 9);
        let rounds = Rounds { number: 2, clients: 32, refusals: &[] };
        seen.merge(rounds.run(&context, |_| set(if jump == "+0" { "+1d" } else { "+2h" })).await);
    }
    set("-1d");
    simulator.advance(SETTLED);
    let restored = post(&context, machine, "restore").await;
    assert_eq!(restored.status, 200, "{restored:?}");
    seen.note(&restored);
    drop(following);
    context.stop().await;
    seen
}

fn instant(value: &serde_json::Value) -> DateTime<Utc> {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no instant: {value}"))
}

/// libfaketime, as Debian's package of that name has it.
fn library() -> PathBuf {
    if let Some(named) = std::env::var_os(FAKETIME) {
        return named.into();
    }
    let place = format!("/usr/lib/{}-linux-gnu/faketime/libfaketime.so.1", std::env::consts::ARCH);
    assert!(
        Path::new(&place).is_file(),
        "libfaketime is needed: apt-get install libfaketime, or name it in {FAKETIME}"
    );
    place.into()
}
