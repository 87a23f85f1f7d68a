import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import type { FakePrograms } from "./fakePrograms";

/** What `docker inspect` prints of node containers, each with a folder mounted where a session has its own. */
export function inspected(...lives: string[]): string {
  return JSON.stringify(
    lives.map((Source, index) => ({
      Id: `id${index}`,
      Name: `/node${index}`,
      State: { Running: true },
      Mounts: [
        { Source, Destination: "/operator-coverage" },
        { Source: "/lib/modules", Destination: "/lib/modules" },
      ],
    })),
  );
}

/**
 * A Docker engine with the nodes of one kind cluster. `kind delete` takes them away and `kind create` makes one.
 * @param lives the folder that is mounted into each node that there is already
 * @param created the folder that is mounted into the node that `kind create` makes
 * @param touch what `docker exec ... touch` does
 * @param version the engine's architecture
 * @param info what `docker info` knows
 * @param answers what `kubectl` does; it stands for an API server that answers once `kind create` was called
 */
export async function fakeEngine(
  fake: FakePrograms,
  {
    lives,
    created,
    touch = "exit 0",
    version = "amd64",
    info = {},
    answers = 'grep -q "^kind create" "$ROOT/calls"',
  }: { lives: readonly string[]; created?: string; touch?: string; version?: string; info?: object; answers?: string },
): Promise<void> {
  await writeFile(path.join(fake.root, "nodes.json"), inspected(...lives));
  await writeFile(path.join(fake.root, "created.json"), inspected(...(created ? [created] : [])));
  await fake.add(
    "docker",
    `case "$1" in
  ps) [ -f "$ROOT/nodes.json" ] && grep -o '"id[0-9]*"' "$ROOT/nodes.json" | tr -d '"' || true ;;
  inspect) cat "$ROOT/nodes.json" ;;
  exec) ${touch} ;;
  version) echo ${version} ;;
  info) echo '${JSON.stringify(info)}' ;;
esac`,
  );
  await fake.add("kubectl", answers);
  await fake.add(
    "kind",
    `case "$1" in
  delete) rm -f "$ROOT/nodes.json" ;;
  create) cat > "$ROOT/config"; cp "$ROOT/created.json" "$ROOT/nodes.json"; echo "Creating cluster" >&2; for a; do last=$a; [ "$previous" = --kubeconfig ] && echo kc > "$a"; previous=$a; done ;;
esac`,
  );
}
