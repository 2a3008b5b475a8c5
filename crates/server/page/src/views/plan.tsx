// A plan, before anything is done: what becomes of each registration.

import type { ChangeSet } from "../api/types.ts";
import { placeOf, planned } from "../model/words.ts";
import { Icon, Notice } from "./parts.tsx";

export function Plan({ plan, names }: { plan: ChangeSet; names?: Map<string, string> }) {
  return (
    <section class="plan" aria-label="Plan">
      <h3>The plan</h3>
      <ul>
        {plan.items.map((item) => {
          const verdict = planned(item);
          const id = item.instanceId ?? "";
          return (
            <li class={verdict.passes ? "passes" : "refused"}>
              <Icon tone={verdict.passes ? "good" : "bad"} />
              <div>
                <p><strong>{verdict.word}</strong> <span>{[names?.get(id) ?? id, item.targetGroup && placeOf(item)].filter(Boolean).join(", ")}</span></p>
                <p class="sentence">{verdict.sentence}</p>
              </div>
            </li>
          );
        })}
      </ul>
      {plan.warnings?.map((warning) => <Notice tone="careful"><p>{warning}</p></Notice>)}
    </section>
  );
}
