// One load balancer: its machines as they are, and what can be done to them.

import { useCallback, useMemo, useState } from "preact/hooks";

import type { Place } from "../api/service.ts";
import type { LoadBalancer, MachineInfo } from "../api/types.ts";
import { counted, GROUPS, type Group } from "../model/health.ts";
import { PLAIN, shown, type View } from "../model/list.ts";
import { href } from "../model/route.ts";
import { AttachDialog } from "./attach.tsx";
import { DetachDialog } from "./detach.tsx";
import { DrainDialog } from "./drain.tsx";
import { useFollowed } from "./follow.ts";
import { LinkState } from "./link.tsx";
import { shownText } from "./load_balancers.tsx";
import { Machines } from "./machines.tsx";
import { Empty, Failed, Heading, Notice, Search, Working } from "./parts.tsx";
import { useLoaded } from "./session.ts";
import { longestDrain, TargetGroups } from "./target_groups.tsx";

type Open = { dialog: "attach"; machine?: MachineInfo } | { dialog: "detach" | "drain"; machine: MachineInfo };

const NAMES: Record<Group, string> = { all: "All", healthy: "Healthy", unhealthy: "Unhealthy", other: "Other" };

export function LoadBalancerView({ name, kind }: Place) {
  const place = useMemo<Place>(() => ({ name, kind }), [name, kind]);
  const followed = useFollowed(place);
  const targets = useLoaded((service, signal) => service.targets(place, signal), [place]);
  const about = useLoaded((service, signal) => service.loadBalancers(signal), []);
  const own = about.value?.find((one) => one.name === name && (!kind || one.kind === kind));
  const [view, setView] = useState<View>(PLAIN);
  const [open, setOpen] = useState<Open>();

  const machines = followed.machines;
  const rows = useMemo(() => shown(machines.values(), view), [machines, view]);
  const counts = useMemo(() => counted(machines.values()), [machines]);
  const act = useCallback((dialog: Open["dialog"], machine: MachineInfo) => setOpen({ dialog, machine }), []);
  const close = () => setOpen(undefined);
  const known = followed.asOf !== undefined;

  return (
    <main>
      <p class="crumbs"><a href={href({ at: "loadBalancers" })}>Load balancers</a></p>
      <div class="title-row">
        <Heading title={name} />
        <LinkState followed={followed} />
      </div>
      {own && <Facts own={own} />}
      {followed.link.is === "ended" && <Failed failure={followed.link.failure} title="The machines cannot be followed" />}
      {followed.failure && known && <Notice tone="careful" title="AWS fails"><p>{followed.failure}. What is shown may be old.</p></Notice>}
      {targets.value && <TargetGroups groups={targets.value} />}
      {targets.failure && followed.link.is !== "ended" && <Failed failure={targets.failure} title="The target groups could not be read" again={targets.again} />}

      <div class="toolbar" hidden={followed.link.is === "ended" && !known}>
        <div class="filters" role="group" aria-label="Show machines by health">
          {GROUPS.map((group) => (
            <button
              key={group} type="button" class={`filter ${group}`} aria-pressed={view.group === group}
              onClick={() => setView({ ...view, group })}
            >
              {NAMES[group]} <span class="number">{known ? counts[group].toLocaleString("en") : "–"}</span>
            </button>
          ))}
        </div>
        <Search value={view.search} onInput={(search) => setView({ ...view, search })} label="Search machines" />
        <p class="shown" role="status">{known && rows.length !== counts.all && shownText(rows.length, counts.all, "machine")}</p>
        <span class="spacer" />
        <button type="button" class="primary" onClick={() => setOpen({ dialog: "attach" })}>Attach a machine…</button>
      </div>

      {!known && followed.link.is === "connecting" && <Working>Asking AWS for the machines…</Working>}
      {!known && followed.failure && <Notice tone="bad" title="AWS fails"><p>{followed.failure}.</p></Notice>}
      {known && counts.all === 0 && <Empty title="No machines"><p>Nothing that is a machine is registered in any target group here.</p></Empty>}
      {known && counts.all > 0 && rows.length === 0 && (
        <Empty title="Nothing matches">
          <p>None of the {counts.all.toLocaleString("en")} machines is what you look for.</p>
          <button type="button" onClick={() => setView({ ...view, search: "", group: "all" })}>Show all</button>
        </Empty>
      )}
      {rows.length > 0 && (
        <Machines rows={rows} view={view} onView={setView} onAct={act} stale={followed.link.is !== "live"} />
      )}

      {open?.dialog === "attach" && <AttachDialog place={place} groups={targets.value ?? []} id={open.machine?.instanceId} onClose={close} />}
      {open?.dialog === "detach" && <DetachDialog place={place} machine={open.machine} longest={longestDrain(targets.value, open.machine)} onClose={close} />}
      {open?.dialog === "drain" && <DrainDialog id={open.machine.instanceId} onClose={close} />}
    </main>
  );
}

function Facts({ own }: { own: LoadBalancer }) {
  return (
    <p class="facts">
      <span class="kind">{own.kind}</span>
      {own.scheme && <span>{own.scheme}</span>}
      {own.state && <span>{own.state.replace("_", " ")}</span>}
      {own.dnsName && <span class="mono">{own.dnsName}</span>}
    </p>
  );
}
