import { ProgramError, run } from "../../system/process/run";

/**
 * Opens every frozen freezer of a container's. Below it, a node's own runtime has a group for each of its containers, and freezes that to look at it or to
 * end it.
 */
const script = `find /host-cgroup/freezer -path "*/$CONTAINER/*" -name freezer.state | while read -r file; do
  [ "$(cat "$file")" = THAWED ] || echo THAWED > "$file"
done`;

/** Milliseconds for the container that thaws. */
const patience = 60_000;

/** What the engine says of a container that it has killed and that is still there. */
const outlives = /did not receive an exit event|tried to kill container/i;

/**
 * Does what takes containers away, and where one can't be killed, does it again once that can be. With cgroups of version 1, no signal ends a frozen process: a
 * node whose runtime was killed just when it had frozen a container is killed, and waits for that container for ever.
 * @param ids of the nodes that are to go: their image is run once more with the rights that they have
 * @throws whatever `remove` does
 */
export async function withThawing<T>(ids: readonly string[], remove: () => Promise<T>): Promise<T> {
  try {
    return await remove();
  } catch (error) {
    if (!(error instanceof ProgramError && outlives.test(error.message))) throw error;
    for (const id of ids) await thaw(id);
    return remove();
  }
}

/**
 * Thaws what a container left frozen, from a container of the same image that sees the machine's cgroups: so it works for users who are not root, and
 * where the engine runs in a machine of its own.
 */
async function thaw(id: string): Promise<void> {
  const image = (
    await run("docker", ["container", "inspect", "--format", "{{.Image}}", "--", id]).catch(() => "")
  ).trim();
  if (image === "") return;
  const rights = ["--privileged", "--network", "none", "--volume", "/sys/fs/cgroup:/host-cgroup"];
  const call = ["run", "--rm", ...rights, "--env", `CONTAINER=${id}`, "--entrypoint", "sh", image, "-c", script];
  await run("docker", call, { timeout: patience });
}
