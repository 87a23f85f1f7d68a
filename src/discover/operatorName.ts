/** A run keeps folders of these names beside those of the operators. */
const reserved = ["raw", "sources"];

/**
 * Makes an operator's name, a DNS label of at most 40 characters, of a project's name or a Go module's path: of a path, the last element that is
 * not a major version.
 */
export function operatorName(of: string): string {
  const last = of.replace(/\/v[0-9]+$/, "").replace(/\/+$/, "");
  const label = last
    .slice(last.lastIndexOf("/") + 1)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "")
    .slice(0, 40)
    .replace(/-$/, "");
  if (label === "") return "operator";
  return reserved.includes(label) ? `${label}-operator` : label;
}
