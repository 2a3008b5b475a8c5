// `node build.mjs types` makes the contract's types, `node build.mjs page FOLDER` builds the page into a folder, and
// `node build.mjs tests KIND FOLDER` bundles the scripts of a kind of tests for node. `cargo xtask page` calls it.

import { copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import openapiTypescript, { astToString } from "openapi-typescript";

const CONTRACT = new URL("../../../openapi/swagger-file.yaml", import.meta.url);

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
process.chdir(FOLDER);
const [what, ...rest] = process.argv.slice(2);

const COMMANDS = {
  async types() {
    await writeFile("src/api/contract.d.ts", astToString(await openapiTypescript(CONTRACT)));
  },

  async page(folder) {
    await mkdir(folder, { recursive: true });
    await build({
      absWorkingDir: FOLDER,
      entryPoints: { app: "src/main.tsx" },
      outdir: folder,
      bundle: true,
      format: "esm",
      target: ["es2022", "chrome111", "firefox113", "safari16.4"],
      jsx: "automatic",
      jsxImportSource: "preact",
      minify: true,
      // Small, and a change still shows in a diff.
      lineLimit: 140,
      legalComments: "none",
      charset: "utf8",
    });
    for (const file of ["index.html", "icon.svg"]) await copyFile(`src/${file}`, `${folder}/${file}`);
  },

  async tests(kind, folder) {
    const files = (await readdir(`tests/${kind}`)).filter((file) => /\.(test|script)\.ts$/.test(file));
    await build({
      absWorkingDir: FOLDER,
      entryPoints: files.map((file) => `tests/${kind}/${file}`),
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      packages: "external",
      sourcemap: "inline",
    });
  },
};

await COMMANDS[what](...rest);
