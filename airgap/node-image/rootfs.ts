import * as fs from "node:fs";
import * as path from "node:path";
import { publish } from "../cache/publish";
import { aptInstall, osRelease } from "../engine/debian";
import type { Work } from "../part";
import { command, tryCommand } from "../run/command";
import { onPath } from "../tools/onPath";
import { debian, rootfsKey } from "./recipe";

/** The step that it takes. */
export const rootfsStep = `Installing Debian ${debian.suite} for the nodes`;

const LEFT_OUT = [
  "./dev/*",
  "./var/cache/apt",
  "./var/lib/apt/lists",
  "./usr/share/doc",
  "./usr/share/man",
  "./usr/share/locale",
];

/** Tells whether the archive is there. */
export function rootfsReady(cache: string): boolean {
  return fs.existsSync(rootfsFolder(cache));
}

/** Returns an archive of a bare Debian with the packages that a node needs, from the machine's own mirror.
 * @throws Error where debootstrap can't work: it needs root */
export async function provideRootfs(work: Work): Promise<string> {
  const folder = rootfsFolder(work.cache);
  const log = work.log("debootstrap");
  if (!rootfsReady(work.cache)) {
    await work.lanes.apt.run(() =>
      work.progress.step(rootfsStep, () =>
        publish(folder, async (aside) => {
          await installDebootstrap(log);
          const root = path.join(aside, "root");
          const include = `--include=${debian.packages.join(",")}`;
          await command("debootstrap", ["--variant=minbase", include, debian.suite, root, await mirror()], { log });
          const excluded = LEFT_OUT.map((name) => `--exclude=${name}`);
          await command(
            "tar",
            ["-I", "gzip -1", ...excluded, "-cf", path.join(aside, "rootfs.tar.gz"), "-C", root, "."],
            { log },
          );
          fs.rmSync(root, { recursive: true });
        }),
      ),
    );
  }
  return path.join(folder, "rootfs.tar.gz");
}

function rootfsFolder(cache: string): string {
  return path.join(cache, "node", `debian-${debian.suite}-${rootfsKey()}`);
}

async function installDebootstrap(log: string): Promise<void> {
  const missing = onPath("debootstrap") === undefined ? ["debootstrap"] : [];
  // Elsewhere than on Debian its signatures could not be checked.
  if (!fs.existsSync("/usr/share/keyrings/debian-archive-keyring.gpg")) missing.push("debian-archive-keyring");
  if (missing.length > 0) await aptInstall(missing, log);
}

/** Returns the Debian mirror that this machine is set up with, or Debian's own. */
async function mirror(): Promise<string> {
  const targets = await tryCommand("apt-get", ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]);
  return debianMirror(osRelease(), targets.stdout);
}

/** Chooses among the addresses that apt knows, one a line: security updates and others' repositories hold no whole Debian. */
export function debianMirror(release: string, addresses: string): string {
  const isDebianItself = /^ID="?debian"?$/m.test(release);
  const found = addresses.split("\n").find((address) => /\/debian\/?$/.test(address.trim()));
  return isDebianItself && found ? found.trim() : "http://deb.debian.org/debian";
}
