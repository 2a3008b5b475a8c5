// Whether what is shown is what is there.

import { clock, lasting } from "../model/time.ts";
import type { Followings } from "./follow.ts";
import { useNow } from "./session.ts";

export function LinkState({ followed }: { followed: Followings }) {
  const { link, asOf } = followed;
  const now = useNow(link.is === "lost");
  if (link.is === "ended") return null;
  const seen = asOf ? `as of ${clock(asOf)}` : "";
  return (
    <p class={`link ${followed.failure && link.is === "live" ? "lost" : link.is}`}>
      <span class="dot" aria-hidden="true" />
      {link.is === "live" && <span role="status">{followed.failure ? "AWS fails" : "Live"}</span>}
      {link.is === "connecting" && <span role="status">Connecting</span>}
      {link.is === "lost" && (
        <>
          <span role="status">Connection lost</span>
          <span>{link.again > now ? `again in ${lasting(link.again - now + 999)}` : "connecting"}</span>
          <button type="button" class="quiet" onClick={followed.now}>Now</button>
        </>
      )}
      {seen && <span class="muted">{seen}</span>}
    </p>
  );
}
