// Who asks. What is typed here goes into a header, and nowhere else.

import { useState } from "preact/hooks";

import type { Credentials } from "../api/credentials.ts";
import { asFailure, type Failure } from "../api/failure.ts";
import { Service } from "../api/service.ts";
import { Failed, Field } from "./parts.tsx";

export function SignIn({ why, onSignedIn }: { why: Failure | undefined; onSignedIn: (service: Service, who: string) => void }) {
  const [by, setBy] = useState<Credentials["by"]>("token");
  const [failure, setFailure] = useState(why);
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? "");
    const credentials: Credentials = by === "token"
      ? { by, token: text("token").trim() }
      : { by, user: text("user"), password: text("password") };
    setBusy(true);
    try {
      const service = new Service(credentials);
      await service.loadBalancers();
      onSignedIn(service, credentials.by === "token" ? "Token" : credentials.user);
    } catch (error) {
      setFailure(asFailure(error));
      setBusy(false);
    }
  }

  return (
    <main class="sign-in">
      <form onSubmit={submit} autocomplete="on">
        <h1>Sign in</h1>
        <p class="lead">With the credentials of this service, as its API takes them.</p>
        <fieldset class="choice">
          <legend>With</legend>
          <label><input type="radio" name="by" value="token" checked={by === "token"} onChange={() => setBy("token")} /> a token</label>
          <label><input type="radio" name="by" value="password" checked={by === "password"} onChange={() => setBy("password")} /> user and password</label>
        </fieldset>
        {by === "token" ? (
          <Field label="Token" id="token">
            <input id="token" name="token" type="password" required autofocus autocomplete="off" spellcheck={false} />
          </Field>
        ) : (
          <>
            <Field label="User" id="user">
              <input id="user" name="user" required autofocus autocomplete="username" autocapitalize="none" spellcheck={false} />
            </Field>
            <Field label="Password" id="password">
              <input id="password" name="password" type="password" required autocomplete="current-password" />
            </Field>
          </>
        )}
        {failure && <Failed failure={failure} title={failure.status === 401 ? "Not with these credentials" : "Not signed in"} />}
        <button type="submit" class="primary" aria-disabled={busy}>{busy ? "Signing in…" : "Sign in"}</button>
        <p class="hint">It stays in the memory of this page: a reload asks again.</p>
      </form>
    </main>
  );
}
