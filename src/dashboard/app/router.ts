// Where on the page one is, kept in the address behind `#`: links can be shared, and the server needs to know one file only. Pure.

export const BRAIN_TABS = ["charts", "classes", "layers", "trace", "curricula", "checkpoints"] as const;
export type BrainTab = (typeof BRAIN_TABS)[number];

export type BrainRoute = {
  readonly page: "brain";
  readonly brain: string;
  readonly tab: BrainTab;
  /** One of the things that the tab lists, where it has an address of its own. */
  readonly item: TabItem | null;
};

/** `new`: one that is being made, after the model of `id` where there is one. */
export type TabItem =
  | { readonly type: "one"; readonly id: string }
  | { readonly type: "new"; readonly id: string | null };

export type Route =
  | { readonly page: "brains" }
  | BrainRoute
  | { readonly page: "datasets" }
  | { readonly page: "dataset"; readonly dataset: string }
  | { readonly page: "draw"; readonly brain: string | null }
  | { readonly page: "unknown" };

/** @param hash as `location.hash` has it, e.g. `#/brains/pets/trace` */
export function routeOf(hash: string): Route {
  const [first, id, tab, item, like, ...rest] = hash
    .replace(/^#?\/?/, "")
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  if (rest.length > 0) return { page: "unknown" };
  if (item !== undefined && (first !== "brains" || tab !== "curricula")) return { page: "unknown" };
  if (like !== undefined && item !== NEW) return { page: "unknown" };
  if (first === undefined || (first === "brains" && id === undefined)) return { page: "brains" };
  if (first === "draw" && tab === undefined) return { page: "draw", brain: id ?? null };
  if (first === "datasets" && tab === undefined) {
    return id === undefined ? { page: "datasets" } : { page: "dataset", dataset: id };
  }
  if (first !== "brains" || id === undefined) return { page: "unknown" };
  const known = tab === undefined ? "charts" : BRAIN_TABS.find((each) => each === tab);
  if (known === undefined) return { page: "unknown" };
  return { page: "brain", brain: id, tab: known, item: item === undefined ? null : itemOf(item, like) };
}

/** In the place of an id; ids of curricula are UUIDs. */
const NEW = "new";

const itemOf = (item: string, like: string | undefined): TabItem =>
  item === NEW ? { type: "new", id: like ?? null } : { type: "one", id: item };

export const brainsHref = "#/brains";
export const brainHref = (brain: string, tab: BrainTab = "charts"): string =>
  `#/brains/${encodeURIComponent(brain)}${tab === "charts" ? "" : `/${tab}`}`;
export const curriculumHref = (brain: string, curriculum: string): string =>
  `${brainHref(brain, "curricula")}/${encodeURIComponent(curriculum)}`;
/** @param like the curriculum that the new one begins as a copy of */
export const newCurriculumHref = (brain: string, like?: string): string =>
  `${curriculumHref(brain, NEW)}${like === undefined ? "" : `/${encodeURIComponent(like)}`}`;
export const datasetsHref = "#/datasets";
export const datasetHref = (dataset: string): string => `#/datasets/${encodeURIComponent(dataset)}`;
export const drawHref = (brain?: string): string =>
  brain === undefined ? "#/draw" : `#/draw/${encodeURIComponent(brain)}`;

/** What is not percent-encoded right stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
