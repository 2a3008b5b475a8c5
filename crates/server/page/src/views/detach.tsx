// Takes a machine out of a load balancer: the plan first, then the change that was planned.

import { useEffect, useState } from "preact/hooks";

import { type Failure } from "../api/failure.ts";
import { settled } from "../api/pursue.ts";
import type { Place } from "../api/service.ts";
import type { ChangeItem, ChangeSet, MachineInfo } from "../api/types.ts";
import { stateWord } from "../model/health.ts";
import { isGuard, placeOf, planned, reasonProblem } from "../model/words.ts";
import { Dialog, Failed, Field, Notice, Working } from "./parts.tsx";
import { Plan } from "./plan.tsx";
import { useFailures, useSession } from "./session.ts";

export function DetachDialog({ place, machine, longest, onClose }: {
  place: Place; machine: MachineInfo; longest: number | undefined; onClose: () => void;
}) {
  const { service, activities } = useSession();
  const failed = useFailures();
  // The machine may change, or be gone, while the dialog is open; the question stays the one that was asked.
  const [asked] = useState(machine);
  const [which, setWhich] = useState(-1);
  const [plan, setPlan] = useState<ChangeSet>();
  const [failure, setFailure] = useState<Failure>();
  const [moved, setMoved] = useState(false);
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string>();
  const label = asked.name ?? asked.instanceId;
  const target = asked.targets[which];
  const items: ChangeItem[] = [{
    action: "detach",
    instanceId: asked.instanceId,
    ...(target?.targetGroup && { targetGroup: target.targetGroup }),
    ...(target?.port && { port: target.port }),
  }];

  function look() {
    setPlan(undefined);
    setFailure(undefined);
    service.change(place, items, { dryRun: true }).then(setPlan, (error: unknown) => setFailure(failed(error)));
  }
  useEffect(look, [which]);

  async function make(force: boolean) {
    const wrong = force ? reasonProblem(reason) : undefined;
    setProblem(wrong);
    if (wrong || busy || !plan) return;
    setBusy(true);
    setFailure(undefined);
    setMoved(false);
    try {
      await service.change(place, items, {
        force: force ? { reason: reason.trim() } : undefined,
        expectedMembership: plan.membershipVersion,
      });
    } catch (error) {
      setBusy(false);
      const why = failed(error);
      setMoved(why.code === "MembershipChanged");
      if (why.code === "MembershipChanged") return look();
      return setFailure(why);
    }
    activities.start({ title: `Detach ${label} from ${place.name}`, now: "AWS has shown it draining or gone", longest }, async (tell, signal) => {
      if (target) return `Detached from ${placeOf(target)}.`;
      const gone = await settled(service, place, asked.instanceId, "detached", ({ machine, trouble }) => {
        tell(trouble ? `${trouble.message} It is asked again.` : [...new Set(machine.targets.map((one) => stateWord(one.state)))].join(", "));
      }, signal);
      return gone.connectionsMayRemain ? "Gone. Connections may go on: this load balancer does not end them." : "Gone.";
    });
    onClose();
  }

  const refused = plan?.items.filter((item) => !planned(item).passes) ?? [];
  const guarded = refused.length > 0 && refused.every((item) => isGuard(item.error));
  return (
    <Dialog title={`Detach ${label} from ${place.name}`} onClose={onClose}>
      <div class="body">
        {asked.targets.length > 1 && (
          <Field label="From" id="which">
            <select id="which" value={which} onChange={(event) => setWhich(Number(event.currentTarget.value))}>
              <option value={-1}>all {asked.targets.length} registrations here</option>
              {asked.targets.map((one, place) => <option value={place}>{placeOf(one)}</option>)}
            </select>
          </Field>
        )}
        {moved && <Notice tone="careful"><p>The membership has changed since that plan was made. This is the plan for what is there now.</p></Notice>}
        {!plan && !failure && <Working>Asking for the plan…</Working>}
        {plan && <Plan plan={plan} names={new Map([[asked.instanceId, label]])} />}
        {failure && <Failed failure={failure} title={plan ? "It was not done" : "There is no plan"} again={look} />}
        {guarded && (
          <fieldset class="force">
            <legend>Detach all the same</legend>
            <p>The guard keeps a target group from losing its last healthy targets. Override it where you know better.</p>
            <Field label="Reason, for the log" id="reason" problem={problem}>
              <input
                id="reason" value={reason} maxlength={200} autocomplete="off" aria-invalid={!!problem}
                aria-describedby={problem ? "reason-problem" : undefined} onInput={(event) => setReason(event.currentTarget.value)}
              />
            </Field>
          </fieldset>
        )}
      </div>
      <footer>
        <button type="button" onClick={onClose}>Cancel</button>
        {guarded && <button type="button" class="danger" aria-disabled={busy} onClick={() => make(true)}>Detach anyway</button>}
        {plan && refused.length === 0 && <button type="button" class="primary" aria-disabled={busy} onClick={() => make(false)}>{busy ? "Detaching…" : "Detach"}</button>}
      </footer>
    </Dialog>
  );
}
