import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { follow, type Follower, SILENCE } from "../../src/api/follow.ts";
import { Failure } from "../../src/api/failure.ts";

/** Follows what `connect` answers, one after the other, on a clock that the test moves. */
async function following(answers: (() => ReadableStream<Uint8Array>)[], use: (world: {
  told: string[]; asked: () => number; now: () => void; stop: () => void; passes: (milliseconds: number) => Promise<void>;
}) => Promise<void>): Promise<void> {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const told: string[] = [];
  let asked = 0;
  const follower: Follower = {
    event: (event) => told.push(event.event),
    lost: (failure, again) => told.push(`lost: ${failure.message} again in ${again - Date.now() > 0}`),
    ended: (failure) => told.push(`ended: ${failure.message}`),
  };
  const connect = async (signal: AbortSignal) => {
    const stream = (answers[asked++] ?? (() => new ReadableStream()))();
    return stream.pipeThrough(new TransformStream(), { signal });
  };
  const { now, stop } = follow(connect, follower);
  const passes = async (milliseconds: number) => {
    await settled();
    mock.timers.tick(milliseconds);
    await settled();
  };
  try {
    await use({ told, asked: () => asked, now, stop, passes });
  } finally {
    stop();
    mock.timers.reset();
  }
}

/** Everything that can happen without time has happened. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const snapshot = 'data: {"event":"snapshot","asOf":"2026-01-15T08:00:00Z","machines":[]}\n\n';
const streamOf = (text: string, close: boolean) => () =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      if (close) controller.close();
    },
  });
const failing = (failure: Failure) => () => {
  throw failure;
};

test("a stream that ends is asked for again, after a pause", () =>
  following([streamOf(snapshot, true), streamOf(snapshot, false)], async ({ told, asked, passes }) => {
    await passes(0);
    assert.deepEqual([told, asked()], [["snapshot", "lost: The service does not answer. again in true"], 1]);
    await passes(1_000);
    assert.deepEqual([told.at(-1), asked()], ["snapshot", 2]);
  }));

test("pauses grow while nobody answers, and need not be waited for", () =>
  following([failing(new Failure("nobody")), failing(new Failure("nobody")), streamOf(snapshot, false)], async ({ told, asked, now, passes }) => {
    await passes(0);
    await passes(1_000);
    assert.equal(asked(), 2);
    await passes(1_000);
    assert.equal(asked(), 2, "the second pause is longer");
    now();
    await passes(0);
    assert.deepEqual([told.at(-1), asked()], ["snapshot", 3]);
  }));

test("a connection that says nothing is dead; one that has a heartbeat is not", async () => {
  let say = (_: string) => {};
  const open = () => new ReadableStream<Uint8Array>({
    start(controller) {
      say = (text) => controller.enqueue(new TextEncoder().encode(text));
    },
  });
  await following([open, streamOf(snapshot, false)], async ({ told, asked, passes }) => {
    await passes(0);
    say(snapshot);
    for (let beat = 0; beat < 3; beat += 1) {
      await passes(SILENCE - 1_000);
      say(": still here\n\n");
    }
    await passes(SILENCE - 1_000);
    assert.deepEqual([told, asked()], [["snapshot"], 1]);
    await passes(1_000);
    assert.match(told.at(-1) ?? "", /^lost/);
    await passes(1_000);
    assert.equal(asked(), 2);
  });
});

test("what will not get better is not asked again", () =>
  following([failing(new Failure("No such load balancer.", { status: 404 }))], async ({ told, asked, passes }) => {
    await passes(0);
    await passes(60_000);
    assert.deepEqual([told, asked()], [["ended: No such load balancer."], 1]);
  }));

test("whoever stops hears no more", () =>
  following([streamOf(snapshot, true)], async ({ told, asked, stop, passes }) => {
    await passes(0);
    stop();
    const heard = told.length;
    await passes(60_000);
    assert.deepEqual([told.length, asked()], [heard, 1]);
  }));

test("whoever stops at an event is not told the next one of the same piece", async () => {
  const heard: string[] = [];
  const { stop } = follow(async () => streamOf(snapshot + snapshot, true)(), {
    event: (event) => (heard.push(event.event), stop()),
    lost: () => heard.push("lost"),
    ended: () => heard.push("ended"),
  });
  await settled();
  assert.deepEqual(heard, ["snapshot"]);
});
