// Where in the page one is. It stands behind the `#` of the address: the server does not see it, and a link to it can be kept.

import type { Kind } from "../api/types.ts";

export type Route =
  | { at: "loadBalancers" }
  | { at: "loadBalancer"; name: string; kind: Kind | undefined }
  | { at: "maintenance" }
  | { at: "machine"; id: string }
  | { at: "nowhere" };

const KINDS: Record<Kind, true> = { application: true, network: true, gateway: true, classic: true };

export function read(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const [place, name, ...rest] = path.split("/").filter(Boolean).map(decoded);
  if (place === undefined) return { at: "loadBalancers" };
  if (rest.length > 0) return { at: "nowhere" };
  if (place === "maintenance" && name === undefined) return { at: "maintenance" };
  if (place === "machines" && name) return { at: "machine", id: name };
  if (place !== "load-balancers") return { at: "nowhere" };
  if (!name) return { at: "loadBalancers" };
  const kind = new URLSearchParams(query).get("kind");
  return { at: "loadBalancer", name, kind: kind !== null && kind in KINDS ? (kind as Kind) : undefined };
}

export function href(route: Exclude<Route, { at: "nowhere" }>): string {
  switch (route.at) {
    case "loadBalancers":
      return "#/";
    case "maintenance":
      return "#/maintenance";
    case "machine":
      return `#/machines/${encodeURIComponent(route.id)}`;
    case "loadBalancer":
      return `#/load-balancers/${encodeURIComponent(route.name)}${route.kind ? `?kind=${route.kind}` : ""}`;
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
