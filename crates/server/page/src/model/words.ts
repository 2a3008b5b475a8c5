// What the API tells in codes, as sentences.

import { sentence } from "../api/failure.ts";
import type { DrainedFrom, ErrorCode, ItemOutcome, Manager, Registration } from "../api/types.ts";

/** `default-tg, port 80`; a Classic load balancer has neither. */
export function placeOf(target: { targetGroup?: string; port?: number; address?: string }): string {
  const parts = [target.targetGroup, target.address, target.port === undefined ? undefined : `port ${target.port}`];
  return parts.filter(Boolean).join(", ") || "the load balancer itself";
}

/** `default-alb / default-tg, port 80` */
export function fromWhere(one: DrainedFrom | (Registration & { loadBalancer?: string })): string {
  const place = one.targetGroup || one.port ? placeOf(one) : undefined;
  return [one.loadBalancer ?? "no load balancer", place].filter(Boolean).join(" / ");
}

export type Verdict = { passes: boolean; word: string; sentence: string };

/** What a plan says of one registration. */
export function planned(item: ItemOutcome): Verdict {
  const attach = item.action === "attach";
  switch (item.outcome) {
    case "planned":
    case "done":
      return {
        passes: true,
        word: attach ? "Will be attached" : "Will be detached",
        sentence: attach
          ? "It takes traffic once its first health checks have passed."
          : "It drains first: open connections may finish, new ones go elsewhere.",
      };
    case "unchanged":
      return {
        passes: true,
        word: attach ? "Attached already" : "Not attached",
        sentence: "Nothing is to be done.",
      };
    default:
      return { passes: false, word: "Refused", sentence: refusal(item.error, item.message) };
  }
}

/** The guard speaks of its options as the API has them; the page has them as controls. */
export function refusal(code: ErrorCode | undefined, message: string | undefined): string {
  const told = message ?? code ?? "the service says no more";
  return sentence(isGuard(code) ? told.replace(/; force=true .*$/, "") : told);
}

export function isGuard(code: ErrorCode | undefined): boolean {
  return code === "WouldBreachMinimumHealthy";
}

const MANAGERS = {
  autoScaling: "an Auto Scaling group",
  ecs: "Amazon ECS",
  codeDeploy: "AWS CodeDeploy",
  kubernetes: "a Kubernetes cluster",
};

export function managedBy(manager: Manager): string {
  return MANAGERS[manager.kind] + (manager.name ? `, ${manager.name}` : "");
}

/** `1 machine`, `3 machines` */
export function count(number: number, one: string, more = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : more}`;
}

/** The reason as the header takes it: printable ASCII, 200 characters. */
export function reasonProblem(reason: string): string | undefined {
  if (reason.trim() === "") return "Say why: the reason goes into the log.";
  if (!/^[ -~]*$/.test(reason)) return "The reason may have letters without accents, digits and punctuation only.";
  return reason.length > 200 ? "The reason may have 200 characters." : undefined;
}

export function idProblem(id: string): string | undefined {
  if (id === "") return "Say which machine.";
  return /^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)
    ? undefined
    : "An instance id is i- and 8 or 17 hexadecimal digits, such as i-06060a1e235609999.";
}
