// The machines of a load balancer as its events tell them.

import type { MachineEvent, MachineInfo } from "../api/types.ts";

export interface Followed {
  /** By id, in the order of ids. */
  machines: ReadonlyMap<string, MachineInfo>;
  /** When AWS was asked last; none before the first snapshot. */
  asOf: string | undefined;
  /** What AWS has failed with since; the machines may be old. */
  failure: string | undefined;
}

export const NOTHING: Followed = { machines: new Map(), asOf: undefined, failure: undefined };

/** What is known after an event. A machine that has not changed stays the same object, so that its row is not drawn again. */
export function apply(before: Followed, event: MachineEvent): Followed {
  switch (event.event) {
    case "snapshot":
      return { machines: inOrder(new Map(kept(before, event.machines ?? []))), asOf: event.asOf, failure: undefined };
    case "change": {
      const machines = new Map(before.machines);
      for (const machine of event.machines ?? []) machines.set(machine.instanceId, machine);
      for (const id of event.gone ?? []) machines.delete(id);
      return { machines: inOrder(machines), asOf: event.asOf, failure: undefined };
    }
    case "failure":
      return { ...before, failure: event.message ?? event.error ?? "AWS failed" };
    case "closing":
      return before;
  }
}

function* kept(before: Followed, machines: MachineInfo[]): Generator<[string, MachineInfo]> {
  for (const machine of machines) {
    const old = before.machines.get(machine.instanceId);
    const same = old && JSON.stringify(old) === JSON.stringify(machine);
    yield [machine.instanceId, same ? old : machine];
  }
}

function inOrder(machines: Map<string, MachineInfo>): Map<string, MachineInfo> {
  const ids = [...machines.keys()];
  const ordered = ids.every((id, place) => place === 0 || ids[place - 1]! <= id);
  return ordered ? machines : new Map([...machines].sort(([a], [b]) => (a < b ? -1 : 1)));
}
