// The operations that the page uses, each as a function. No cookies: the one credential is the header.

import { authorization, type Credentials } from "./credentials.ts";
import { Failure, failureOf, lost } from "./failure.ts";
import type {
  ChangeItem,
  ChangeSet,
  DrainedMachine,
  Kind,
  LoadBalancer,
  MachineEverywhere,
  MachineInfo,
  TargetGroupTargets,
} from "./types.ts";

/** How long an answer is held while something settles, in seconds; less than the idle timeouts on the way. */
const HOLD = 20;

type Query = Record<string, string | number | boolean | undefined>;

/** A load balancer as the contract names it: the kind decides where two have the same name. */
export interface Place {
  name: string;
  kind?: Kind | undefined;
}

export interface ChangeHow {
  dryRun?: boolean;
  /** Overrides the guard; the reason goes to the log. */
  force?: { reason: string } | undefined;
  expectedMembership?: string | undefined;
}

export interface DrainHow {
  reason?: string | undefined;
  force?: boolean;
  standby?: boolean;
}

export class Service {
  readonly #authorization: string | undefined;

  constructor(credentials?: Credentials) {
    this.#authorization = credentials && authorization(credentials);
  }

  loadBalancers(signal?: AbortSignal): Promise<LoadBalancer[]> {
    return this.#json("GET", "/elb", { signal });
  }

  counted(signal?: AbortSignal): Promise<LoadBalancer[]> {
    return this.#json("GET", "/elb", { query: { counts: true }, signal });
  }

  targets(place: Place, signal?: AbortSignal): Promise<TargetGroupTargets[]> {
    return this.#json("GET", `${path(place)}/targets`, { query: { kind: place.kind }, signal });
  }

  /** Makes a change, or its plan. */
  change(place: Place, items: ChangeItem[], how: ChangeHow = {}): Promise<ChangeSet> {
    return this.#json("POST", `${path(place)}/changes`, {
      query: { kind: place.kind, dryRun: how.dryRun || undefined, force: how.force ? true : undefined },
      reason: how.force?.reason,
      body: { items, ...(how.expectedMembership && { expectedMembership: how.expectedMembership }) },
    });
  }

  /** One machine of a load balancer, once it is so or the hold is over; `settled` says which. */
  member(place: Place, id: string, until: "healthy" | "detached", signal?: AbortSignal): Promise<MachineInfo> {
    const query = { kind: place.kind, until, wait: HOLD };
    return this.#json("GET", `${path(place)}/instances/${encodeURIComponent(id)}`, { query, signal });
  }

  everywhere(id: string, signal?: AbortSignal): Promise<MachineEverywhere> {
    return this.#json("GET", `/instances/${encodeURIComponent(id)}`, { signal });
  }

  drained(signal?: AbortSignal): Promise<DrainedMachine[]> {
    return this.#json("GET", "/instances", { query: { drained: true }, signal });
  }

  drain(id: string, how: DrainHow): Promise<MachineEverywhere> {
    return this.#json("POST", `/instances/${encodeURIComponent(id)}/drain`, {
      query: { force: how.force || undefined, asg: how.standby ? "standby" : undefined },
      reason: how.reason,
    });
  }

  restore(id: string, how: { skipGone?: boolean } = {}): Promise<MachineEverywhere> {
    return this.#json("POST", `/instances/${encodeURIComponent(id)}/restore`, {
      query: { skipGone: how.skipGone || undefined },
    });
  }

  /** The events of a load balancer, as text. */
  async events(place: Place, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#send("GET", `${path(place)}/events`, { query: { kind: place.kind }, signal });
    if (!response.body) throw lost();
    return response.body;
  }

  async #json<T>(method: string, path: string, ask: Ask): Promise<T> {
    const response = await this.#send(method, path, ask);
    try {
      return (await response.json()) as T;
    } catch (error) {
      if (ask.signal?.aborted) throw error;
      throw lost();
    }
  }

  async #send(method: string, path: string, ask: Ask): Promise<Response> {
    const headers = new Headers();
    if (this.#authorization) headers.set("Authorization", this.#authorization);
    if (ask.reason) headers.set("X-Reason", ask.reason);
    if (ask.body) headers.set("Content-Type", "application/json");
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(ask.query ?? {})) {
      if (value !== undefined) query.set(name, String(value));
    }
    let response: Response;
    try {
      response = await fetch(query.size ? `${path}?${query}` : path, {
        method,
        headers,
        // Neither cookies nor what the browser remembers, and no sign-in window of its own.
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
        body: ask.body ? JSON.stringify(ask.body) : null,
        signal: ask.signal ?? null,
      });
    } catch (error) {
      if (ask.signal?.aborted) throw error;
      throw lost();
    }
    if (!response.ok) throw await failureOf(response);
    return response;
  }
}

interface Ask {
  query?: Query;
  reason?: string | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

function path(place: Place): string {
  return `/elb/${encodeURIComponent(place.name)}`;
}

/** Whether it says that whoever asks has to sign in, or to sign in again. */
export function wantsCredentials(error: unknown): boolean {
  return error instanceof Failure && error.status === 401;
}
