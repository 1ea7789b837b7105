// What a schema refused, told to the person who wrote the request: where (a JSON pointer in URI fragment form; `?name` for a query parameter)
// and what is wrong there, in words instead of keywords.

import type { FieldError } from "../errors.ts";

/** The part of an Ajv error (with `verbose`) that is read here. */
export type Violation = {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string | undefined;
  readonly schema?: unknown;
  readonly parentSchema?: unknown;
  readonly data?: unknown;
  /** The name itself, where a property's name is what was refused. */
  readonly propertyName?: string | undefined;
};

/** Where the refused value came from, in Fastify's words. */
export type Part = "body" | "querystring" | "params" | "headers";

/** @returns the field error for one violation */
export function toFieldError(violation: Violation, part: Part): FieldError {
  const steps = stepsOf(violation);
  const detail = violation.propertyName === undefined ? detailOf(violation) : `has a name that ${detailOf(violation)}`;
  return { pointer: part === "body" ? `#${toPointer(steps)}` : `?${steps.map(shortened).join("/")}`, detail };
}

/** A missing property is missing at its own place, an unknown or misnamed one is wrong at its own. */
function stepsOf({ instancePath, params, propertyName }: Violation): readonly string[] {
  const name = params.missingProperty ?? params.additionalProperty ?? params.tag ?? propertyName;
  const steps = instancePath.split("/").slice(1).map(unescapeToken);
  return typeof name === "string" ? [...steps, name] : steps;
}

/** Deeper than any field that a call takes. */
const MAX_STEPS = 16;
const MAX_NAME_CHARACTERS = 80;

/** @returns the JSON pointer (RFC 6901) made of `steps`, ready for a URI fragment; names of any length are cut short, as values are */
export function toPointer(steps: readonly string[]): string {
  const shown = steps.slice(0, MAX_STEPS).map((step) => `/${escapeToken(shortened(step))}`);
  return fragment(steps.length > MAX_STEPS ? `${shown.join("")}/…` : shown.join(""));
}

const shortened = (name: string): string =>
  name.length <= MAX_NAME_CHARACTERS ? name : `${name.slice(0, SHOWN_CHARACTERS)}…`;

const escapeToken = (token: string): string => token.replaceAll("~", "~0").replaceAll("/", "~1");
const unescapeToken = (token: string): string => token.replaceAll("~1", "/").replaceAll("~0", "~");

/** A lone surrogate cannot be percent-encoded; going through UTF-8 makes it the replacement character. */
const fragment = (path: string): string => encodeURI(Buffer.from(path).toString()).replaceAll("#", "%23");

function detailOf(violation: Violation): string {
  const { keyword, params, data, message } = violation;
  switch (keyword) {
    case "required":
      return "is missing";
    case "discriminator":
      if (params.tagValue === undefined) return "is missing";
      return `${described(violation) ?? "is not valid"}, got ${gotName(params.tagValue)}`;
    case "additionalProperties":
      return refusal(violation) ?? `is not known here${knownProperties(violation)}`;
    case "type":
      return `must be ${typeName(params.type)}, got ${gotName(data)}`;
    case "enum":
      return `must be one of ${list(params.allowedValues)}, got ${gotName(data)}`;
    case "minItems":
      return params.limit === 1 ? "must not be empty" : `must have at least ${params.limit} items`;
    case "maxItems":
      return `has ${Array.isArray(data) ? data.length : "too many"} items, at most ${params.limit} are allowed`;
    case "minLength":
      return params.limit === 1 ? "must not be empty" : `must have at least ${params.limit} characters`;
    case "minProperties":
      return "must not be empty";
    case "maxLength":
      return `must have at most ${params.limit} characters`;
    case "maxProperties":
      return `must have at most ${params.limit} entries`;
    case "pattern":
      return described(violation) ?? `must match ${params.pattern}`;
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return `must be ${params.comparison} ${params.limit}, got ${gotName(data)}`;
    default:
      return message ?? "is not valid";
  }
}

/** A schema may say in `x-expects` what its pattern means, or what tells its alternatives apart. */
function described({ parentSchema }: Violation): string | undefined {
  const expects = isRecord(parentSchema) ? parentSchema["x-expects"] : undefined;
  return typeof expects === "string" ? `must be ${expects}` : undefined;
}

/** A schema may say in `x-refused` why it does not take a property that exists elsewhere, by its name. */
function refusal({ params, parentSchema }: Violation): string | undefined {
  const reasons = isRecord(parentSchema) ? parentSchema["x-refused"] : undefined;
  const name = String(params.additionalProperty);
  const reason = isRecord(reasons) && Object.hasOwn(reasons, name) ? reasons[name] : undefined;
  return typeof reason === "string" ? reason : undefined;
}

function knownProperties({ parentSchema }: Violation): string {
  const properties =
    isRecord(parentSchema) && isRecord(parentSchema.properties) ? Object.keys(parentSchema.properties) : [];
  return properties.length > 0 ? `; known: ${properties.join(", ")}` : "";
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const list = (values: unknown): string => (Array.isArray(values) ? values.join(", ") : String(values));

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: "an array",
  boolean: "true or false",
  integer: "a whole number",
  null: "null",
  number: "a finite number",
  object: "an object",
  string: "a string",
};

const typeName = (types: unknown): string =>
  [types]
    .flat()
    .map((type) => TYPE_NAMES[String(type)] ?? String(type))
    .join(" or ");

const SHOWN_CHARACTERS = 40;

/** The value itself where it is short, its kind otherwise. */
function gotName(data: unknown): string {
  if (data === undefined) return "nothing";
  if (Array.isArray(data)) return "an array";
  if (isRecord(data)) return "an object";
  if (typeof data !== "string") return String(data);
  return data.length <= SHOWN_CHARACTERS ? JSON.stringify(data) : `a string of ${data.length} characters`;
}
