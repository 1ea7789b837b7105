// What the command line asks for. Settings are not given here but in the environment (config.ts).

import { readFileSync } from "node:fs";
import { configHelp } from "./config.ts";
import { PACKAGE_ROOT } from "./package-root.ts";

type Command =
  | { readonly kind: "serve" }
  | { readonly kind: "encoders"; readonly args: readonly string[] }
  | { readonly kind: "print"; readonly text: string }
  | { readonly kind: "refuse"; readonly text: string };

const USAGE = `Usage: node dist/main.js [--help | --version]
       node dist/main.js encoders --help

Starts the server, or manages its encoders. SIGTERM or SIGINT stops it.

`;

/** @param args what follows the program's name */
export function readCommandLine(args: readonly string[]): Command {
  const [first, ...rest] = args;
  if (first === "encoders") return { kind: "encoders", args: rest };
  const unknown = args.find((arg) => !["--help", "-h", "--version", "-v"].includes(arg));
  if (unknown !== undefined) {
    const what = unknown.startsWith("-") ? "option" : "argument";
    return { kind: "refuse", text: `There is no ${what} ${unknown}; see --help\n` };
  }
  if (args.includes("--help") || args.includes("-h")) return { kind: "print", text: USAGE + configHelp() };
  return args.length > 0 ? { kind: "print", text: `${version()}\n` } : { kind: "serve" };
}

/** @returns the package's version */
export function version(): string {
  return String(JSON.parse(readFileSync(new URL("package.json", PACKAGE_ROOT), "utf8")).version);
}
