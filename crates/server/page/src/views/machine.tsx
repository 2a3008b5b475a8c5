// One machine in every load balancer and target group of the region.

import { useEffect, useState } from "preact/hooks";

import type { MachineEverywhere, PlacedRegistration } from "../api/types.ts";
import { href } from "../model/route.ts";
import { clock, dayAndTime } from "../model/time.ts";
import { placeOf } from "../model/words.ts";
import { DrainDialog } from "./drain.tsx";
import { Empty, Failed, Heading, Notice, State, Working } from "./parts.tsx";
import { Out, RestoreDialog } from "./restore.tsx";
import { useLoaded, useSession } from "./session.ts";

export function MachineView({ id }: { id: string }) {
  const { activities } = useSession();
  const loaded = useLoaded((service, signal) => service.everywhere(id, signal), [id]);
  const [open, setOpen] = useState<"drain" | "restore">();
  const machine = loaded.value;
  const label = machine?.name ?? id;
  // What is done to it from here shows here.
  useEffect(() => activities.listen(loaded.again), [activities, loaded.again]);
  const close = () => (setOpen(undefined), loaded.again());

  return (
    <main>
      <p class="crumbs"><a href={href({ at: "loadBalancers" })}>Load balancers</a></p>
      <div class="title-row">
        <Heading title={label} />
        {machine && <p class="as-of">as of {clock(machine.asOf)}</p>}
      </div>
      {machine && <Facts machine={machine} />}
      <div class="toolbar">
        <span class="spacer" />
        <button type="button" onClick={loaded.again}>Reload</button>
        {machine?.drained && <button type="button" class="primary" onClick={() => setOpen("restore")}>Restore…</button>}
        {machine && machine.registrations.some((one) => one.state !== "draining") && <button type="button" onClick={() => setOpen("drain")}>Drain…</button>}
      </div>
      {loaded.failure && <Failed failure={loaded.failure} title="The machine could not be shown" again={loaded.failure.isPassing ? loaded.again : undefined} />}
      {!machine && loaded.loading && <Working>Looking for the machine everywhere…</Working>}
      {machine && !machine.complete && <Notice tone="careful" title="Not everything could be looked at" />}
      {machine?.warnings?.map((warning) => <Notice tone="careful"><p>{warning}</p></Notice>)}
      {machine?.drained && <Notice tone="plain" title="Out for maintenance"><Out drained={machine.drained} /></Notice>}
      {machine && machine.registrations.length === 0 && (
        <Empty title="Registered nowhere"><p>No load balancer or target group of the region has it. Attach it from the page of a load balancer.</p></Empty>
      )}
      {machine && machine.registrations.length > 0 && (
        <table class="list registrations">
          <thead><tr><th scope="col">Health</th><th scope="col">Load balancer</th><th scope="col">Registered in</th><th scope="col">Why</th></tr></thead>
          <tbody>{machine.registrations.map((one) => <Row one={one} />)}</tbody>
        </table>
      )}
      {open === "drain" && <DrainDialog id={id} onClose={close} />}
      {open === "restore" && machine?.drained && <RestoreDialog id={id} label={label} drained={machine.drained} onClose={close} />}
    </main>
  );
}

function Row({ one }: { one: PlacedRegistration }) {
  return (
    <tr>
      <td class="health"><State state={one.state} /></td>
      <th scope="row" class="name">
        {one.loadBalancer ? <a href={href({ at: "loadBalancer", name: one.loadBalancer, kind: one.kind })}>{one.loadBalancer}</a> : <span class="muted">none</span>}
        {one.kind && <span class="kind">{one.kind}</span>}
      </th>
      <td class="place">{placeOf(one)}</td>
      <td class="why">{one.state !== "healthy" && <><span>{one.description ?? one.reason}</span> {one.remedy && <span class="remedy">{one.remedy}</span>}</>}</td>
    </tr>
  );
}

function Facts({ machine }: { machine: MachineEverywhere }) {
  return (
    <p class="facts">
      <span class="mono">{machine.instanceId}</span>
      {machine.instanceType && <span>{machine.instanceType}</span>}
      {machine.instanceState && <span>{machine.instanceState}</span>}
      {machine.availabilityZone && <span>{machine.availabilityZone}</span>}
      {machine.privateIpAddress && <span class="mono">{machine.privateIpAddress}</span>}
      {machine.launchDate && <span>launched {dayAndTime(machine.launchDate)}</span>}
      {machine.autoScalingGroup && <span>in Auto Scaling group {machine.autoScalingGroup}</span>}
    </p>
  );
}
