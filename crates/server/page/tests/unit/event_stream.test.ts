import assert from "node:assert/strict";
import { test } from "node:test";

import { EventReader, type Said, said } from "../../src/api/event_stream.ts";

const STREAM = 'event: snapshot\ndata: {"a":\ndata: 1}\n\n: still here\r\n\r\ndata: 2\r\ndata: 3\r\n\r\ndata:two\r\rid: 7\ndata\n\n\n\ndata: unfinished\n';
const SAID: Said[] = [{ data: '{"a":\n1}' }, "heartbeat", { data: "2\n3" }, { data: "two" }, { data: "" }];

test("a stream says the same in whatever pieces it comes", () => {
  for (let size = 1; size <= STREAM.length; size += 1) {
    const reader = new EventReader();
    const pieces = STREAM.match(new RegExp(`.{1,${size}}`, "gs")) ?? [];
    assert.deepEqual(pieces.flatMap((piece) => [...reader.read(piece)]), SAID, `pieces of ${size}`);
  }
});

test("a letter that comes in two pieces is one letter", async () => {
  const bytes = new TextEncoder().encode("data: Zürich\n\n");
  const split = bytes.indexOf(0xc3) + 1;
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes.slice(0, split));
      controller.enqueue(bytes.slice(split));
      controller.close();
    },
  });
  const heard: Said[] = [];
  for await (const one of said(stream)) heard.push(one);
  assert.deepEqual(heard, [{ data: "Zürich" }]);
});
