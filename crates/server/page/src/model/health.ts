// Health in words, and the three kinds of it that are counted.

import type { MachineInfo, TargetState } from "../api/types.ts";

/** What a state means to whoever looks: good, bad, on the way, or nothing that takes traffic. */
export type Tone = "good" | "bad" | "moving" | "idle";

const STATES: Record<TargetState, { word: string; tone: Tone }> = {
  unhealthy: { word: "Unhealthy", tone: "bad" },
  unavailable: { word: "Unavailable", tone: "bad" },
  unknown: { word: "Unknown", tone: "idle" },
  "unhealthy.draining": { word: "Unhealthy, draining", tone: "bad" },
  unused: { word: "Unused", tone: "idle" },
  draining: { word: "Draining", tone: "moving" },
  initial: { word: "Starting", tone: "moving" },
  healthy: { word: "Healthy", tone: "good" },
};

export function stateWord(state: TargetState): string {
  return STATES[state].word;
}

export function tone(state: TargetState | undefined): Tone {
  return state ? STATES[state].tone : "idle";
}

/** The groups that a list can be narrowed to. */
export const GROUPS = ["all", "healthy", "unhealthy", "other"] as const;
export type Group = (typeof GROUPS)[number];

/** As `GET /elb?counts=true` counts. */
export function groupOf(machine: MachineInfo): Exclude<Group, "all"> {
  return machine.health === "healthy" || machine.health === "unhealthy" ? machine.health : "other";
}

export function counted(machines: Iterable<MachineInfo>): Record<Group, number> {
  const counts = { all: 0, healthy: 0, unhealthy: 0, other: 0 };
  for (const machine of machines) {
    counts.all += 1;
    counts[groupOf(machine)] += 1;
  }
  return counts;
}
