// Where on the page one is, kept in the address behind `#`: links can be shared, and the server needs to know one file only. Pure.

export const BRAIN_TABS = ["charts", "classes", "layers", "trace", "checkpoints"] as const;
export type BrainTab = (typeof BRAIN_TABS)[number];

export type Route =
  | { readonly page: "brains" }
  | { readonly page: "brain"; readonly brain: string; readonly tab: BrainTab }
  | { readonly page: "datasets" }
  | { readonly page: "dataset"; readonly dataset: string }
  | { readonly page: "draw"; readonly brain: string | null }
  | { readonly page: "unknown" };

/** @param hash as `location.hash` has it, e.g. `#/brains/pets/trace` */
export function routeOf(hash: string): Route {
  const [first, id, tab, ...rest] = hash
    .replace(/^#?\/?/, "")
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  if (rest.length > 0) return { page: "unknown" };
  if (first === undefined || (first === "brains" && id === undefined)) return { page: "brains" };
  if (first === "draw" && tab === undefined) return { page: "draw", brain: id ?? null };
  if (first === "datasets" && tab === undefined) {
    return id === undefined ? { page: "datasets" } : { page: "dataset", dataset: id };
  }
  if (first !== "brains" || id === undefined) return { page: "unknown" };
  if (tab === undefined) return { page: "brain", brain: id, tab: "charts" };
  const known = BRAIN_TABS.find((each) => each === tab);
  return known === undefined ? { page: "unknown" } : { page: "brain", brain: id, tab: known };
}

export const brainsHref = "#/brains";
export const brainHref = (brain: string, tab: BrainTab = "charts"): string =>
  `#/brains/${encodeURIComponent(brain)}${tab === "charts" ? "" : `/${tab}`}`;
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
