import assert from "node:assert/strict";
import { test } from "node:test";

import type { MachineInfo, TargetState } from "../../src/api/types.ts";
import { apply, type Followed, NOTHING } from "../../src/model/following.ts";

const machine = (instanceId: string, state: TargetState = "healthy"): MachineInfo => ({
  instanceId, health: state, targets: [{ targetGroup: "web", port: 80, state }],
});
const asOf = "2026-01-15T08:00:00Z";
const later = "2026-01-15T08:00:05Z";
const ids = (followed: Followed) => [...followed.machines.keys()];

test("a snapshot is all there is, in order", () => {
  const before = apply(NOTHING, { event: "snapshot", asOf, machines: [machine("i-3"), machine("i-1")] });
  const after = apply(before, { event: "snapshot", asOf: later, machines: [machine("i-3"), machine("i-2")] });
  assert.deepEqual(ids(after), ["i-2", "i-3"]);
  assert.equal(after.asOf, later);
});

test("a change concerns those that it names, and no other row is drawn again", () => {
  const before = apply(NOTHING, { event: "snapshot", asOf, machines: [machine("i-1"), machine("i-2"), machine("i-3")] });
  const after = apply(before, { event: "change", asOf: later, machines: [machine("i-0"), machine("i-2", "draining")], gone: ["i-3", "i-9"] });
  assert.deepEqual(ids(after), ["i-0", "i-1", "i-2"]);
  assert.equal(after.machines.get("i-2")?.health, "draining");
  assert.equal(after.machines.get("i-1"), before.machines.get("i-1"));
  assert.deepEqual(ids(before), ["i-1", "i-2", "i-3"], "what was before stays as it was");
});

test("what a new snapshot finds unchanged stays the same object", () => {
  const before = apply(NOTHING, { event: "snapshot", asOf, machines: [machine("i-1"), machine("i-2")] });
  const after = apply(before, { event: "snapshot", asOf: later, machines: [machine("i-1"), machine("i-2", "unhealthy")] });
  assert.equal(after.machines.get("i-1"), before.machines.get("i-1"));
  assert.notEqual(after.machines.get("i-2"), before.machines.get("i-2"));
});

test("a failure keeps what was seen, until AWS is back", () => {
  const before = apply(NOTHING, { event: "snapshot", asOf, machines: [machine("i-1")] });
  const failed = apply(before, { event: "failure", asOf: later, error: "AwsThrottled", message: "AWS throttles" });
  assert.deepEqual([ids(failed), failed.asOf, failed.failure], [["i-1"], asOf, "AWS throttles"]);
  const back = apply(failed, { event: "snapshot", asOf: later, machines: [machine("i-1")] });
  assert.equal(back.failure, undefined);
  assert.equal(apply(back, { event: "closing", asOf: later }), back);
});
