// What of a list is shown, and in which order.

import type { LoadBalancer, MachineInfo } from "../api/types.ts";
import { groupOf, type Group } from "./health.ts";

export type Column = "machine" | "health" | "zone" | "launched";

export interface View {
  search: string;
  group: Group;
  column: Column;
  descending: boolean;
}

export const PLAIN: View = { search: "", group: "all", column: "machine", descending: false };

const WORST_FIRST = ["unhealthy", "unavailable", "unknown", "unhealthy.draining", "unused", "draining", "initial", "healthy"];

const KEYS: Record<Column, (machine: MachineInfo) => string | number> = {
  machine: (machine) => machine.name ?? machine.instanceId,
  health: (machine) => (machine.health ? WORST_FIRST.indexOf(machine.health) : -1),
  zone: (machine) => machine.availabilityZone ?? "",
  launched: (machine) => machine.launchDate ?? "",
};

/** The machines that a view shows, in its order; those that are alike in order of their ids. */
export function shown(machines: Iterable<MachineInfo>, view: View): MachineInfo[] {
  const words = wordsOf(view.search);
  const found = [...machines].filter(
    (machine) => (view.group === "all" || groupOf(machine) === view.group) && matches(textOf(machine), words),
  );
  const key = KEYS[view.column];
  const direction = view.descending ? -1 : 1;
  return found
    .map((machine) => ({ machine, key: key(machine) }))
    .sort((a, b) => direction * compared(a.key, b.key) || compared(a.machine.instanceId, b.machine.instanceId))
    .map(({ machine }) => machine);
}

export function found(loadBalancers: LoadBalancer[], search: string): LoadBalancer[] {
  const words = wordsOf(search);
  return loadBalancers.filter((one) =>
    matches([one.name, one.kind, one.dnsName, one.scheme, ...one.targetGroups.map((group) => group.name)], words),
  );
}

/** Every word has to be somewhere. */
function matches(texts: (string | undefined)[], words: string[]): boolean {
  const text = texts.filter(Boolean).join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

function wordsOf(search: string): string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean);
}

function textOf(machine: MachineInfo): (string | undefined)[] {
  const { instanceId, name, instanceType, availabilityZone, privateIpAddress, instanceState, targets } = machine;
  const registered = targets.flatMap((target) => [target.targetGroup, target.port?.toString(), target.state, target.address]);
  return [instanceId, name, instanceType, availabilityZone, privateIpAddress, instanceState, ...registered];
}

const collator = new Intl.Collator("en", { numeric: true });

function compared(a: string | number, b: string | number): number {
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
}
