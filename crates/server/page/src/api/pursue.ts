// A change is made first, then watched until it has settled: healthy, or gone.

import { asFailure, Failure } from "./failure.ts";
import { pause } from "./pause.ts";
import type { Place, Service } from "./service.ts";
import type { MachineEverywhere, MachineInfo } from "./types.ts";

export type Goal = "healthy" | "detached";

export interface Step {
  /** What is there now. */
  machine: MachineInfo;
  /** Why it was not asked again yet, while the service or AWS fails. */
  trouble?: Failure;
}

/**
 * Asks until one machine of a load balancer is what is wanted. Asking changes nothing, so that it may be repeated; what fails in
 * passing is asked again.
 */
export async function settled(
  service: Service,
  place: Place,
  id: string,
  goal: Goal,
  tell: (step: Step) => void,
  signal: AbortSignal,
): Promise<MachineInfo> {
  let machine: MachineInfo = { instanceId: id, targets: [] };
  for (let failed = 0; ; ) {
    try {
      machine = await service.member(place, id, goal, signal);
      failed = 0;
      if (machine.settled) return machine;
      tell({ machine });
    } catch (error) {
      const failure = asFailure(error);
      if (signal.aborted || !failure.isPassing) throw failure;
      tell({ machine, trouble: failure });
      await rest(pause(failed++, Math.random()), signal);
    }
  }
}

/** Asks each load balancer that a drain or a restore has touched, side by side, until the machine is gone or healthy there. */
export async function settledEverywhere(
  service: Service,
  machine: MachineEverywhere,
  goal: Goal,
  tell: (step: Step) => void,
  signal: AbortSignal,
): Promise<void> {
  const places = new Map<string, Place>();
  for (const { loadBalancer, kind } of machine.registrations) {
    if (loadBalancer) places.set(`${loadBalancer} ${kind}`, { name: loadBalancer, kind });
  }
  await Promise.all([...places.values()].map((place) => settled(service, place, machine.instanceId, goal, tell, signal)));
}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
