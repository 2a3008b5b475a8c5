// Debian's Chromium, and a page in it that is watched: for what it asks of others, for what its policy forbids, for errors, and for
// what it keeps.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before } from "node:test";

import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** Longer than anything that is waited for takes on a busy machine. */
export const PATIENCE = 60_000;

let browser: Browser;

/** Keeps one browser for the tests of a file. */
export function withBrowser(): void {
  before(async () => {
    browser = await chromium.launch({
      executablePath: process.env["ELBM_TEST_CHROMIUM"]!,
      args: ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
  });
  after(async () => {
    await browser.close();
    if (checks > 0) console.log(`axe-core: ${checks} checks of ${states.size} states, 0 violations`);
  });
}

interface Rules {
  /** What must be in no address and in nothing that is kept. */
  secrets?: string[];
  /** Whether the document may have them, as Swagger UI has them in the curl commands that it proposes. */
  shown?: boolean;
}

/** Opens a page of the service in a browser that has never been there, lets it be used, and holds what it did against the rules. */
export async function visit(url: string, { secrets = [], shown = false }: Rules, use: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: DESKTOP, locale: "en-GB", timezoneId: "UTC", reducedMotion: "reduce" });
  context.setDefaultTimeout(PATIENCE);
  const watched = await watch(context, new URL(url).origin);
  const page = await context.newPage();
  try {
    await page.goto(url);
    await use(page);
    await keepsNothing(context, page, secrets, shown);
  } finally {
    await context.close();
  }
  assert.deepEqual(watched.foreign, [], "requests to others");
  assert.deepEqual(watched.violations, [], "violations of the policy");
  assert.deepEqual(watched.errors, [], "errors in the page");
  for (const address of watched.addresses) {
    for (const secret of secrets) assert.ok(!address.includes(secret), `a secret in ${address}`);
  }
}

async function watch(context: BrowserContext, origin: string) {
  const watched = { foreign: [] as string[], violations: [] as string[], errors: [] as string[], addresses: [] as string[] };
  await context.exposeBinding("violated", (_, what: string) => watched.violations.push(what));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
      (window as unknown as { violated(what: string): void }).violated(`${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`),
    );
  });
  context.on("request", (request) => {
    watched.addresses.push(request.url());
    const foreign = !request.url().startsWith(`${origin}/`) && !/^(data|blob):/.test(request.url());
    if (foreign) watched.foreign.push(request.url());
  });
  context.on("weberror", (error) => watched.errors.push(String(error.error())));
  context.on("console", (message) => {
    // The browser tells each answer that is an error, and each lost connection, as one of its own.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) watched.errors.push(message.text());
  });
  return watched;
}

/** Nothing that was signed in with outlives the page, or stands where others read it. */
async function keepsNothing(context: BrowserContext, page: Page, secrets: string[], shown: boolean): Promise<void> {
  const kept = await page.evaluate(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    cookies: document.cookie,
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    history: JSON.stringify(history.state),
  }));
  assert.deepEqual(kept, { local: {}, session: {}, cookies: "", databases: [], caches: [], history: "null" });
  assert.deepEqual(await context.cookies(), []);
  for (const secret of secrets) {
    assert.ok(!page.url().includes(secret), "a secret in the address");
    assert.ok(shown || !(await page.content()).includes(secret), "a secret in the document");
  }
}

/** Waits until something is so. */
export async function eventually<T>(look: () => Promise<T>, wanted: T, what: string): Promise<void> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (seen === wanted) return;
    if (Date.now() > end) assert.equal(seen, wanted, what);
    await new Promise((again) => setTimeout(again, 50));
  }
}

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const states = new Set<string>();
let checks = 0;

/** Holds what is shown now against axe-core's rules, in light and dark, on a desktop and on a phone. */
export async function accessible(page: Page, state: string): Promise<void> {
  await page.evaluate(AXE);
  for (const viewport of [PHONE, DESKTOP]) {
    for (const colorScheme of ["dark", "light"] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const { violations, passes } = await page.evaluate(() =>
        (window as unknown as { axe: typeof import("axe-core") }).axe.run(document, {
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        }),
      );
      const told = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html} ${node.failureSummary}`));
      assert.deepEqual(told, [], `${state}, ${colorScheme}, ${viewport.width} pixels wide`);
      assert.ok(passes.length > 5, "axe-core has looked");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${state} is ${wide} pixels wider than ${viewport.width}`);
      checks += 1;
    }
  }
  states.add(state);
}
