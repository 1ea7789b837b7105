// The arrows of the architecture: imports point downwards only.
// http -> curricula -> brains, datasets -> host, store, metrics -> brain -> backend -> tensor; `errors.ts` is for everyone above the mathematics.
const LAYERS = [
  ["tensor"],
  ["backend"],
  ["brain", "encoders"],
  ["host", "store", "metrics"],
  ["brains", "datasets"],
  ["curricula"],
  ["http", "cli"],
];

const folders = (names) => `^src/(${names.join("|")})/`;

const arrows = LAYERS.slice(0, -1).map((names, level) => ({
  name: `${names.join("-")}-imports-downwards`,
  comment: "Imports point downwards only (see CONTRIBUTING.md, layout).",
  severity: "error",
  from: { path: folders(names) },
  to: { path: folders(LAYERS.slice(level + 1).flat()) },
}));

module.exports = {
  forbidden: [
    ...arrows,
    {
      name: "parts-do-not-know-each-other",
      comment: "host, store and metrics stand side by side; brains joins them.",
      severity: "error",
      from: { path: "^src/(host|store|metrics)/" },
      to: { path: "^src/(host|store|metrics)/", pathNot: "^src/$1/" },
    },
    {
      name: "brains-and-datasets-do-not-know-each-other",
      comment: "curricula joins them.",
      severity: "error",
      from: { path: "^src/(brains|datasets)/" },
      to: { path: "^src/(brains|datasets)/", pathNot: "^src/$1/" },
    },
    {
      name: "tracing-knows-nobody",
      comment: "Everyone above the mathematics may tell of spans; who hears of them asks nobody.",
      severity: "error",
      from: { path: "^src/tracing/" },
      to: { path: "^src/", pathNot: "^src/tracing/" },
    },
    {
      name: "open-telemetry-behind-the-tracer",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/tracing/(open-telemetry|outage-log)\\.ts$" },
      to: { path: "^node_modules/@opentelemetry/" },
    },
    {
      name: "open-telemetry-is-loaded-where-traces-are-wanted",
      comment: "main.ts alone imports it, and only then.",
      severity: "error",
      from: { pathNot: "^src/(main\\.ts$|tracing/)" },
      to: { path: "^src/tracing/open-telemetry\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "mathematics-is-pure",
      comment: "No I/O, clock or ambient randomness below host/.",
      severity: "error",
      from: { path: "^src/(tensor|brain)/" },
      to: { pathNot: "^src/(tensor|backend|brain)/" },
    },
    {
      name: "brain-knows-the-backend-interface-only",
      severity: "error",
      from: { path: "^src/brain/" },
      to: { path: "^src/backend/", pathNot: "^src/backend/backend\\.ts$" },
    },
    {
      name: "dashboard-knows-the-schemas-alone",
      comment: "It is a client like any other: of the server it takes the types of what travels, and no code.",
      severity: "error",
      from: { path: "^src/dashboard/" },
      to: { path: "^src/", pathNot: "^src/dashboard/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "dashboard-takes-types-from-schemas",
      severity: "error",
      from: { path: "^src/dashboard/" },
      to: { path: "^src/", pathNot: "^src/(dashboard|http/schemas)/" },
    },
    {
      name: "server-knows-no-dashboard",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/dashboard/" },
      to: { path: "^src/dashboard/" },
    },
    {
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "nothing-imports-main", severity: "error", from: {}, to: { path: "^src/main\\.ts$" } },
    {
      name: "product-does-not-import-tests",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench|scripts|examples)/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^src/.*/generated/" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js", ".mjs"] },
  },
};
