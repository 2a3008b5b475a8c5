// Swagger UI: each operation of the contract is tried out in it, as a reader of the documentation does. The list is the contract's, so that a
// new operation is demanded from its first day.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Locator, Page } from "playwright-core";

import { visit, withBrowser } from "./browser.ts";
import { Lab, PASSWORD } from "./lab.ts";

withBrowser();

interface Operation {
  id: string;
  streams: boolean;
}

async function operations(url: string): Promise<Operation[]> {
  const contract = await (await fetch(`${url}/openapi.json`)).json();
  return Object.values(contract.paths as Record<string, Record<string, any>>).flatMap((path) =>
    Object.values(path).map((operation) => ({
      id: operation.operationId,
      streams: "text/event-stream" in (operation.responses["200"]?.content ?? {}),
    })),
  );
}

/** The part of the page that is about an operation, opened. */
async function opened(page: Page, id: string): Promise<Locator> {
  const operation = page.locator(`.opblock[id$="-${id}"]`);
  await operation.locator(".opblock-summary-control").click();
  await operation.locator(".opblock-body").waitFor();
  return operation;
}

async function authorize(page: Page, by: "bearer" | "basic", values: string[]): Promise<void> {
  await page.locator(".auth-wrapper .authorize").first().click();
  const box = page.locator(".auth-container").filter({ hasText: `${by}Auth` });
  const fields = box.locator("input");
  for (const [place, value] of values.entries()) await fields.nth(place).fill(value);
  await box.getByRole("button", { name: "Apply credentials" }).click();
  await box.getByRole("button", { name: "Close" }).click();
}

/** Presses Execute, and waits for what the service answers. */
async function executed(operation: Locator): Promise<{ status: string; body: string }> {
  await operation.locator(".execute").click();
  return answered(operation);
}

async function answered(operation: Locator): Promise<{ status: string; body: string }> {
  const live = operation.locator(".live-responses-table .response");
  await live.waitFor();
  const status = await live.locator(".response-col_status").first().innerText();
  return { status: status.trim().split(/\s/)[0] ?? "", body: await live.innerText() };
}

test("each operation is tried out, with a token", async (t) => {
  const lab = await Lab.start();
  try {
    const all = await operations(lab.url);
    assert.ok(all.length >= 16, `${all.length} operations`);
    await visit(`${lab.url}/swagger/`, { secrets: [lab.token], shown: true }, async (page) => {
      await authorize(page, "bearer", [lab.token]);
      for (const { id } of all.filter((operation) => !operation.streams)) {
        const operation = await opened(page, id);
        const { status, body } = await executed(operation);
        assert.match(status, /^20[01]$/, `${id}: ${body}`);
        await operation.locator(".opblock-summary-control").click();
      }
      // Swagger UI shows a stream when it has ended, as it does before the service ends.
      const streams = all.filter((operation) => operation.streams);
      for (const { id } of streams) {
        const operation = await opened(page, id);
        const asked = page.waitForResponse((response) => response.url().endsWith("/events"));
        await operation.locator(".execute").click();
        assert.equal((await asked).status(), 200, id);
        await lab.stopService("SIGTERM");
        const { status, body } = await answered(operation);
        assert.equal(status, "200", id);
        assert.match(body, /"event":\s*"?snapshot[\s\S]*closing/, body);
        await lab.startService();
      }
    });
    t.diagnostic(`${all.length} operations tried out`);
  } finally {
    await lab.stop();
  }
});

test("without credentials it is said, with the id of the request, and no window asks for a password", async () => {
  const lab = await Lab.start();
  try {
    await visit(`${lab.url}/swagger/`, {}, async (page) => {
      const { status, body } = await executed(await opened(page, "listLoadBalancers"));
      assert.equal(status, "401");
      assert.match(body, /"error": "Unauthorized"[\s\S]*"requestId": "[0-9a-f-]{36}"/);
    });
  } finally {
    await lab.stop();
  }
});

test("user and password do as well", async () => {
  const lab = await Lab.start();
  try {
    await visit(`${lab.url}/swagger/`, { secrets: [PASSWORD] }, async (page) => {
      await authorize(page, "basic", ["ann", PASSWORD]);
      const { status, body } = await executed(await opened(page, "listMachinesElb"));
      assert.equal(status, "200", body);
      assert.match(body, /"name": "web-1"/);
    });
  } finally {
    await lab.stop();
  }
});
