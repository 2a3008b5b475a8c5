// The machines as a table that stays quick with a thousand rows: a row is drawn again only when its machine has changed, and the
// browser lays out only those that are seen.

import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";

import type { MachineInfo, Registration } from "../api/types.ts";
import { tone } from "../model/health.ts";
import type { Column, View } from "../model/list.ts";
import { href } from "../model/route.ts";
import { day } from "../model/time.ts";
import { placeOf } from "../model/words.ts";
import { Icon, State } from "./parts.tsx";

type Act = (dialog: "attach" | "detach" | "drain", machine: MachineInfo) => void;

const COLUMNS: { column: Column; title: string }[] = [
  { column: "health", title: "Health" },
  { column: "machine", title: "Machine" },
  { column: "zone", title: "Zone" },
  { column: "launched", title: "Launched" },
];

/** More rows than a tall window has. */
const AT_ONCE = 60;

export function Machines({ rows, view, onView, onAct, stale }: {
  rows: MachineInfo[]; view: View; onView: (view: View) => void; onAct: Act; stale: boolean;
}) {
  // The same object is the same row, which Preact does not look into.
  const drawn = useMemo(() => new WeakMap<MachineInfo, VNode>(), [onAct]);
  const row = (machine: MachineInfo) => {
    const known = drawn.get(machine) ?? <Row key={machine.instanceId} machine={machine} onAct={onAct} />;
    drawn.set(machine, known);
    return known;
  };
  const begun = useGradually(rows.length, view);
  return (
    <table class={`list machines ${stale ? "stale" : ""}`}>
      <thead>
        <tr>
          {COLUMNS.map(({ column, title }) => <Sortable key={column} column={column} title={title} view={view} onView={onView} />)}
          <th scope="col">Registered in</th>
          <th scope="col" class="actions"><span class="hidden">Actions</span></th>
        </tr>
      </thead>
      <tbody>{rows.slice(0, begun).map(row)}</tbody>
    </table>
  );
}

/** How many rows are drawn: at once as many as are seen, then more with each frame, so that a key is never held up by a thousand. */
function useGradually(all: number, view: View): number {
  const [drawn, setDrawn] = useState({ view, rows: AT_ONCE });
  const rows = drawn.view === view ? drawn.rows : AT_ONCE;
  useEffect(() => {
    if (rows >= all) return;
    const frame = requestAnimationFrame(() => setDrawn({ view, rows: rows + AT_ONCE }));
    return () => cancelAnimationFrame(frame);
  }, [all, view, rows]);
  return rows;
}

function Sortable({ column, title, view, onView }: { column: Column; title: string; view: View; onView: (view: View) => void }) {
  const sorted = view.column === column;
  const descending = sorted && !view.descending;
  return (
    <th scope="col" class={column} aria-sort={sorted ? (view.descending ? "descending" : "ascending") : undefined}>
      <button type="button" class="sort" onClick={() => onView({ ...view, column, descending })}>
        {title}<span class="arrow" aria-hidden="true">{sorted ? (view.descending ? "↓" : "↑") : ""}</span>
      </button>
    </th>
  );
}

function Row({ machine, onAct }: { machine: MachineInfo; onAct: Act }) {
  const { instanceId, name, instanceType, availabilityZone, privateIpAddress, launchDate, instanceState, targets } = machine;
  const label = name ?? instanceId;
  // What drains already is not detached once more, but can be attached again.
  const leaving = targets.every((target) => target.state === "draining");
  const act = (dialog: Parameters<Act>[0], word: string) => (
    <button type="button" onClick={() => onAct(dialog, machine)}>{word}<span class="hidden"> {label}</span></button>
  );
  return (
    <tr class={tone(machine.health)}>
      <td class="health"><State state={machine.health} /></td>
      <th scope="row" class="machine">
        <a href={href({ at: "machine", id: instanceId })}>{label}</a>
        {name && <span class="mono muted">{instanceId}</span>}
        <span class="muted details">
          {[instanceType, privateIpAddress].filter(Boolean).join(" · ")}
          {instanceState && instanceState !== "running" && <span class="badge careful">{instanceState}</span>}
        </span>
      </th>
      <td class="zone">{availabilityZone ?? <span class="muted">unknown</span>}</td>
      <td class="launched">{launchDate ? day(launchDate) : <span class="muted">unknown</span>}</td>
      <td class="targets"><ul>{targets.map((target) => <Target key={placeOf(target)} target={target} alone={targets.length === 1} />)}</ul></td>
      <td class="actions">
        {leaving ? act("attach", "Attach again") : [act("detach", "Detach"), act("drain", "Drain")]}
      </td>
    </tr>
  );
}

/** What is not healthy says why, and what to do. */
function Target({ target, alone }: { target: Registration; alone: boolean }) {
  return (
    <li>
      <span class="place">{!alone && <Icon tone={tone(target.state)} />}{placeOf(target)}</span>
      {target.state !== "healthy" && (target.remedy ?? target.description) && (
        <span class="why"><span>{target.description ?? target.reason}</span>{target.remedy && <span class="remedy">{target.remedy}</span>}</span>
      )}
    </li>
  );
}
