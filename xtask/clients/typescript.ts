// The generated TypeScript client on a running service: list, attach, detach, errors.

import { Configuration, LoadBalancersApi, MachinesApi, MembersApi, ResponseError } from "./index";

declare const process: { env: Record<string, string | undefined> };

const LOAD_BALANCER = "default-alb";
const SPARE = "i-06060a1e235609999";

let checks = 0;

function same(seen: unknown, expected: unknown): void {
  if (JSON.stringify(seen) !== JSON.stringify(expected)) {
    throw new Error(`${JSON.stringify(seen)} is not ${JSON.stringify(expected)}`);
  }
  checks += 1;
}

async function refused(call: Promise<unknown>, status: number, code: string): Promise<void> {
  const error = await call.then(
    () => new Error(`${code} was expected`),
    (error: unknown) => error,
  );
  if (!(error instanceof ResponseError)) {
    throw error;
  }
  same(error.response.status, status);
  same((await error.response.json()).error, code);
}

function configured(token: string): Configuration {
  return new Configuration({ basePath: process.env.ELBM_TEST_URL, accessToken: token });
}

async function run(): Promise<void> {
  const known = configured(process.env.ELBM_TEST_TOKEN ?? "");
  const machines = new MachinesApi(known);
  const list = () => machines.listMachinesElb({ elbName: LOAD_BALANCER });
  const change = { elbName: LOAD_BALANCER, machineId: { instanceId: SPARE } };
  same((await new LoadBalancersApi(known).listLoadBalancers()).map((one) => one.name), [LOAD_BALANCER]);
  same((await list()).map((one) => one.health), ["healthy", "healthy", "healthy"]);

  const attached = await machines.attachInstance(change);
  same(attached.targets[0]?.port, 80);
  same(attached.launchDate?.getUTCFullYear(), 2016);
  await refused(machines.attachInstance(change), 409, "AlreadyAttached");
  same((await list()).some((one) => one.instanceId === SPARE), true);

  same((await machines.detachInstance(change)).changed, true);
  const gone = await new MembersApi(known).deleteMember({ elbName: LOAD_BALANCER, instanceId: SPARE, wait: 50 });
  same(gone.settled, true);
  same((await list()).some((one) => one.instanceId === SPARE), false);

  await refused(machines.listMachinesElb({ elbName: "nowhere" }), 404, "LoadBalancerNotFound");
  await refused(new LoadBalancersApi(configured("elbm_wrong")).listLoadBalancers(), 401, "Unauthorized");
}

run().then(
  () => console.log(`typescript: ${checks} checks`),
  (error: unknown) => {
    // An uncaught error ends the program with a failure.
    queueMicrotask(() => {
      throw error;
    });
  },
);
