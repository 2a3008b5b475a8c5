// Why a request did not do what was asked.

import type { ErrorBody, ErrorCode, ItemOutcome } from "./types.ts";

export class Failure extends Error {
  /** The code of the contract; none where no answer came, or one that is not the service's. */
  readonly code: ErrorCode | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** What became of each part of the change. */
  readonly items: ItemOutcome[];

  constructor(message: string, told: { status?: number; body?: ErrorBody; requestId?: string } = {}) {
    super(message);
    this.code = told.body?.error;
    this.status = told.status;
    this.requestId = told.body?.requestId ?? told.requestId;
    this.items = told.body?.items ?? [];
  }

  /** Whether nobody answered. */
  get isLost(): boolean {
    return this.status === undefined;
  }

  /** Whether asking again may do: nobody answered, too many asked, or AWS's side failed. */
  get isPassing(): boolean {
    return this.isLost || this.status === 429 || (this.status ?? 0) >= 500;
  }
}

/** The failure that an answer tells. */
export async function failureOf(response: Response): Promise<Failure> {
  const status = response.status;
  const requestId = response.headers.get("X-Request-Id") ?? undefined;
  const body = await response.json().catch(() => undefined);
  if (isErrorBody(body)) return new Failure(sentence(body.message), { status, body });
  // A proxy in between has answers of its own.
  return new Failure(`The answer was ${status} ${response.statusText}`.trimEnd() + ", and not the service's.", {
    status,
    requestId,
  });
}

/** What went wrong, where no answer came. */
export function lost(): Failure {
  return new Failure("The service does not answer.");
}

export function asFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure(String(error));
}

function isErrorBody(body: unknown): body is ErrorBody {
  return typeof body === "object" && body !== null && "error" in body && "message" in body;
}

/** The service's sentences begin small, as the command line wants them. An instance id stays as it is. */
export function sentence(text: string): string {
  const first = text.charAt(0);
  const word = /^[a-z]+\b(?!-)/.test(text);
  return (word ? first.toUpperCase() + text.slice(1) : text) + (/[.!?]$/.test(text) ? "" : ".");
}
