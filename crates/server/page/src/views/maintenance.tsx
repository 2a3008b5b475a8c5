// Who is out for maintenance.

import { useState } from "preact/hooks";

import type { Drained, DrainedMachine } from "../api/types.ts";
import { href } from "../model/route.ts";
import { dayAndTime } from "../model/time.ts";
import { count, fromWhere } from "../model/words.ts";
import { Empty, Failed, Heading, Working } from "./parts.tsx";
import { RestoreDialog } from "./restore.tsx";
import { useLoaded } from "./session.ts";

export function Maintenance() {
  const listed = useLoaded((service, signal) => service.drained(signal), []);
  const [open, setOpen] = useState<{ machine: DrainedMachine; drained: Drained }>();
  const machines = listed.value;
  return (
    <main>
      <div class="title-row"><Heading title="Out for maintenance" /></div>
      <div class="toolbar">
        <p class="shown" role="status">{machines && count(machines.length, "machine")}</p>
        <span class="spacer" />
        <button type="button" onClick={listed.again}>Reload</button>
      </div>
      {listed.failure && <Failed failure={listed.failure} title="The machines could not be listed" again={listed.again} />}
      {!machines && listed.loading && <Working>Asking AWS who is drained…</Working>}
      {machines?.length === 0 && (
        <Empty title="Nobody is out">
          <p>A machine that is drained is listed here until it is restored: by whom, since when, and why.</p>
        </Empty>
      )}
      {machines && machines.length > 0 && (
        <table class="list drained">
          <thead>
            <tr><th scope="col">Machine</th><th scope="col">Out since</th><th scope="col">By</th><th scope="col">Reason</th><th scope="col">Was in</th><th scope="col" class="actions"><span class="hidden">Actions</span></th></tr>
          </thead>
          <tbody>
            {machines.map((machine) => <Row key={machine.instanceId} machine={machine} onRestore={(drained) => setOpen({ machine, drained })} />)}
          </tbody>
        </table>
      )}
      {open && (
        <RestoreDialog
          id={open.machine.instanceId} label={open.machine.name ?? open.machine.instanceId} drained={open.drained}
          onClose={() => (setOpen(undefined), listed.again())}
        />
      )}
    </main>
  );
}

function Row({ machine, onRestore }: { machine: DrainedMachine; onRestore: (drained: Drained) => void }) {
  const { instanceId, name, instanceState, drained } = machine;
  const label = name ?? instanceId;
  return (
    <tr>
      <th scope="row" class="machine">
        <a href={href({ at: "machine", id: instanceId })}>{label}</a>
        {name && <span class="mono muted">{instanceId}</span>}
        {instanceState !== "running" && <span class="badge careful">{instanceState}</span>}
      </th>
      <td class="since" data-label="Out since">{drained && dayAndTime(drained.since)}</td>
      <td class="by" data-label="By">{drained?.by}</td>
      <td class="reason" data-label="Reason">{drained?.reason ?? machine.warnings?.join(" ")}{drained?.standby && <span class="badge">standby</span>}</td>
      <td class="from" data-label="Was in"><ul>{drained?.from.map((one) => <li>{fromWhere(one)}</li>)}</ul></td>
      <td class="actions">{drained && <button type="button" onClick={() => onRestore(drained)}>Restore<span class="hidden"> {label}</span></button>}</td>
    </tr>
  );
}
