// The load balancers of the region.

import { useEffect, useMemo, useState } from "preact/hooks";

import type { Counts, LoadBalancer } from "../api/types.ts";
import { found } from "../model/list.ts";
import { href } from "../model/route.ts";
import { clock } from "../model/time.ts";
import { count } from "../model/words.ts";
import { Empty, Failed, Heading, Icon, Search, Working } from "./parts.tsx";
import { useLoaded, useSession } from "./session.ts";

/** Each target group costs a call of AWS, whose limit all tools of the account share: more than so many are counted on demand. */
const COUNTED_AT_ONCE = 50;
/** How often they are counted again while somebody looks. */
const EVERY = 30_000;

export function LoadBalancers() {
  const listed = useLoaded((service, signal) => service.loadBalancers(signal), []);
  const [search, setSearch] = useState("");
  const counts = useCounts(listed.value);
  const rows = useMemo(() => found(listed.value ?? [], search), [listed.value, search]);

  return (
    <main>
      <div class="title-row">
        <Heading title="Load balancers" />
        {counts.asOf && <p class="as-of">counted at {clock(counts.asOf)}</p>}
      </div>
      <div class="toolbar">
        <Search value={search} onInput={setSearch} label="Search name, target group, DNS name" />
        <p class="shown" role="status">{listed.value && shownText(rows.length, listed.value.length, "load balancer")}</p>
        <span class="spacer" />
        {counts.wanted && <button type="button" onClick={counts.count}>Count machines</button>}
        <button type="button" onClick={() => (listed.again(), counts.again())}>Reload</button>
      </div>
      {listed.failure && <Failed failure={listed.failure} title="The load balancers could not be listed" again={listed.again} />}
      {counts.failure && <Failed failure={counts.failure} title="The machines could not be counted" again={counts.again} />}
      {!listed.value && listed.loading && <Working>Asking AWS for the load balancers…</Working>}
      {listed.value?.length === 0 && (
        <Empty title="No load balancers">
          <p>The region has none, or none that these credentials are for.</p>
        </Empty>
      )}
      {listed.value && listed.value.length > 0 && rows.length === 0 && (
        <Empty title="Nothing matches">
          <p>No load balancer has “{search}” in its name, target groups or DNS name.</p>
          <button type="button" onClick={() => setSearch("")}>Show all</button>
        </Empty>
      )}
      {rows.length > 0 && (
        <table class="list balancers">
          <thead>
            <tr><th scope="col">Name</th><th scope="col">Machines</th><th scope="col">Target groups</th><th scope="col">Scheme</th><th scope="col">DNS name</th></tr>
          </thead>
          <tbody>
            {rows.map((one) => <Row key={`${one.kind} ${one.name}`} one={one} counts={counts.of.get(`${one.kind} ${one.name}`)} counting={counts.counting} />)}
          </tbody>
        </table>
      )}
    </main>
  );
}

function Row({ one, counts, counting }: { one: LoadBalancer; counts: Counts | undefined; counting: boolean }) {
  return (
    <tr>
      <th scope="row" class="name">
        <a href={href({ at: "loadBalancer", name: one.name, kind: one.kind })}>{one.name}</a>
        <span class="kind">{one.kind}</span>
        {one.state && one.state !== "active" && <span class="badge careful">{one.state.replace("_", " ")}</span>}
      </th>
      <td class="machines">{counts ? <Health counts={counts} /> : <span class="muted">{counting ? "counting…" : "not counted"}</span>}</td>
      <td class="groups">{one.targetGroups.map((group) => group.name).join(", ") || <span class="muted">no target groups</span>}</td>
      <td class="scheme">{one.scheme ?? ""}</td>
      <td class="dns" title={one.dnsName}><span class="mono">{one.dnsName ?? ""}</span></td>
    </tr>
  );
}

/** Numbers in words and as a bar. */
function Health({ counts }: { counts: Counts }) {
  const { healthy, unhealthy, other } = counts;
  const all = healthy + unhealthy + other;
  if (all === 0) return <span class="state idle"><Icon tone="idle" />no machines</span>;
  const worst = unhealthy > 0 ? "bad" : other > 0 ? "moving" : "good";
  return (
    <span class="health">
      <span class={`state ${worst}`}><Icon tone={worst} />{healthy} of {all} healthy</span>
      <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="good" width={(100 * healthy) / all} height="4" />
        <rect class="moving" x={(100 * healthy) / all} width={(100 * other) / all} height="4" />
        <rect class="bad" x={(100 * (healthy + other)) / all} width={(100 * unhealthy) / all} height="4" />
      </svg>
      {unhealthy > 0 && <span class="muted">{count(unhealthy, "unhealthy", "unhealthy")}</span>}
    </span>
  );
}

function useCounts(listed: LoadBalancer[] | undefined) {
  const { service } = useSession();
  const [demanded, setDemanded] = useState(false);
  const groups = listed?.reduce((sum, one) => sum + Math.max(1, one.targetGroups.length), 0) ?? 0;
  const few = listed !== undefined && groups > 0 && groups <= COUNTED_AT_ONCE;
  const counting = few || (demanded && listed !== undefined);
  const loaded = useLoaded((_, signal) => (counting ? service.counted(signal) : Promise.resolve(undefined)), [counting]);
  useEffect(() => {
    if (!few) return;
    const timer = setInterval(() => document.visibilityState === "visible" && loaded.again(), EVERY);
    return () => clearInterval(timer);
  }, [few]);
  const of = useMemo(() => new Map(loaded.value?.map((one) => [`${one.kind} ${one.name}`, one.counts!])), [loaded.value]);
  return {
    of,
    asOf: [...of.values()].map((counts) => counts.asOf).sort()[0],
    counting: counting && loaded.loading,
    failure: loaded.failure,
    again: loaded.again,
    wanted: listed !== undefined && groups > 0 && !counting,
    count: () => setDemanded(true),
  };
}

/** `4 load balancers`, `2 of 4 load balancers` */
export function shownText(shown: number, all: number, what: string): string {
  return shown === all ? count(all, what) : `${shown.toLocaleString("en")} of ${count(all, what)}`;
}
