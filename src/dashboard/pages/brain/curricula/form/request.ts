// What is sent of a filled-in curriculum: only what is not as usual; the rest is the server's. Pure.

import type { Plan } from "../../../../api/types.ts";
import type { PhaseDraft, PlanDraft, SelectionDraft, TransformDraft } from "./draft.ts";

type Json = { readonly [name: string]: unknown };

/** @returns the body of `POST …/curricula` */
export function bodyOf({ name, phases, evaluations }: PlanDraft): Json {
  return {
    ...filled("name", name),
    phases: phases.map(phaseOf),
    ...(evaluations.length === 0 ? {} : { evaluations: evaluations.map(selectionOf) }),
  };
}

function selectionOf({ name, dataset, classes, samplesPerClass, transform }: SelectionDraft): Json {
  return {
    ...filled("name", name),
    dataset,
    ...(classes === null ? {} : { classes }),
    ...number("samplesPerClass", samplesPerClass),
    ...(transform.length === 0 ? {} : { transform: transform.map(transformOf) }),
  };
}

const phaseOf = (phase: PhaseDraft): Json => ({
  ...selectionOf(phase),
  ...number("epochs", phase.epochs),
  ...number("batchSize", phase.batchSize),
  ...(phase.order === USUAL.order ? {} : { order: phase.order }),
  ...number("seed", phase.seed),
  ...(phase.mode === "" ? {} : { mode: phase.mode }),
  ...(phase.memorize === USUAL.memorize ? {} : { memorize: phase.memorize }),
  ...(phase.neurogenesis === "" ? {} : { neurogenesis: phase.neurogenesis === "on" }),
  ...(phase.consolidate === USUAL.consolidate ? {} : { consolidate: phase.consolidate }),
  ...(phase.task === USUAL.task ? {} : { task: phase.task }),
  ...(phase.evaluate === null ? {} : { evaluate: phase.evaluate }),
  ...number("evaluateEvery", phase.evaluateEvery),
});

/** What the server takes where nothing is said. */
export const USUAL = {
  epochs: 1,
  batchSize: 32,
  order: "shuffled",
  seed: 0,
  memorize: true,
  consolidate: false,
  task: true,
} as const satisfies Partial<Plan["phases"][number]>;

/** What a transform is told, and what it is where nothing is filled in; null: it has to be. */
export const TRANSFORMS = {
  invert: { title: "Invert", field: "range", label: "Range", usual: null },
  noise: { title: "Noise", field: "deviation", label: "Standard deviation", usual: "0.1" },
  blur: { title: "Blur", field: "size", label: "Size in pixels, odd", usual: "5" },
  brightness: { title: "Brightness", field: "factor", label: "Factor", usual: "0.5" },
  rotate: { title: "Rotate", field: "degrees", label: "Degrees, counter-clockwise", usual: "90" },
} as const;

function transformOf({ type, value }: TransformDraft): Json {
  const { field, usual } = TRANSFORMS[type];
  const text = value.trim() === "" ? usual : value.trim();
  if (type === "invert") return { type, ...filled(field, value) };
  return { type, ...(text === null ? {} : number(field, text)) };
}

const filled = (name: string, text: string): Json => (text.trim() === "" ? {} : { [name]: text.trim() });

/** What is no number is sent as it is: the server says what is wrong with it, where it is shown. */
function number(name: string, text: string): Json {
  const plain = text.trim();
  if (plain === "") return {};
  const value = Number(plain.replaceAll(/[ ,_]/g, ""));
  return { [name]: Number.isFinite(value) ? value : plain };
}

/** @returns the request as people write JSON: lists of words and numbers in one line. Line breaks in texts are no line breaks of JSON. */
export const jsonOf = (body: Json): string =>
  JSON.stringify(body, null, 2).replaceAll(/\[\n[^[\]{}]*\n\s*\]/g, (list) =>
    list.replaceAll(/\n\s*/g, " ").replace(/^\[ /, "[").replace(/ \]$/, "]"),
  );

/** Every field of the form, as the API points at it: the deeper ones first, so that an error lands where it is. */
export function pointersOf({ phases, evaluations }: PlanDraft): readonly string[] {
  return [
    "#/name",
    ...phases.flatMap((phase, index) => fieldPointers(`#/phases/${index}`, phase, PHASE_FIELDS)),
    ...evaluations.flatMap((set, index) => fieldPointers(`#/evaluations/${index}`, set, SELECTION_FIELDS)),
    "#/phases",
    "#/evaluations",
  ];
}

const SELECTION_FIELDS = ["name", "dataset", "classes", "samplesPerClass"];
const PHASE_FIELDS = [
  ...SELECTION_FIELDS,
  ...["epochs", "batchSize", "order", "seed", "mode", "memorize", "neurogenesis", "consolidate", "task"],
  ...["evaluateEvery", "evaluate"],
];

const fieldPointers = (where: string, { transform }: SelectionDraft, fields: readonly string[]): readonly string[] => [
  ...fields.map((field) => `${where}/${field}`),
  ...transform.map((_, place) => `${where}/transform/${place}`),
  `${where}/transform`,
  where,
];

/**
 * The call as a shell takes it; single quotes end, are put in, and begin again.
 * @param hasKey whether the server wants a key: the shell has it in ENGRAM_API_KEY
 */
export function curlOf(address: string, body: Json, hasKey: boolean): string {
  const key = hasKey ? ' -H "authorization: Bearer $ENGRAM_API_KEY"' : "";
  const data = jsonOf(body).replaceAll("'", `'\\''`);
  return `curl -s ${address}${key} -H 'content-type: application/json' -d '${data}'`;
}
