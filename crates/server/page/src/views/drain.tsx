// Takes a machine out of everything for maintenance. There is no dry run of it: what is shown is where the machine is.

import { useState } from "preact/hooks";

import type { Failure } from "../api/failure.ts";
import { settledEverywhere } from "../api/pursue.ts";
import type { MachineEverywhere } from "../api/types.ts";
import { fromWhere, isGuard, reasonProblem } from "../model/words.ts";
import { Dialog, Failed, Field, Notice, State, Working } from "./parts.tsx";
import { useFailures, useLoaded, useSession } from "./session.ts";

export function DrainDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { service, activities } = useSession();
  const failed = useFailures();
  const everywhere = useLoaded((service, signal) => service.everywhere(id, signal), [id]);
  const [reason, setReason] = useState("");
  const [standby, setStandby] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const machine = everywhere.value;
  const label = machine?.name ?? id;
  const guarded = isGuard(failure?.code);

  async function make(force: boolean) {
    const wrong = reasonProblem(reason);
    setProblem(wrong);
    if (wrong || busy) return;
    setBusy(true);
    setFailure(undefined);
    let out: MachineEverywhere;
    try {
      out = await service.drain(id, { reason: reason.trim(), force, standby });
    } catch (error) {
      setBusy(false);
      return setFailure(failed(error));
    }
    activities.start({ title: `Drain ${label}`, now: "AWS has shown it draining or gone everywhere" }, async (tell, signal) => {
      await settledEverywhere(service, out, "detached", ({ trouble }) => tell(trouble ? `${trouble.message} It is asked again.` : "Draining"), signal);
      return "Out of everything; its tags remember what it was in.";
    });
    onClose();
  }

  return (
    <Dialog title={`Drain ${label}`} onClose={onClose}>
      <form onSubmit={(event) => (event.preventDefault(), make(guarded))}>
        <div class="body">
          <p>Takes the machine out of every load balancer and target group, and remembers in its tags what it was in, so that it can be put back exactly so.</p>
          {everywhere.loading && !machine && <Working>Looking for the machine everywhere…</Working>}
          {everywhere.failure && <Failed failure={everywhere.failure} title="The machine could not be looked for" again={everywhere.again} />}
          {machine && <Leaves machine={machine} />}
          {machine?.autoScalingGroup && (
            <label class="check">
              <input type="checkbox" checked={standby} onChange={(event) => setStandby(event.currentTarget.checked)} />
              <span>Put it into Standby in the Auto Scaling group <strong>{machine.autoScalingGroup}</strong>, which would replace it otherwise.</span>
            </label>
          )}
          <Field label="Reason, for the log and for whoever restores it" id="drain-reason" problem={problem}>
            <input
              id="drain-reason" value={reason} maxlength={200} autofocus autocomplete="off" placeholder="kernel update" aria-invalid={!!problem}
              aria-describedby={problem ? "drain-reason-problem" : undefined} onInput={(event) => setReason(event.currentTarget.value)}
            />
          </Field>
          {failure && <Failed failure={failure} title="Nothing was drained" />}
          {guarded && <p class="hint">With “Drain anyway” it is drained all the same, for the reason that you give.</p>}
        </div>
        <footer>
          <button type="button" onClick={onClose}>Cancel</button>
          {guarded
            ? <button type="submit" class="danger" aria-disabled={busy}>Drain anyway</button>
            : <button type="submit" class="primary" aria-disabled={busy || !machine}>{busy ? "Draining…" : "Drain"}</button>}
        </footer>
      </form>
    </Dialog>
  );
}

function Leaves({ machine }: { machine: MachineEverywhere }) {
  return (
    <section class="plan" aria-label="Where it is">
      <h3>Where it is</h3>
      {machine.registrations.length === 0
        ? <p>It is registered nowhere.</p>
        : <ul>{machine.registrations.map((one) => <li><State state={one.state} /><span>{fromWhere(one)}</span></li>)}</ul>}
      {!machine.complete && <Notice tone="careful"><p>Not everything could be looked at; a drain is refused until it can.</p></Notice>}
      {machine.warnings?.map((warning) => <Notice tone="careful"><p>{warning}</p></Notice>)}
    </section>
  );
}
