// Small parts that every view uses.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

import type { Failure } from "../api/failure.ts";
import type { TargetState } from "../api/types.ts";
import { stateWord, type Tone, tone } from "../model/health.ts";
import { managedBy, refusal } from "../model/words.ts";
import type { Manager } from "../api/types.ts";

const SHAPES: Record<Tone, JSX.Element> = {
  good: <path d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.6 5.3-4.3 4.8-2.8-2.6.9-1 1.8 1.7 3.3-3.8Z" />,
  bad: <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1Zm.7 3.7L4.7 5.8 6.9 8l-2.2 2.2 1.1 1.1L8 9.1l2.2 2.2 1.1-1.1L9.1 8l2.2-2.2-1.1-1.1L8 6.9Z" />,
  moving: <path d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.5v11a5.5 5.5 0 0 1 0-11Z" />,
  idle: <path d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM4.8 7.2h6.4v1.6H4.8Z" />,
};

export function Icon({ tone }: { tone: Tone }) {
  return <svg class={`icon ${tone}`} viewBox="0 0 16 16" aria-hidden="true">{SHAPES[tone]}</svg>;
}

export function State({ state }: { state: TargetState | undefined }) {
  const its = tone(state);
  return <span class={`state ${its}`}><Icon tone={its} />{state ? stateWord(state) : "Not registered"}</span>;
}

/** Something that has to be read: what failed, what to be careful of. */
export function Notice({ tone, title, children }: { tone: "bad" | "careful" | "plain"; title?: string; children?: ComponentChildren }) {
  return (
    <div class={`notice ${tone}`} role={tone === "bad" ? "alert" : undefined}>
      {title && <strong>{title}</strong>}
      {children}
    </div>
  );
}

/** What the service says, and by which id its log knows it. */
export function Failed({ failure, title, again }: { failure: Failure; title?: string; again?: (() => void) | undefined }) {
  return (
    <Notice tone="bad" title={title}>
      <p>{refusal(failure.code, failure.message)}</p>
      {failure.items.length > 0 && (
        <ul>{failure.items.filter((item) => item.message).map((item) => <li><code>{item.instanceId ?? item.targetGroup}</code> {item.message}</li>)}</ul>
      )}
      {(failure.code || failure.requestId) && (
        <p class="origin">
          {failure.code && <code>{failure.code}</code>}
          {failure.code && failure.requestId && " · "}
          {failure.requestId && <>request <code>{failure.requestId}</code></>}
        </p>
      )}
      {again && <button type="button" onClick={again}>Try again</button>}
    </Notice>
  );
}

export function Managed({ manager }: { manager: Manager }) {
  return <span class="managed">managed by {managedBy(manager)}</span>;
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return <div class="empty"><p class="title">{title}</p>{children}</div>;
}

/** The heading of a view. It takes the focus when the view opens, so that keyboard and screen reader go on from there. */
export function Heading({ title, focus = true }: { title: string; focus?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · elb-instance-manager`;
    if (focus && "moved" in document.body.dataset) heading.current?.focus({ preventScroll: true });
  }, [title]);
  return <h1 ref={heading} tabIndex={-1}>{title}</h1>;
}

export function Search({ value, onInput, label }: { value: string; onInput: (value: string) => void; label: string }) {
  return (
    <input
      class="search" type="search" value={value} aria-label={label} placeholder={label} autocomplete="off" spellcheck={false}
      data-search onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}

export function Field({ label, hint, problem, children, id }: {
  label: string; id: string; hint?: string; problem?: string | undefined; children: ComponentChildren;
}) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {problem && <p class="problem" id={`${id}-problem`} role="alert">{problem}</p>}
    </div>
  );
}

export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={onClose}>
      <header>
        <h2 id="dialog-title">{title}</h2>
        <button type="button" class="quiet close" aria-label="Close" onClick={() => dialog.current?.close()}>
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d="m4 4 8 8m0-8-8 8" /></svg>
        </button>
      </header>
      {children}
    </dialog>
  );
}

export function Working({ children }: { children: ComponentChildren }) {
  return <p class="working" role="status"><span class="spinner" aria-hidden="true" />{children}</p>;
}
