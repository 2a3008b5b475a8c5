//! An AWS ELB (Classic too), EC2, Auto Scaling and STS endpoint in memory. It speaks the AWS query protocols over HTTP, so that the real AWS SDK talks to
//! it as to AWS.
//!
//! **Stricter than AWS, never kinder.** What it does not know it refuses: an unknown parameter, an unknown filter, a list
//! with a gap. Each of its rules cites an AWS page or is marked as assumed, in one table: [`RULES`].
//!
//! ```no_run
//! # async fn example() -> Result<(), elbm_simulator::StartError> {
//! use elbm_simulator::{Clock, Config, Fleet, Load, Simulator};
//!
//! let simulator = Simulator::start(Config {
//!     listen: ([127, 0, 0, 1], 0).into(),
//!     clock: Clock::Real,
//!     fleet: Fleet::seeded(),
//!     load: Load::default(),
//! })
//! .await?;
//! println!("point the SDK's endpoint_url at {}", simulator.endpoint());
//! simulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Fleets
//! What there is at the start is a [`Fleet`]: the seeded one, one that a program puts together, a generated one, or one from a
//! file, as [`Fleet::parse`] reads it. A fleet file is YAML, or JSON, with the lists `vpcs`, `instances`, `loadBalancers`,
//! `targetGroups`, `registrations`, `classicLoadBalancers`, `autoScalingGroups` and `accessKeys`, each of them optional. Their fields, in camel
//! case, are those of [`VpcSpec`], [`InstanceSpec`], [`LoadBalancerSpec`], [`TargetGroupSpec`], [`ClassicLoadBalancerSpec`],
//! [`AutoScalingGroupSpec`] and [`AccessKeySpec`], with their defaults; a registration has `targetGroup`, `id`, and optionally `port` and
//! `failing`, a [`CheckFailure`]. `region` is `us-east-1` by default, and `generate` adds a [generated](Generate) fleet. Words are
//! AWS's, durations texts such as `1m 30s`. An unknown field is an error, and so is what does not fit together; each error
//! has its line and column.
//!
//! All of it, with comments:
//!
//! ```yaml
#![doc = include_str!("../examples/fleet.yaml")]
//! ```
//!
//! # The rooms
//! - `wire`: parsing of requests, the shape of the signature, the two XML codecs
//! - `state`: load balancers, target groups, instances, VPCs, Auto Scaling groups; pure, the time is passed in
//! - `services`: an action decodes its parameters, asks the state, encodes the answer
//! - `fleet`: what there is at the start
//! - `faults`, `load`, `clock`, `journal`: what tests turn and read, through the [`Handle`]
//! - `control`: the [`Handle`] for programs in other languages: [`Control`], [`OPERATIONS`]
//! - `server`: HTTP

mod clock;
mod control;
mod faults;
mod fleet;
mod handle;
mod journal;
mod load;
mod rules;
mod server;
mod services;
mod state;
mod text;
mod wire;
mod words;

pub use clock::{Clock, ClockError};
pub use control::{Control, OPERATIONS};
pub use faults::{Fault, Times};
pub use fleet::{
    AccessKeySpec, AutoScalingGroupSpec, ClassicHealthCheck, ClassicListener, ClassicLoadBalancerSpec, ClassicProtocol,
    Fleet, FleetError, FleetFileError, FleetTextError, Generate, GenerateError, HealthCheck, HealthCheckType,
    InstanceSpec, InstanceState, ListenerUse, LoadBalancerKind, LoadBalancerSpec, LoadBalancerState, Machines,
    Protocol, Scheme, SubnetSpec, TargetGroupSpec, TargetType, UsedBy, VpcSpec,
};
pub use handle::{Handle, Member};
pub use ipnet::Ipv4Net;
pub use journal::{Call, Counts, Outcome};
pub use load::{
    Bucket, CallClass, Calls, ErrorRate, ErrorRateError, ErrorRates, Latency, LatencyError, Load, PerAction,
    Throttling, ThrottlingError, setting,
};
pub use rules::{RULES, Rule, Source};
pub use server::{Config, Dropped, InProcess, Simulator, StartError};
pub use services::{Action, AutoScaling, Ec2, Elb, Elbv2, Service, Sts, UnknownAction};
pub use state::{AdministrativeOverride, Anomaly, CheckFailure, Health, HealthState};
pub use wire::AwsError;
pub use words::UnknownWord;
