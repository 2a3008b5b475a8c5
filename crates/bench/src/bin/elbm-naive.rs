//! What a service costs AWS that asks for everything anew: one call after the other for each request, nothing remembered,
//! throttled calls repeated as the SDK does by default. A baseline of the benchmark, on the account of the AWS environment.
//!
//! It is kinder than such services are: the clients are made once, and it asks nobody for a password.

use std::sync::Arc;

use aws_config::BehaviorVersion;
use aws_sdk_ec2::Client as Ec2;
use aws_sdk_ec2::types::Reservation;
use aws_sdk_elasticloadbalancingv2::Client as Elb;
use aws_sdk_elasticloadbalancingv2::types::TargetDescription;
use poem::error::{BadGateway, NotFoundError};
use poem::http::StatusCode;
use poem::web::{Data, Json, Path};
use poem::{EndpointExt as _, Error, Route, get, handler};
use serde::{Deserialize, Serialize};

#[derive(Debug)]
struct Clients {
    elb: Elb,
    ec2: Ec2,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Machine {
    instance_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MachineInfo {
    instance_id: Option<String>,
    instance_type: Option<String>,
    launch_date: Option<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let clients = Arc::new(Clients { elb: Elb::new(&config), ec2: Ec2::new(&config) });
    elbm_bench::serve(Route::new().at("/elb/:name", get(list).post(attach)).data(clients)).await
}

#[handler]
async fn list(Data(clients): Data<&Arc<Clients>>, Path(name): Path<String>) -> poem::Result<Json<Vec<MachineInfo>>> {
    let group = clients.target_group(name).await?;
    let registered = clients.registered(&group).await?;
    clients.machines(registered).await.map(Json)
}

#[handler]
async fn attach(
    Data(clients): Data<&Arc<Clients>>,
    Path(name): Path<String>,
    Json(Machine { instance_id }): Json<Machine>,
) -> poem::Result<(StatusCode, Json<Vec<MachineInfo>>)> {
    let group = clients.target_group(name).await?;
    if clients.registered(&group).await?.contains(&instance_id) {
        return Err(Error::from_status(StatusCode::CONFLICT));
    }
    let target = TargetDescription::builder().id(&instance_id).build();
    clients.elb.register_targets().target_group_arn(group).targets(target).send().await.map_err(BadGateway)?;
    Ok((StatusCode::CREATED, Json(clients.machines(vec![instance_id]).await?)))
}

impl Clients {
    /// The first target group of a load balancer.
    async fn target_group(&self, name: String) -> poem::Result<String> {
        let found = self.elb.describe_load_balancers().names(name).send().await.map_err(BadGateway)?;
        let balancer = found.load_balancers().first().and_then(|balancer| balancer.load_balancer_arn());
        let balancer = balancer.ok_or(NotFoundError)?;
        let groups = self.elb.describe_target_groups().load_balancer_arn(balancer).send().await.map_err(BadGateway)?;
        let group = groups.target_groups().first().and_then(|group| group.target_group_arn());
        Ok(group.ok_or(NotFoundError)?.to_owned())
    }

    async fn registered(&self, group: &str) -> poem::Result<Vec<String>> {
        let health = self.elb.describe_target_health().target_group_arn(group).send().await.map_err(BadGateway)?;
        let targets = health.target_health_descriptions().iter().filter_map(|described| described.target());
        Ok(targets.filter_map(|target| target.id()).map(str::to_owned).collect())
    }

    async fn machines(&self, ids: Vec<String>) -> poem::Result<Vec<MachineInfo>> {
        let found = self.ec2.describe_instances().set_instance_ids(Some(ids)).send().await.map_err(BadGateway)?;
        let instances = found.reservations().iter().flat_map(Reservation::instances);
        let infos = instances.map(|instance| MachineInfo {
            instance_id: instance.instance_id().map(str::to_owned),
            instance_type: instance.instance_type().map(|kind| kind.as_str().to_owned()),
            launch_date: instance.launch_time().map(ToString::to_string),
        });
        Ok(infos.collect())
    }
}
