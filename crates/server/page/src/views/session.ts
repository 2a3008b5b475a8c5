// What every view stands on.

import { createContext } from "preact";
import { useCallback, useContext, useEffect, useState } from "preact/hooks";

import { asFailure, type Failure } from "../api/failure.ts";
import { type Service, wantsCredentials } from "../api/service.ts";
import type { Activities } from "../model/activities.ts";

export interface Session {
  service: Service;
  activities: Activities;
  /** The credentials do not do any more. */
  refused(failure: Failure): void;
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("outside of a session");
  return session;
}

/** Takes what a request has failed with: a view shows it, unless it is about who asks. */
export function useFailures(): (error: unknown) => Failure {
  const { refused } = useSession();
  return useCallback(
    (error) => {
      const failure = asFailure(error);
      if (wantsCredentials(error)) refused(failure);
      return failure;
    },
    [refused],
  );
}

export interface Loaded<T> {
  value: T | undefined;
  failure: Failure | undefined;
  loading: boolean;
  again(): void;
}

/** Loads something when a view opens, when what it depends on changes, and on demand. What was loaded stays until then. */
export function useLoaded<T>(load: (service: Service, signal: AbortSignal) => Promise<T>, on: unknown[]): Loaded<T> {
  const { service } = useSession();
  const failed = useFailures();
  const [state, setState] = useState<Omit<Loaded<T>, "again">>({ value: undefined, failure: undefined, loading: true });
  const [asked, setAsked] = useState(0);
  useEffect(() => setState({ value: undefined, failure: undefined, loading: true }), on);
  useEffect(() => {
    const left = new AbortController();
    setState((before) => ({ ...before, loading: true }));
    load(service, left.signal).then(
      (value) => left.signal.aborted || setState({ value, failure: undefined, loading: false }),
      (error: unknown) => {
        if (left.signal.aborted) return;
        const failure = failed(error);
        setState((before) => ({ ...before, failure, loading: false }));
      },
    );
    return () => left.abort();
  }, [service, asked, ...on]);
  const again = useCallback(() => setAsked((before) => before + 1), []);
  return { ...state, again };
}

/** The time, every second. */
export function useNow(ticking: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!ticking) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}
