// Follows a load balancer for as long as somebody looks: a connection that is lost is made again, and begins with a snapshot.

import { said } from "./event_stream.ts";
import { Failure, lost } from "./failure.ts";
import { pause } from "./pause.ts";
import type { MachineEvent } from "./types.ts";

/** The service says something every 15 seconds, if only that it is there; after two of them missed the connection is dead. */
export const SILENCE = 40_000;

export interface Follower {
  event(event: MachineEvent): void;
  /** The connection is gone; it is made again at that time, in milliseconds since 1970. */
  lost(failure: Failure, again: number): void;
  /** It is of no use to ask again. */
  ended(failure: Failure): void;
}

export interface Following {
  /** Asks again now, where it waits. */
  now(): void;
  stop(): void;
}

type Connect = (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;

export function follow(connect: Connect, follower: Follower): Following {
  const stopped = new AbortController();
  let wake = () => {};
  void run();
  return { now: () => wake(), stop: () => stopped.abort() };

  async function run() {
    let failed = 0;
    while (!stopped.signal.aborted) {
      const failure = await once(() => (failed = 0));
      if (stopped.signal.aborted) return;
      if (!failure.isPassing) return follower.ended(failure);
      const wait = pause(failed++, Math.random());
      follower.lost(failure, Date.now() + wait);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait);
        wake = () => (clearTimeout(timer), resolve());
        stopped.signal.addEventListener("abort", wake, { once: true });
      });
    }
  }

  /** One connection, to its end. */
  async function once(came: () => void): Promise<Failure> {
    const connection = new AbortController();
    const stop = () => connection.abort();
    stopped.signal.addEventListener("abort", stop, { once: true });
    let silence: ReturnType<typeof setTimeout> | undefined;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(stop, SILENCE);
    };
    try {
      heard();
      for await (const one of said(await connect(connection.signal))) {
        heard();
        if (one === "heartbeat") continue;
        const event = JSON.parse(one.data) as MachineEvent;
        came();
        if (stopped.signal.aborted) break;
        follower.event(event);
      }
      return lost();
    } catch (error) {
      return error instanceof Failure ? error : lost();
    } finally {
      clearTimeout(silence);
      stopped.signal.removeEventListener("abort", stop);
      connection.abort();
    }
  }
}

