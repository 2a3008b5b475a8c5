//! `elbm watch`

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Local, Utc};
use elbm_client::builder::WatchMachines;
use elbm_client::events;
use elbm_client::types::{EventKind, LoadBalancerKind, MachineEvent, MachineInfo, Registration, TargetState};
use futures_util::StreamExt as _;

use super::read::health_table;
use super::{Context, with};
use crate::exit::Exit;
use crate::failure::{Failure, Request};
use crate::options::LoadBalancer;
use crate::output::{Output, print, say};
use crate::screen::Screen;
use crate::stop;

/// The first pause before the stream is asked for again; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest one.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Follows the machines until somebody ends it, or nobody reads any more.
pub(crate) async fn run(context: &Context, load_balancer: LoadBalancer) -> Result<Exit, Failure> {
    tokio::select! {
        ended = follow(context, &load_balancer) => ended,
        // That is how it is ended.
        () = stop::requested() => Ok(Exit::Done),
    }
}

/// Asks for the stream again wherever it ends.
async fn follow(context: &Context, load_balancer: &LoadBalancer) -> Result<Exit, Failure> {
    let mut view = View::new(context.output, load_balancer.name.as_str());
    let mut pause = FIRST_PAUSE;
    let mut seen = false;
    loop {
        match connect(context, load_balancer).await {
            Ok(stream) => {
                let mut events = events(stream);
                let mut lost = "the stream ended".to_owned();
                while let Some(event) = events.next().await {
                    match event {
                        Ok(event) => {
                            (seen, pause) = (true, FIRST_PAUSE);
                            if !view.show(event)? {
                                return Ok(Exit::Done);
                            }
                        }
                        Err(error) => {
                            lost = error.to_string();
                            break;
                        }
                    }
                }
                view.trouble(&lost);
            }
            Err(failure) if seen && failure.is_passing() => view.trouble(&failure.message),
            Err(failure) => return Err(failure),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn connect(context: &Context, load_balancer: &LoadBalancer) -> Result<elbm_client::ByteStream, Failure> {
    let client = context.client().await?;
    let request = client.watch_machines().elb_name(load_balancer.name.clone());
    let request = with(request, load_balancer.kind.map(LoadBalancerKind::from), WatchMachines::kind);
    match request.send().await {
        Ok(answer) => Ok(answer.into_inner()),
        Err(error) => Err(Failure::of(error, &context.server, Request::Read).await),
    }
}

/// What is seen, and how it is shown.
struct View<'a> {
    output: Output,
    load_balancer: &'a str,
    machines: BTreeMap<String, MachineInfo>,
    screen: Option<Screen>,
}

impl<'a> View<'a> {
    fn new(output: Output, load_balancer: &'a str) -> Self {
        let screen = if output.is_json() { None } else { Screen::of_terminal() };
        Self { output, load_balancer, machines: BTreeMap::new(), screen }
    }

    /// Shows an event; whether anybody looks on.
    fn show(&mut self, event: MachineEvent) -> Result<bool, Failure> {
        if self.output.is_json() {
            let json = serde_json::to_string(&event);
            return print(&(json.map_err(|error| Failure::new(Exit::Failed, format!("no JSON: {error}")))? + "\n"));
        }
        match event.event {
            EventKind::Snapshot | EventKind::Change => {
                let as_of = event.as_of;
                let lines = self.take(event);
                self.draw(as_of, &lines)
            }
            EventKind::Failure => {
                self.trouble(event.message.as_deref().unwrap_or("AWS failed"));
                Ok(true)
            }
            // The stream ends, and is asked for again.
            EventKind::Closing => Ok(true),
        }
    }

    /// Takes an event over, and says line by line what is new in it.
    fn take(&mut self, event: MachineEvent) -> Vec<String> {
        let before = std::mem::take(&mut self.machines);
        if event.event == EventKind::Change {
            self.machines.clone_from(&before);
        }
        for machine in event.machines {
            self.machines.insert(machine.instance_id.clone(), machine);
        }
        self.machines.retain(|id, _| !event.gone.contains(id));
        let gone = before.keys().filter(|id| !self.machines.contains_key(*id)).map(|id| format!("{id}  gone"));
        let new = self
            .machines
            .iter()
            .filter(|(id, machine)| before.get(*id).is_none_or(|before| before.targets != machine.targets));
        let new = new.map(|(id, machine)| {
            let targets: Vec<_> = machine.targets.iter().map(registration).collect();
            format!("{id}  {}", targets.join("  "))
        });
        new.chain(gone).collect()
    }

    fn draw(&mut self, as_of: DateTime<Utc>, lines: &[String]) -> Result<bool, Failure> {
        let time = as_of.with_timezone(&Local).format("%H:%M:%S");
        let Some(screen) = &mut self.screen else {
            return print(&lines.iter().fold(String::new(), |text, line| text + &format!("{time}  {line}\n")));
        };
        let healthy = self.machines.values().filter(|machine| machine.health == Some(TargetState::Healthy)).count();
        let machines: Vec<_> = self.machines.values().cloned().collect();
        let head = format!("{}: {healthy} of {} machines healthy, as of {time}", self.load_balancer, machines.len());
        screen.show(&format!("{head}\n\n{}", health_table(self.output, &machines, "no machines")));
        Ok(true)
    }

    /// Tells why nothing new is seen.
    fn trouble(&mut self, why: &str) {
        let sentence = format!("{why}; what is shown may be old");
        match &mut self.screen {
            Some(screen) => screen.note(&sentence),
            None => say(&sentence),
        }
    }
}

/// A registration in a few words.
fn registration(target: &Registration) -> String {
    let group = target.target_group.as_deref().unwrap_or("registered");
    let port = target.port.map_or_else(String::new, |port| format!(":{port}"));
    let reason = target.reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
    format!("{group}{port} {}{reason}", target.state)
}
