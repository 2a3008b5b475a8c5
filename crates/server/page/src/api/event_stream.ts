// Server-sent events out of a stream of bytes, as the HTML standard reads them. EventSource cannot send a header.

/** What the stream says: the data of an event, or that it is still there. */
export type Said = { data: string } | "heartbeat";

/** Reads text as it comes, in whatever pieces. */
export class EventReader {
  #rest = "";
  #data: string[] = [];

  /** What has become whole with this piece. */
  *read(piece: string): Generator<Said> {
    // A carriage return at the end may be the first half of one line end.
    const text = this.#rest + piece;
    const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\r|\n/);
    this.#rest = lines.pop() + text.slice(whole.length);
    for (const line of lines) yield* this.#line(line);
  }

  *#line(line: string): Generator<Said> {
    if (line === "") {
      if (this.#data.length > 0) yield { data: this.#data.join("\n") };
      this.#data = [];
    } else if (line.startsWith(":")) {
      yield "heartbeat";
    } else {
      const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      // The name of the event is in its data too, and the stream has no ids.
      if (field === "data") this.#data.push(value ?? "");
    }
  }
}

/** What a stream of bytes says, to its end. */
export async function* said(bytes: ReadableStream<Uint8Array>): AsyncGenerator<Said> {
  const reader = bytes.getReader();
  const decoder = new TextDecoder();
  const events = new EventReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* events.read(decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.releaseLock();
  }
}
