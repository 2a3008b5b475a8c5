// Puts a machine back exactly where it was before it was drained.

import { useState } from "preact/hooks";

import type { Failure } from "../api/failure.ts";
import { settledEverywhere } from "../api/pursue.ts";
import type { Drained, MachineEverywhere } from "../api/types.ts";
import { dayAndTime } from "../model/time.ts";
import { fromWhere } from "../model/words.ts";
import { Dialog, Failed } from "./parts.tsx";
import { useFailures, useSession } from "./session.ts";

export function RestoreDialog({ id, label, drained, onClose }: { id: string; label: string; drained: Drained; onClose: () => void }) {
  const { service, activities } = useSession();
  const failed = useFailures();
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const gone = failure?.code === "TargetGroupNotFound";

  async function make(skipGone: boolean) {
    if (busy) return;
    setBusy(true);
    setFailure(undefined);
    let back: MachineEverywhere;
    try {
      back = await service.restore(id, { skipGone });
    } catch (error) {
      setBusy(false);
      return setFailure(failed(error));
    }
    activities.start({ title: `Restore ${label}`, now: "Registered everywhere, AWS has shown it" }, async (tell, signal) => {
      await settledEverywhere(service, back, "healthy", ({ machine, trouble }) => {
        tell(trouble ? `${trouble.message} It is asked again.` : (machine.targets.find((one) => one.state !== "healthy")?.description ?? "Registered"));
      }, signal);
      return "Back, and healthy everywhere.";
    });
    onClose();
  }

  return (
    <Dialog title={`Restore ${label}`} onClose={onClose}>
      <div class="body">
        <Out drained={drained} />
        <section class="plan" aria-label="Back to">
          <h3>Back to</h3>
          <ul>{drained.from.map((one) => <li><span>{fromWhere(one)}</span></li>)}</ul>
        </section>
        {failure && <Failed failure={failure} title="Nothing was restored" />}
      </div>
      <footer>
        <button type="button" onClick={onClose}>Cancel</button>
        {gone && <button type="button" class="danger" aria-disabled={busy} onClick={() => make(true)}>Restore the rest</button>}
        {!gone && <button type="button" class="primary" aria-disabled={busy} onClick={() => make(false)}>{busy ? "Restoring…" : "Restore"}</button>}
      </footer>
    </Dialog>
  );
}

export function Out({ drained }: { drained: Drained }) {
  return (
    <p>
      Out since {dayAndTime(drained.since)}, drained by <strong>{drained.by}</strong>{drained.reason && <>: {drained.reason}</>}
      {drained.standby && "; in Standby meanwhile"}.
    </p>
  );
}
