// The machines of a load balancer, live.

import { useEffect, useState } from "preact/hooks";

import type { Failure } from "../api/failure.ts";
import { follow } from "../api/follow.ts";
import type { Place } from "../api/service.ts";
import { apply, type Followed, NOTHING } from "../model/following.ts";
import { useFailures, useSession } from "./session.ts";

/** How the connection is. */
export type Link =
  | { is: "connecting" }
  | { is: "live" }
  | { is: "lost"; failure: Failure; again: number }
  | { is: "ended"; failure: Failure };

export interface Followings extends Followed {
  link: Link;
  /** Connects again now. */
  now(): void;
}

export function useFollowed(place: Place): Followings {
  const { service } = useSession();
  const failed = useFailures();
  const [followed, setFollowed] = useState(NOTHING);
  const [link, setLink] = useState<Link>({ is: "connecting" });
  const [now, setNow] = useState(() => () => {});
  useEffect(() => {
    setFollowed(NOTHING);
    setLink({ is: "connecting" });
    const following = follow((signal) => service.events(place, signal), {
      event(event) {
        setFollowed((before) => apply(before, event));
        setLink({ is: "live" });
      },
      lost: (failure, again) => setLink({ is: "lost", failure, again }),
      ended: (failure) => setLink({ is: "ended", failure: failed(failure) }),
    });
    setNow(() => following.now);
    // A machine that wakes up, or finds its network again, need not wait.
    window.addEventListener("online", following.now);
    document.addEventListener("visibilitychange", following.now);
    return () => {
      window.removeEventListener("online", following.now);
      document.removeEventListener("visibilitychange", following.now);
      following.stop();
    };
  }, [service, place.name, place.kind]);
  return { ...followed, link, now };
}
