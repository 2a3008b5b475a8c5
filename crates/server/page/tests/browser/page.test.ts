// The page as an operator uses it, on the real service and the simulator.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Locator, Page } from "playwright-core";

import { accessible, eventually, visit, withBrowser } from "./browser.ts";
import { FLEET, ID, large } from "./fleet.ts";
import { Lab, type LabOptions, PASSWORD, SPARE } from "./lab.ts";

withBrowser();

/** Uses the page of a service of its own. */
async function onPage(options: LabOptions, use: (page: Page, lab: Lab) => Promise<void>): Promise<void> {
  const lab = await Lab.start({ fleet: FLEET, ...options });
  try {
    await visit(lab.url, { secrets: [lab.token, lab.viewer, PASSWORD].filter(Boolean) }, (page) => use(page, lab));
  } finally {
    await lab.stop();
  }
}

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByRole("textbox", { name: "Token" }).fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Load balancers" }).waitFor();
}

async function open(page: Page, loadBalancer: string): Promise<void> {
  await page.getByRole("link", { name: loadBalancer, exact: true }).click();
  await page.getByRole("heading", { name: loadBalancer }).waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
}

const row = (page: Page, text: string): Locator => page.getByRole("row").filter({ hasText: text });
const dialog = (page: Page): Locator => page.getByRole("dialog");
const changes = (page: Page): Locator => page.getByRole("region", { name: "Changes of this visit" });

test("from the sign-in to a machine that is detached and gone", () =>
  onPage({}, async (page, lab) => {
    await accessible(page, "sign-in");
    await signIn(page, lab.token);
    await row(page, "default-alb").getByText("2 of 3 healthy").waitFor();
    await accessible(page, "load balancers");

    await open(page, "default-alb");
    await row(page, "web-3").getByText("Health checks failed with these codes: [503]").waitFor();
    await accessible(page, "load balancer");

    await page.getByRole("button", { name: "Detach web-2" }).click();
    await dialog(page).getByText("Will be detached").waitFor();
    await accessible(page, "plan of a detach");
    assert.ok((await lab.registered("default-tg")).includes(ID(2)), "a plan changes nothing");
    await dialog(page).getByRole("button", { name: "Detach", exact: true }).click();
    await dialog(page).waitFor({ state: "detached" });

    await row(page, "web-2").getByText("Draining").waitFor();
    await changes(page).getByText("Detach web-2 from default-alb").waitFor();
    await changes(page).getByText(/\d:\d\d of up to 5:00/).waitFor();
    assert.ok(!(await lab.registered("default-tg")).includes(ID(2)));
    await accessible(page, "a change that goes on");

    await lab.simulator({ advance: { by: "5m 1s" } });
    await changes(page).getByText("Gone.").waitFor();
    await row(page, "web-2").waitFor({ state: "detached" });
    await changes(page).getByRole("button", { name: "Forget: Detach web-2 from default-alb" }).click();
    await changes(page).waitFor({ state: "hidden" });
  }));

test("a machine is attached by its plan, and settles when it is healthy", () =>
  onPage({}, async (page, lab) => {
    await signIn(page, lab.token);
    await open(page, "internal-api");
    await page.getByRole("button", { name: "Attach a machine…" }).click();
    const id = dialog(page).getByLabel("Instance id");
    await id.fill("web-7");
    await id.press("Enter");
    await dialog(page).getByText("An instance id is i- and 8 or 17 hexadecimal digits").waitFor();
    await accessible(page, "attach: not an id");

    await id.fill("i-0123456789abcdef0");
    await id.press("Enter");
    await dialog(page).getByText("Refused").waitFor();
    await dialog(page).getByText("EC2 does not know i-0123456789abcdef0").waitFor();
    assert.equal(await dialog(page).getByRole("button", { name: "Attach", exact: true }).count(), 0, "what is refused cannot be done");
    await accessible(page, "attach: refused");

    await id.fill(SPARE);
    await id.press("Enter");
    await dialog(page).getByText("Will be attached").waitFor();
    await id.press("Enter");
    await dialog(page).waitFor({ state: "detached" });
    await row(page, SPARE).getByText("Starting").waitFor();
    assert.ok((await lab.registered("api-tg")).includes(SPARE));
    await accessible(page, "a machine that starts");

    await lab.simulator({ advance: { by: "10m" } });
    await changes(page).getByText("Healthy.").waitFor();
    await row(page, SPARE).getByText("Healthy").waitFor();
  }));

test("the last healthy machine is detached for a reason only", () =>
  onPage({}, async (page, lab) => {
    await signIn(page, lab.token);
    await open(page, "default-alb");
    await page.getByRole("button", { name: "Detach web-1" }).click();
    await dialog(page).getByText("Refused").waitFor();
    await dialog(page).getByText(/would leave target group 'admin-tg' with 0 healthy targets of at least 1/).waitFor();
    assert.equal(await dialog(page).getByText("force=true").count(), 0, "the page has a control for it");
    await accessible(page, "a detach that the guard refuses");

    await dialog(page).getByRole("button", { name: "Detach anyway" }).click();
    await dialog(page).getByText("Say why").waitFor();
    await accessible(page, "a reason that is missing");
    assert.ok((await lab.registered("admin-tg")).includes(ID(1)));

    // One registration alone may pass where all of them do not.
    await dialog(page).getByLabel("From").selectOption({ label: "default-tg, port 80" });
    await dialog(page).getByText("Will be detached").waitFor();
    await dialog(page).getByLabel("From").selectOption({ index: 0 });
    await dialog(page).getByText("Refused").waitFor();
    await dialog(page).getByLabel("Reason, for the log").fill("the end of it");
    await dialog(page).getByRole("button", { name: "Detach anyway" }).click();
    await dialog(page).waitFor({ state: "detached" });
    await row(page, "web-1").getByText("Draining").first().waitFor();
    assert.deepEqual(await lab.registered("admin-tg"), []);
    await row(page, "web-1").getByRole("button", { name: "Attach again web-1" }).waitFor();
  }));

test("a membership that has moved since the plan is planned anew", () =>
  onPage({}, async (page, lab) => {
    await signIn(page, lab.token);
    await open(page, "default-alb");
    await page.getByRole("button", { name: "Detach web-2" }).click();
    await dialog(page).getByText("Will be detached").waitFor();
    const headers = { Authorization: `Bearer ${lab.token}`, "Content-Type": "application/json" };
    const other = await fetch(`${lab.url}/elb/default-alb/instances/${SPARE}?targetGroup=default-tg`, { method: "PUT", headers });
    assert.equal(other.status, 201);
    await dialog(page).getByRole("button", { name: "Detach", exact: true }).click();
    await dialog(page).getByText("The membership has changed since that plan was made").waitFor();
    assert.ok((await lab.registered("default-tg")).includes(ID(2)), "nothing was changed");
    await accessible(page, "a plan that was made anew");
    await dialog(page).getByRole("button", { name: "Detach", exact: true }).click();
    await row(page, "web-2").getByText("Draining").waitFor();
  }));

test("a machine is drained, listed, shown, and restored", () =>
  onPage({}, async (page, lab) => {
    await page.getByRole("radio", { name: "user and password" }).check();
    await page.getByLabel("User", { exact: true }).fill("ann");
    await page.getByRole("textbox", { name: "Password" }).fill("not her password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("has no credentials of this service").waitFor();
    await page.getByText(/request [0-9a-f-]{36}/).waitFor();
    await accessible(page, "sign-in that failed");
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();

    await page.getByRole("link", { name: "Maintenance" }).click();
    await page.getByText("Nobody is out").waitFor();
    await accessible(page, "nobody is out");

    const find = page.getByRole("textbox", { name: "Find a machine by its id" });
    await find.fill("web-2");
    await find.press("Enter");
    await page.getByText("An instance id is").waitFor();
    await accessible(page, "no id to find");
    await find.fill(ID(2));
    await find.press("Enter");
    await page.getByRole("heading", { name: "web-2" }).waitFor();
    await row(page, "legacy").getByText("Healthy").waitFor();
    await accessible(page, "a machine everywhere");

    await page.getByRole("button", { name: "Drain…" }).click();
    await dialog(page).getByText("default-alb / default-tg, port 80").waitFor();
    // It is the last healthy one of the Classic load balancer.
    await dialog(page).getByLabel("Reason").fill("kernel update");
    await dialog(page).getByRole("button", { name: "Drain", exact: true }).click();
    await dialog(page).getByText("Nothing was drained").waitFor();
    await dialog(page).getByText("would leave load balancer 'legacy' with 0 healthy targets of at least 1.").waitFor();
    await accessible(page, "a drain that the guard refuses");
    await dialog(page).getByRole("button", { name: "Drain anyway" }).click();
    await dialog(page).waitFor({ state: "detached" });
    await changes(page).getByText("Drain web-2").waitFor();
    await page.getByText("Out for maintenance").waitFor();
    await accessible(page, "a machine that is out");
    await lab.simulator({ advance: { by: "5m 1s" } });
    await changes(page).getByText("Out of everything").waitFor();

    await page.getByRole("link", { name: "Maintenance" }).click();
    await row(page, "web-2").getByText("kernel update").waitFor();
    await row(page, "web-2").getByText("ann", { exact: true }).waitFor();
    await accessible(page, "who is out");
    await page.getByRole("button", { name: "Restore web-2" }).click();
    await dialog(page).getByText("default-alb / default-tg, port 80").waitFor();
    await accessible(page, "restore");
    await dialog(page).getByRole("button", { name: "Restore", exact: true }).click();
    await dialog(page).waitFor({ state: "detached" });
    await page.getByText("Nobody is out").waitFor();
    assert.ok((await lab.registered("default-tg")).includes(ID(2)));
    await lab.simulator({ advance: { by: "10m" } });
    await changes(page).getByText("Back, and healthy everywhere.").waitFor();
  }));

test("a connection that is lost is said, and made again by itself", () =>
  onPage({ open: true }, async (page, lab) => {
    await open(page, "default-alb");
    await lab.stopService("SIGKILL");
    await page.getByText("Connection lost").waitFor();
    await row(page, "web-1").getByText("Healthy").waitFor();
    await accessible(page, "a connection that is lost");
    await page.getByRole("button", { name: "Detach web-2" }).click();
    await dialog(page).getByText("The service does not answer.").waitFor();
    await accessible(page, "a plan that nobody makes");
    await page.keyboard.press("Escape");
    // Meanwhile things go on.
    await lab.simulator({ failChecks: { target: ID(2), port: 80, failure: "timeout" } });
    await lab.simulator({ advance: { by: "5m" } });
    await lab.startService();
    await page.getByText("Live", { exact: true }).waitFor();
    await row(page, "web-2").getByText("Unhealthy").waitFor();

    // A deployment says that it ends.
    await lab.stopService("SIGTERM");
    await page.getByText("Connection lost").waitFor();
    await lab.startService();
    await page.getByText("Live", { exact: true }).waitFor();
  }));

test("what AWS fails with is said where it matters, with the id of the request", () =>
  onPage({ open: true }, async (page, lab) => {
    await open(page, "default-alb");
    await lab.simulator({ inject: { action: "elbv2:DescribeTargetHealth", fault: "accessDenied" } });
    await page.getByText("AWS fails").first().waitFor();
    await page.getByText(/does not let this service call elasticloadbalancing:DescribeTargetHealth/i).first().waitFor();
    await row(page, "web-1").getByText("Healthy").waitFor();
    await accessible(page, "AWS fails");
    await lab.simulator({ clearFaults: {} });
    await page.getByText("Live", { exact: true }).waitFor();

    await page.getByRole("button", { name: "Detach web-2" }).click();
    await dialog(page).getByText("Will be detached").waitFor();
    await lab.simulator({ inject: { action: "elbv2:DeregisterTargets", fault: "accessDenied" } });
    await dialog(page).getByRole("button", { name: "Detach", exact: true }).click();
    await dialog(page).getByText("It was not done").waitFor();
    await dialog(page).getByText(/DeregisterTargets/).first().waitFor();
    await dialog(page).getByText(/request [0-9a-f-]{36}/).waitFor();
    await accessible(page, "a change that AWS refuses");
    await page.keyboard.press("Escape");

    await page.evaluate(() => (location.hash = "#/load-balancers/nobody"));
    await page.getByText("There is no load balancer 'nobody' in this region.").first().waitFor();
    await accessible(page, "no such load balancer");
    await page.evaluate(() => (location.hash = "#/machines/i-0123456789abcdef0"));
    await page.getByText("EC2 does not know i-0123456789abcdef0 in this region").waitFor();
    await accessible(page, "no such machine");
    await page.evaluate(() => (location.hash = "#/elsewhere"));
    await page.getByRole("heading", { name: "Nothing here" }).waitFor();
    await accessible(page, "no such place");
  }));

test("without credentials nobody is asked for them; lists may be empty, and are searched", () =>
  onPage({ open: true }, async (page) => {
    await row(page, "batch").getByText("no machines").waitFor();
    assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 0);
    await page.keyboard.press("/");
    await page.keyboard.type("api-tg");
    await page.getByText("1 of 4 load balancers").waitFor();
    await page.keyboard.type("x");
    await page.getByText("Nothing matches").waitFor();
    await accessible(page, "nothing matches");
    await page.getByRole("button", { name: "Show all" }).click();
    await open(page, "batch");
    await page.getByText("No machines").waitFor();
    await accessible(page, "no machines");
    await page.getByRole("link", { name: "API" }).click();
    await page.getByRole("heading", { name: /elb-instance-manager/ }).waitFor();
  }));

test("a region without load balancers says so", () =>
  onPage({ open: true, fleet: "region: us-east-1\n" }, async (page) => {
    await page.getByText("No load balancers").waitFor();
    await accessible(page, "no load balancers");
  }));

test("a viewer sees, is told what it may not do, and signs out", () =>
  onPage({}, async (page, lab) => {
    await signIn(page, lab.viewer);
    await open(page, "default-alb");
    await page.getByRole("button", { name: "Detach web-2" }).click();
    await dialog(page).getByText("'vic' is a viewer and may not change anything").waitFor();
    await accessible(page, "a viewer");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  }));

test("credentials that do not do any more are asked for again", () =>
  onPage({}, async (page, lab) => {
    await signIn(page, lab.token);
    await page.route(/\/elb\/default-alb\/events/, (route) => {
      const headers = { ...route.request().headers(), authorization: "Bearer elbm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
      return route.continue({ headers });
    });
    await page.getByRole("link", { name: "default-alb", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByText("has no credentials of this service").waitFor();
  }));

test("all of it is reached with the keyboard", () =>
  onPage({}, async (page, lab) => {
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() || document.activeElement?.getAttribute("aria-label") || "");
    const tabTo = async (what: string | RegExp) => {
      for (let presses = 0; presses < 60; presses += 1) {
        const now = await focused();
        if (typeof what === "string" ? now === what : what.test(now)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`Tab does not reach ${what}`);
    };
    await page.getByRole("textbox", { name: "Token" }).waitFor();
    await page.keyboard.type(lab.token);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "default-alb", exact: true }).waitFor();
    await tabTo("default-alb");
    await page.keyboard.press("Enter");
    await eventually(focused, "default-alb", "the view that opens takes the focus");
    await row(page, "web-2").waitFor();
    await tabTo("Detach web-2");
    await page.keyboard.press("Enter");
    await dialog(page).getByText("Will be detached").waitFor();
    await tabTo("Detach");
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "detached" });
    await eventually(focused, "Detach web-2", "a dialog gives the focus back");
  }));

test("a thousand machines are searched while they are followed", (t) =>
  onPage({ open: true, fleet: large(1000) }, async (page, lab) => {
    await open(page, "large");
    await page.getByRole("button", { name: "All 1,000" }).waitFor();
    await page.getByRole("searchbox", { name: "Search machines" }).fill("web-1000");
    await page.getByText("1 of 1,000 machines").waitFor();
    await page.getByRole("searchbox", { name: "Search machines" }).fill("");
    await row(page, "web-1000").first().waitFor({ state: "attached" });
    // How long the page is busy with a key, by its own clock; told, not judged.
    const busy = await page.evaluate(async () => {
      const search = document.querySelector<HTMLInputElement>("[data-search]")!;
      const times: number[] = [];
      for (const text of ["web-9", "web-99", "", "web"]) {
        const started = performance.now();
        search.value = text;
        search.dispatchEvent(new InputEvent("input", { bubbles: true }));
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        times.push(Math.round(performance.now() - started));
      }
      return times;
    });
    t.diagnostic(`a search among 1,000 machines: ${busy.join(", ")} ms to the next frame`);
    await lab.simulator({ failChecks: { target: "i-00000000000000000", failure: "timeout" } });
    await lab.simulator({ advance: { by: "5m" } });
    await row(page, "i-00000000000000000").getByText("Unhealthy").waitFor();
    await page.getByRole("button", { name: "Unhealthy 1", exact: true }).waitFor();
  }));
