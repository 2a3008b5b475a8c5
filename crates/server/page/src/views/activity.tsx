// The changes of this visit, at the foot of the page.

import { useEffect, useState } from "preact/hooks";

import type { Activity } from "../model/activities.ts";
import { lasting } from "../model/time.ts";
import { Icon } from "./parts.tsx";
import { useNow, useSession } from "./session.ts";

export function ActivityList() {
  const { activities } = useSession();
  const [all, setAll] = useState(activities.all);
  useEffect(() => (setAll(activities.all), activities.listen(setAll)), [activities]);
  const now = useNow(all.some((one) => one.stage === "working"));
  return (
    <section class="activities" aria-label="Changes of this visit" hidden={all.length === 0}>
      <ul aria-live="polite" aria-relevant="additions text">
        {all.map((one) => <Line key={one.id} one={one} now={now} onForget={() => activities.forget(one.id)} />)}
      </ul>
    </section>
  );
}

function Line({ one, now, onForget }: { one: Activity; now: number; onForget: () => void }) {
  const tone = { working: "moving", done: "good", failed: "bad" } as const;
  const passed = now - one.started;
  return (
    <li class={`stage-${one.stage}`}>
      <Icon tone={tone[one.stage]} />
      <strong>{one.title}</strong>
      <span class="now">{one.now}{one.failure?.requestId && <> request <code>{one.failure.requestId}</code></>}</span>
      {one.stage === "working"
        // Every second of it need not be heard.
        ? <span class="time" aria-hidden="true">{lasting(passed)}{one.longest !== undefined && passed <= one.longest && ` of up to ${lasting(one.longest)}`}</span>
        : <button type="button" class="quiet close" aria-label={`Forget: ${one.title}`} onClick={onForget}><svg viewBox="0 0 16 16" aria-hidden="true"><path d="m4 4 8 8m0-8-8 8" /></svg></button>}
    </li>
  );
}
