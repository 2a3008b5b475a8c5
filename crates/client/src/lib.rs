//! A client of elb-instance-manager.
//!
//! Types, operations and their errors are generated from the contract by [progenitor](https://docs.rs/progenitor); [`connect()`]
//! makes a client whose limits fit the service, and [`events()`] reads a stream of events. What the service refuses is an [`Error::ErrorResponse`] with a
//! [`types::Error`], whose `error` is a code from a closed list.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = elbm_client::connect("https://elbm.example.com", Some("elbm_…"))?;
//! for machine in client.list_machines_elb().elb_name("default-alb").send().await?.into_inner() {
//!     println!("{} {:?}", machine.instance_id, machine.health);
//! }
//! # Ok(())
//! # }
//! ```

mod connect;
mod events;
mod generated;

pub use connect::{ConnectError, connect};
pub use events::{EventError, events};
pub use generated::{ByteStream, Client, ClientInfo, Error, ResponseValue, builder, types};
