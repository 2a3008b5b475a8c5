import assert from "node:assert/strict";
import { test } from "node:test";

import { authorization } from "../../src/api/credentials.ts";
import { Failure, failureOf, sentence } from "../../src/api/failure.ts";
import { pause } from "../../src/api/pause.ts";
import type { LoadBalancer, MachineInfo, TargetState } from "../../src/api/types.ts";
import { counted, tone } from "../../src/model/health.ts";
import { found, PLAIN, shown } from "../../src/model/list.ts";
import { href, read, type Route } from "../../src/model/route.ts";
import { lasting } from "../../src/model/time.ts";
import { count, fromWhere, idProblem, placeOf, planned, reasonProblem } from "../../src/model/words.ts";

const machine = (instanceId: string, name: string, health: TargetState, more: Partial<MachineInfo> = {}): MachineInfo => ({
  instanceId, name, health, targets: [{ targetGroup: "web-tg", port: 80, state: health }], ...more,
});
const FLEET = [
  machine("i-1", "web-10", "healthy", { availabilityZone: "us-east-1b", privateIpAddress: "10.0.1.7" }),
  machine("i-2", "web-9", "unhealthy", { availabilityZone: "us-east-1a" }),
  machine("i-3", "db-1", "draining", { availabilityZone: "us-east-1a" }),
  machine("i-4", "web-9", "unavailable"),
];
const ids = (machines: MachineInfo[]) => machines.map((one) => one.instanceId);

test("machines are shown by search, group and column", () => {
  for (const [view, expected] of [
    [{}, ["i-3", "i-2", "i-4", "i-1"]],
    [{ descending: true }, ["i-1", "i-2", "i-4", "i-3"]],
    [{ column: "health" }, ["i-2", "i-4", "i-3", "i-1"]],
    [{ column: "zone" }, ["i-4", "i-2", "i-3", "i-1"]],
    [{ search: "WEB us-east-1b" }, ["i-1"]],
    [{ search: "10.0.1.7" }, ["i-1"]],
    [{ search: "web-tg db" }, ["i-3"]],
    [{ search: "nobody" }, []],
    [{ group: "unhealthy" }, ["i-2"]],
    [{ group: "other" }, ["i-3", "i-4"]],
  ] as const) {
    assert.deepEqual(ids(shown(FLEET, { ...PLAIN, ...view })), expected, JSON.stringify(view));
  }
});

test("machines are counted as the service counts them", () => {
  assert.deepEqual(counted(FLEET), { all: 4, healthy: 1, unhealthy: 1, other: 2 });
  assert.equal(tone("unavailable"), "bad");
  assert.equal(tone(undefined), "idle");
});

test("a load balancer is found by what it has", () => {
  const all: LoadBalancer[] = [
    { name: "shop", kind: "application", dnsName: "shop-1.elb.amazonaws.com", targetGroups: [{ name: "pages", targetType: "instance" }] },
    { name: "queue", kind: "network", targetGroups: [] },
  ];
  for (const [search, expected] of [["", ["shop", "queue"]], ["PAGES", ["shop"]], ["elb.amazonaws", ["shop"]], ["net que", ["queue"]], ["x", []]] as const) {
    assert.deepEqual(found(all, search).map((one) => one.name), expected, search);
  }
});

test("an address of the page leads back to where it was made", () => {
  const routes: Exclude<Route, { at: "nowhere" }>[] = [
    { at: "loadBalancers" },
    { at: "maintenance" },
    { at: "machine", id: "i-06060a1e235609999" },
    { at: "loadBalancer", name: "default-alb", kind: undefined },
    { at: "loadBalancer", name: "old", kind: "classic" },
  ];
  for (const route of routes) assert.deepEqual(read(href(route)), route);
  assert.deepEqual(read(""), { at: "loadBalancers" });
  assert.deepEqual(read("#/load-balancers/a?kind=round"), { at: "loadBalancer", name: "a", kind: undefined });
  for (const wrong of ["#/x", "#/machines", "#/load-balancers/a/b", "#/maintenance/x"]) assert.deepEqual(read(wrong), { at: "nowhere" }, wrong);
  assert.deepEqual(read("#/machines/%"), { at: "machine", id: "%" });
});

test("credentials are written as the service reads them", () => {
  assert.equal(authorization({ by: "token", token: "elbm_x" }), "Bearer elbm_x");
  const basic = authorization({ by: "password", user: "ann", password: "pä:ß" });
  assert.equal(Buffer.from(basic.replace("Basic ", ""), "base64").toString("utf8"), "ann:pä:ß");
});

test("an error is the service's sentence, with its code and the id of the request", async () => {
  const body = { error: "LoadBalancerNotFound", message: "there is no load balancer 'x' in this region", requestId: "7" };
  const failure = await failureOf(Response.json(body, { status: 404 }));
  assert.deepEqual([failure.message, failure.code, failure.requestId, failure.isPassing], ["There is no load balancer 'x' in this region.", "LoadBalancerNotFound", "7", false]);
  const proxy = await failureOf(new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway", headers: { "X-Request-Id": "8" } }));
  assert.deepEqual([proxy.message, proxy.code, proxy.requestId, proxy.isPassing], ["The answer was 502 Bad Gateway, and not the service's.", undefined, "8", true]);
  assert.ok(new Failure("gone").isLost);
  assert.equal(sentence("i-06060a1e235609999 is not registered"), "i-06060a1e235609999 is not registered.");
});

test("a pause doubles, has a bound, and is not the same for all", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 50].map((failures) => pause(failures, 1)), [1000, 2000, 4000, 8000, 15000, 15000, 15000]);
  assert.deepEqual([pause(0, 0), pause(9, 0)], [750, 11250]);
});

test("a plan is told in words", () => {
  const item = { instanceId: "i-1", targetGroup: "web-tg", port: 80 };
  assert.deepEqual(planned({ ...item, action: "detach", outcome: "planned" }).word, "Will be detached");
  assert.deepEqual(planned({ ...item, action: "attach", outcome: "unchanged" }), { passes: true, word: "Attached already", sentence: "Nothing is to be done." });
  const message = "detaching i-1 would leave target group 'web-tg' with 0 healthy targets of at least 1; force=true with an X-Reason detaches it all the same";
  assert.deepEqual(planned({ ...item, action: "detach", outcome: "refused", error: "WouldBreachMinimumHealthy", message }), {
    passes: false,
    word: "Refused",
    sentence: "Detaching i-1 would leave target group 'web-tg' with 0 healthy targets of at least 1.",
  });
  assert.equal(planned({ ...item, action: "attach", outcome: "refused", error: "InvalidTarget" }).sentence, "InvalidTarget.");
});

test("places, counts and times read as people write them", () => {
  assert.equal(placeOf({ targetGroup: "web-tg", port: 80 }), "web-tg, port 80");
  assert.equal(placeOf({ targetGroup: "ip-tg", address: "10.0.0.4", port: 80 }), "ip-tg, 10.0.0.4, port 80");
  assert.equal(placeOf({}), "the load balancer itself");
  assert.equal(fromWhere({ loadBalancer: "old", kind: "classic" }), "old");
  assert.equal(fromWhere({ targetGroup: "spare", port: 80 }), "no load balancer / spare, port 80");
  assert.deepEqual([count(1, "machine"), count(1000, "machine")], ["1 machine", "1,000 machines"]);
  assert.deepEqual([0, 42_999, 725_000, 3_725_000, -5].map(lasting), ["0:00", "0:42", "12:05", "1:02:05", "0:00"]);
});

test("what the service would refuse is said before it is asked", () => {
  assert.equal(idProblem("i-06060a1e235609999"), undefined);
  for (const id of ["", "i-1", "web-1", "i-06060A1E235609999", "i-06060a1e235609999 "]) assert.ok(idProblem(id), id);
  assert.equal(reasonProblem("kernel update"), undefined);
  for (const reason of ["", "  ", "für", "x".repeat(201)]) assert.ok(reasonProblem(reason), reason);
});
