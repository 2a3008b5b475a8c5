// The changes that were made here and what has become of them, whatever is looked at meanwhile.

import { asFailure, type Failure } from "../api/failure.ts";

export type Stage = "working" | "done" | "failed";

export interface Activity {
  id: number;
  /** `Detach web-1 from default-alb` */
  title: string;
  stage: Stage;
  /** Where it is, in one sentence. */
  now: string;
  failure?: Failure;
  started: number;
  /** How long it may take by the settings, in milliseconds, where they tell. */
  longest?: number | undefined;
}

type Listener = (activities: readonly Activity[]) => void;

export class Activities {
  #all: readonly Activity[] = [];
  #listeners = new Set<Listener>();
  #next = 1;
  readonly #ended = new AbortController();

  /** Follows a change that was made to its end; `work` tells where it is, and returns its last word. */
  start(
    about: { title: string; now: string; longest?: number | undefined },
    work: (tell: (now: string) => void, signal: AbortSignal) => Promise<string>,
  ): void {
    const id = this.#next++;
    this.#set([...this.#all, { id, stage: "working", started: Date.now(), ...about }]);
    const tell = (now: string) => this.#update(id, { now });
    work(tell, this.#ended.signal).then(
      (now) => this.#update(id, { stage: "done", now }),
      (error: unknown) => {
        const failure = asFailure(error);
        this.#update(id, { stage: "failed", now: failure.message, failure });
      },
    );
  }

  forget(id: number): void {
    this.#set(this.#all.filter((one) => one.id !== id));
  }

  /** Nobody looks any more. */
  end(): void {
    this.#ended.abort();
    this.#listeners.clear();
  }

  get all(): readonly Activity[] {
    return this.#all;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #update(id: number, change: Partial<Activity>): void {
    this.#set(this.#all.map((one) => (one.id === id ? { ...one, ...change } : one)));
  }

  #set(all: readonly Activity[]): void {
    this.#all = all;
    for (const listener of this.#listeners) listener(all);
  }
}
