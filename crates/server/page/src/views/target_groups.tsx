// The target groups of a load balancer: what decides how long a change takes, and who else makes changes.

import type { MachineInfo, TargetGroupTargets } from "../api/types.ts";
import { lasting } from "../model/time.ts";
import { count, managedBy } from "../model/words.ts";
import { Notice } from "./parts.tsx";

export function TargetGroups({ groups }: { groups: TargetGroupTargets[] }) {
  const managers = new Set(groups.flatMap((group) => (group.managedBy ? [managedBy(group.managedBy)] : [])));
  return (
    <>
      {managers.size > 0 && (
        <Notice tone="careful" title="Somebody else manages targets here">
          <p>{[...managers].join("; ")}. A change of yours may be undone.</p>
        </Notice>
      )}
      <details class="target-groups">
        <summary>{groups.some((group) => group.targetGroup) ? count(groups.length, "target group") : "Settings"}</summary>
        <ul>
          {groups.map((group) => (
            <li key={group.targetGroup}>
              {group.targetGroup && <strong>{group.targetGroup}</strong>}
              <span>{[group.protocol, group.port, group.targetType].filter(Boolean).join(" · ")}</span>
              <span>{count(group.targets.length, "target")}</span>
              {!group.inUse && <span class="badge careful">no listener forwards to it</span>}
              {group.settings && <span>drains for up to {lasting(group.settings.deregistrationDelay * 1000)}</span>}
              {group.settings?.healthCheck?.enabled && (
                <span>
                  checked every {group.settings.healthCheck.interval} s, healthy after {group.settings.healthCheck.healthyThreshold}
                </span>
              )}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

/** How long a machine drains at the longest, in milliseconds, where the settings are known. */
export function longestDrain(groups: TargetGroupTargets[] | undefined, machine: MachineInfo): number | undefined {
  const own = groups?.filter((group) => machine.targets.some((target) => target.targetGroup === group.targetGroup));
  const delays = own?.flatMap((group) => (group.settings ? [group.settings.deregistrationDelay] : [])) ?? [];
  return delays.length > 0 ? Math.max(...delays) * 1000 : undefined;
}
