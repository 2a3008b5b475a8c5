// Draws the pictures of the README: the page in Chromium, and `elbm watch` in a terminal emulator, both as they truly run.
// `cargo xtask pictures` calls it with the folder to draw into.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

import { type Browser, chromium, type Page } from "playwright-core";

import { FLEET } from "../browser/fleet.ts";
import { Lab } from "../browser/lab.ts";

const folder = process.argv[2]!;
const SIZE = { width: 1160, height: 560 };
const [COLUMNS, ROWS] = [116, 11];

async function detach(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `Detach ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Detach", exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  // Out of the way of the rows.
  await page.mouse.move(0, 0);
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
}

/** `elbm watch` on a terminal of its own. */
class Watch {
  readonly #process: ChildProcess;
  #said = "";

  constructor(server: string, loadBalancer: string) {
    const pty = "import pty, sys; pty.spawn(sys.argv[1:])";
    const command = `stty cols ${COLUMNS} rows ${ROWS} && exec "$0" watch ${loadBalancer}`;
    this.#process = spawn("python3", ["-c", pty, "sh", "-c", command, process.env["ELBM_TEST_ELBM"]!], {
      env: { PATH: process.env["PATH"], TERM: "xterm-256color", TZ: "UTC", ELBM_SERVER: server, HOME: "/nonexistent" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#process.stdout!.setEncoding("utf8").on("data", (text: string) => (this.#said += text));
  }

  async says(word: string): Promise<void> {
    while (!this.#said.includes(word)) await once(this.#process.stdout!, "data");
  }

  /** What it has drawn, before its end takes it away. */
  async end(): Promise<string> {
    const said = this.#said;
    this.#process.stdin!.write("\u0003");
    await once(this.#process, "exit");
    return said;
  }
}

/** What a terminal shows after these bytes. */
async function drawTerminal(browser: Browser, bytes: string, path: string): Promise<void> {
  const require = createRequire(import.meta.url);
  const emulator = (file: string) => readFile(require.resolve(`@xterm/xterm/${file}`), "utf8");
  const page = await browser.newPage({ viewport: { width: 1400, height: 600 }, deviceScaleFactor: 1.5 });
  await page.setContent(`<body style="margin: 0"><div id="frame" style="display: inline-block; padding: 14px 16px; background: #101720"><div id="terminal"></div></div>`);
  await page.addStyleTag({ content: await emulator("css/xterm.css") });
  await page.addStyleTag({ content: ".xterm .xterm-viewport { overflow: hidden } .xterm .scrollbar { display: none }" });
  await page.addScriptTag({ content: await emulator("lib/xterm.js") });
  await page.evaluate(
    ([bytes, cols, rows]) =>
      new Promise<void>((done) => {
        const Terminal = (window as unknown as { Terminal: typeof import("@xterm/xterm").Terminal }).Terminal;
        const terminal = new Terminal({ cols, rows, fontSize: 14, fontFamily: "DejaVu Sans Mono, monospace", theme: { background: "#101720", foreground: "#e4e9ef" } });
        terminal.open(document.getElementById("terminal")!);
        terminal.write(`${bytes}\u001b[?25l`, () => requestAnimationFrame(() => requestAnimationFrame(() => done())));
      }),
    [bytes, COLUMNS, ROWS] as const,
  );
  await page.locator("#frame").screenshot({ path });
}

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env["ELBM_TEST_CHROMIUM"]!, args: ["--no-sandbox"] });
const lab = await Lab.start({ fleet: FLEET, open: true });
try {
  const terminal = new Watch(lab.url, "default-alb");
  await terminal.says("web-2");
  for (const [name, colorScheme] of [["page", "light"], ["page-dark", "dark"]] as const) {
    const context = await browser.newContext({ viewport: SIZE, colorScheme, locale: "en-GB", timezoneId: "UTC", reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(`${lab.url}/#/load-balancers/default-alb?kind=application`);
    await page.getByText("Live", { exact: true }).waitFor();
    if (name === "page") await detach(page, "web-2");
    await page.getByText("Draining").waitFor();
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await context.close();
  }
  await terminal.says("draining");
  await drawTerminal(browser, await terminal.end(), join(folder, "watch.png"));
} finally {
  await browser.close();
  await lab.stop();
}
