// Puts a machine behind a load balancer: the plan first, then the change that was planned.

import { useState } from "preact/hooks";

import { type Failure } from "../api/failure.ts";
import { settled } from "../api/pursue.ts";
import type { Place } from "../api/service.ts";
import type { ChangeItem, ChangeSet, TargetGroupTargets } from "../api/types.ts";
import { idProblem, planned } from "../model/words.ts";
import { Dialog, Failed, Field, Notice, Working } from "./parts.tsx";
import { Plan } from "./plan.tsx";
import { useFailures, useSession } from "./session.ts";

export function AttachDialog({ place, groups, id: known = "", onClose }: {
  place: Place; groups: TargetGroupTargets[]; id?: string | undefined; onClose: () => void;
}) {
  const { service, activities } = useSession();
  const failed = useFailures();
  const [id, setId] = useState(known);
  const [group, setGroup] = useState("");
  const [port, setPort] = useState("");
  const [problem, setProblem] = useState<string>();
  const [plan, setPlan] = useState<ChangeSet>();
  const [failure, setFailure] = useState<Failure>();
  const [moved, setMoved] = useState(false);
  const [busy, setBusy] = useState(false);
  const named = groups.filter((one) => one.targetGroup !== undefined);
  const machine = id.trim();
  const items: ChangeItem[] = [{
    action: "attach",
    instanceId: machine,
    ...(group && { targetGroup: group }),
    ...(port && { port: Number(port) }),
  }];

  /** What was planned does not stand any more. */
  function changed(set: () => void) {
    set();
    setPlan(undefined);
    setFailure(undefined);
    setMoved(false);
  }

  async function look() {
    const wrong = idProblem(machine);
    setProblem(wrong);
    if (wrong || busy) return;
    setBusy(true);
    setPlan(undefined);
    setFailure(undefined);
    try {
      setPlan(await service.change(place, items, { dryRun: true }));
    } catch (error) {
      setFailure(failed(error));
    } finally {
      setBusy(false);
    }
  }

  async function make() {
    if (busy || !plan) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await service.change(place, items, { expectedMembership: plan.membershipVersion });
    } catch (error) {
      setBusy(false);
      const why = failed(error);
      setMoved(why.code === "MembershipChanged");
      if (why.code === "MembershipChanged") return look();
      return setFailure(why);
    }
    activities.start({ title: `Attach ${machine} to ${place.name}`, now: "Registered, AWS has shown it" }, async (tell, signal) => {
      await settled(service, place, machine, "healthy", ({ machine, trouble }) => {
        tell(trouble ? `${trouble.message} It is asked again.` : (machine.targets.find((one) => one.state !== "healthy")?.description ?? "Registered"));
      }, signal);
      return "Healthy.";
    });
    onClose();
  }

  const passes = plan?.items.every((item) => planned(item).passes && item.outcome !== "unchanged");
  return (
    <Dialog title={`Attach a machine to ${place.name}`} onClose={onClose}>
      <form onSubmit={(event) => (event.preventDefault(), plan && passes ? make() : look())}>
        <div class="body">
          <Field label="Instance id" id="machine" problem={problem}>
            <input
              id="machine" class="mono" value={id} autofocus autocomplete="off" autocapitalize="none" spellcheck={false} placeholder="i-06060a1e235609999"
              aria-invalid={!!problem} aria-describedby={problem ? "machine-problem" : undefined}
              onInput={(event) => { const { value } = event.currentTarget; changed(() => setId(value)); }}
            />
          </Field>
          {named.length > 0 && (
            <div class="two">
              <Field label="Target group" id="group">
                <select id="group" value={group} onChange={(event) => { const { value } = event.currentTarget; changed(() => setGroup(value)); }}>
                  <option value="">{named.length === 1 ? named[0]!.targetGroup : "as the listeners forward"}</option>
                  {named.length > 1 && named.map((one) => <option value={one.targetGroup}>{one.targetGroup}</option>)}
                </select>
              </Field>
              <Field label="Port" id="port">
                <input
                  id="port" type="number" min={1} max={65535} value={port} placeholder="the target group's"
                  onInput={(event) => { const { value } = event.currentTarget; changed(() => setPort(value)); }}
                />
              </Field>
            </div>
          )}
          {busy && !plan && <Working>Asking for the plan…</Working>}
          {moved && plan && <Notice tone="careful"><p>The membership has changed since that plan was made. This is the plan for what is there now.</p></Notice>}
          {plan && <Plan plan={plan} />}
          {failure && <Failed failure={failure} title={plan ? "It was not done" : "There is no plan"} />}
        </div>
        <footer>
          <button type="button" onClick={onClose}>Cancel</button>
          {plan && passes
            ? <button type="submit" class="primary" aria-disabled={busy}>{busy ? "Attaching…" : "Attach"}</button>
            : <button type="submit" class="primary" aria-disabled={busy}>Show the plan</button>}
        </footer>
      </form>
    </Dialog>
  );
}
