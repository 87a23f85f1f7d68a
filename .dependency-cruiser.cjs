/**
 * What may import what: `npm run lint` checks it, docs/architecture.md explains it.
 *
 * Each folder in src/layers.json may import those above it in that list, and none below it.
 */
const order = require("./src/layers.json");

/** @param {readonly string[]} folders */
const within = (folders) => `^(${folders.join("|")})/`;

const upwards = order.slice(0, -1).map((folder, index) => ({
  name: `${folder.replace("src/", "")}-imports-only-what-stands-above-it`,
  severity: "error",
  from: { path: within([folder]) },
  to: { path: within(order.slice(index + 1)) },
}));

module.exports = {
  forbidden: [
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    { name: "imports-resolve", severity: "error", from: {}, to: { couldNotResolve: true } },
    ...upwards,
    {
      name: "the-product-stands-alone",
      severity: "error",
      from: { path: within([...order, "policies"]) },
      to: { path: within(["airgap", "bench", "examples", "test"]) },
    },
    {
      name: "airgap-stands-alone",
      severity: "error",
      from: { path: within(["airgap"]), pathNot: "^airgap/test/" },
      to: { path: within([...order, "policies", "bench", "examples", "test"]) },
    },
    {
      name: "policies-stand-alone",
      comment: "A policy judges what is to be made without the code that makes it.",
      severity: "error",
      from: { path: "^policies/" },
      to: { path: within(order) },
    },
    {
      name: "reports-need-no-cluster",
      comment: "A run's reports can be made again on a machine that has Node.js and Go alone.",
      severity: "error",
      from: { path: within(["src/runs", "src/report", "src/coverage", "src/ledger"]) },
      to: { path: within(["src/cluster", "src/instrument"]) },
    },
    {
      name: "only-components-know-pulumi",
      comment: "Pure logic is tested without Pulumi. Only the program reads configuration, and only components make resources.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/settings/(readSettings|programProject)[.]ts$" },
      to: { path: "node_modules/@pulumi/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(examples|dist)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    moduleSystems: ["cjs", "es6"],
  },
};
