// The real service on the simulator, each a process of its own, for one test.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PROGRAM = process.env["ELBM_TEST_SERVICE"] ?? "";

/** The machine that the simulator has launched and not attached. */
export const SPARE = "i-06060a1e235609999";

export const PASSWORD = "correct horse battery staple";

export interface LabOptions {
  /** A fleet file's text; the simulator's own fleet otherwise. */
  fleet?: string;
  /** Whether the service wants credentials; it does unless told otherwise. */
  open?: boolean;
  arguments?: string[];
}

export class Lab {
  /** Bearer token of an operator of everything. */
  token = "";
  /** That of a viewer. */
  viewer = "";
  url = "";
  #simulator: Running | undefined;
  #control = "";
  #service: Running | undefined;
  #environment: Record<string, string> = {};
  #arguments: string[] = [];
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(options: LabOptions = {}): Promise<Lab> {
    const lab = new Lab(await mkdtemp(join(tmpdir(), "elbm-page-")));
    try {
      const fleet = join(lab.#folder, "fleet.yaml");
      if (options.fleet) await writeFile(fleet, options.fleet);
      const simulate = ["simulate", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"];
      lab.#simulator = new Running([...simulate, ...(options.fleet ? ["--fleet", fleet] : [])], {});
      const endpoint = await lab.#simulator.says("listening on ");
      lab.#control = await lab.#simulator.says("control on ");
      lab.#environment = {
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_EC2_METADATA_DISABLED: "true",
        ELB_MANAGER_AWS_SHARE: "100",
        // What the test does to AWS is seen at once.
        ELB_MANAGER_TOPOLOGY_AGE: "0",
        ELB_MANAGER_INSTANCE_AGE: "0",
        ELB_MANAGER_HEALTH_AGE: "0",
      };
      if (!options.open) {
        const file = join(lab.#folder, "credentials.json");
        lab.token = added(file, ["--name", "olga", "--role", "operator", "--token"]);
        lab.viewer = added(file, ["--name", "vic", "--role", "viewer", "--token"]);
        added(file, ["--name", "ann", "--role", "operator"], PASSWORD);
        lab.#arguments = ["--credentials", file];
      }
      lab.#arguments.push(...(options.arguments ?? []));
      await lab.startService("127.0.0.1:0");
      return lab;
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  /** Starts the service, where it was before. */
  async startService(listen = new URL(this.url).host): Promise<void> {
    this.#service = new Running(["--listen", listen, ...this.#arguments], this.#environment);
    this.url = await this.#service.says("listening on ");
  }

  /** Ends the service as a crash does, or as a deployment does. */
  async stopService(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    await this.#service?.stop(signal);
    this.#service = undefined;
  }

  /** Carries out an operation of the simulator's control endpoint. */
  async simulator(operation: object): Promise<unknown> {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(this.#control, { method: "POST", headers, body: JSON.stringify(operation) });
    if (!answer.ok) throw new Error(`${JSON.stringify(operation)}: ${await answer.text()}`);
    return answer.json();
  }

  /** The ids of what is truly registered in a target group and does not drain. */
  async registered(targetGroup: string): Promise<string[]> {
    const { targets } = (await this.simulator({ membership: { targetGroup } })) as { targets: { id: string; state: string }[] };
    return targets.filter((target) => target.state !== "draining").map((target) => target.id);
  }

  async stop(): Promise<void> {
    await this.#service?.stop("SIGKILL");
    await this.#simulator?.stop("SIGKILL");
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Adds a principal; its token, where it has one. */
function added(file: string, who: string[], password = ""): string {
  const made = spawnSync(PROGRAM, ["credentials", "add", "--file", file, ...who], { input: `${password}\n`, env: {}, encoding: "utf8" });
  if (made.status !== 0) throw new Error(made.stderr);
  return made.stdout.trim();
}

/** A running program that says where it listens. */
class Running {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #log = "";

  constructor(args: string[], env: Record<string, string>) {
    this.#process = spawn(PROGRAM, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    this.#lines = createInterface(this.#process.stdout!)[Symbol.asyncIterator]();
    this.#process.stderr!.setEncoding("utf8").on("data", (text: string) => (this.#log = (this.#log + text).slice(-20_000)));
  }

  async says(beginning: string): Promise<string> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`${PROGRAM} ended before it said “${beginning}”:\n${this.#log}`);
      if (value.startsWith(beginning)) return value.slice(beginning.length);
    }
  }

  async stop(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill(signal);
    await once(this.#process, "exit");
  }
}
