import * as fs from "node:fs";
import * as path from "node:path";
import type { Complaint } from "../protocol/provider";
import { hasUnknown, isObject, type Properties, type Value } from "../protocol/values";
import { contextDigest } from "./context";
import { registryInName } from "./names";

/** The inputs of `docker:index/image:Image`, as they are after a check. */
export interface ImageInputs {
  readonly imageName: string;
  readonly skipPush?: boolean;
  readonly registry?: { readonly server?: string; readonly username?: string; readonly password?: string };
  readonly build: {
    readonly context: string;
    readonly dockerfile: string;
    readonly platform: string;
    readonly target?: string;
    readonly args?: Readonly<Record<string, string>>;
    readonly builderVersion?: (typeof BUILDERS)[number];
    readonly cacheFrom?: { readonly images?: readonly string[] };
    readonly network?: string;
    readonly addHosts?: readonly string[];
  };
}

const BUILDERS = ["BuilderV1", "BuilderBuildKit"] as const;

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: "amd64", ia32: "386" };

/** The platform for which the engine of this machine builds: the vendor's default. */
export const HOST_PLATFORM = `linux/${ARCHITECTURES[process.arch] ?? process.arch}`;

/**
 * Fills in the vendor's defaults and the digest of the build context, by which a changed file becomes a change.
 *
 * @param inputs as the program gave them; what isn't known yet stays as it is.
 */
export async function checkedInputs(inputs: Properties): Promise<{ inputs: Properties; complaints: Complaint[] }> {
  const given = inputs.build ?? {};
  if (hasUnknown(given) && !isObject(given)) return { inputs, complaints: [] };
  if (!isObject(given)) {
    return { inputs, complaints: [{ property: "build", reason: "Expected `build` to be a map, got something else" }] };
  }
  const context = given.context ?? ".";
  const build = {
    ...given,
    context,
    dockerfile: given.dockerfile ?? (hasUnknown(context) ? context : path.join(String(context), "Dockerfile")),
    platform: given.platform ?? HOST_PLATFORM,
  };
  const complaints = [
    ...textComplaints(inputs, build),
    ...pushComplaints(inputs),
    ...builderComplaints(build),
    ...fileComplaints(build),
  ];
  const known = !hasUnknown(build.context) && !hasUnknown(build.dockerfile);
  if (complaints.length > 0 || !known) return { inputs: { ...inputs, build }, complaints };
  const digest = await contextDigest(String(build.context), String(build.dockerfile));
  return { inputs: { ...inputs, build: { ...build, contextDigest: digest } }, complaints };
}

function textComplaints(inputs: Properties, build: Properties): Complaint[] {
  const texts = { imageName: inputs.imageName, "build.target": build.target, "build.platform": build.platform };
  const wrong = Object.entries(texts).filter(([name, value]) =>
    value === undefined ? name === "imageName" : typeof value !== "string" || value === "",
  );
  return wrong.map(([property, value]) => ({
    property,
    reason: `Expected \`${property}\` to be a string with something in it, got ${JSON.stringify(value)}`,
  }));
}

/** The vendor's rule: a push without a registry in the name would go to Docker Hub, which nobody may have meant. */
function pushComplaints({ skipPush, registry, imageName }: Properties): Complaint[] {
  const hasServer = isObject(registry) && Boolean(registry.server);
  if (skipPush || hasServer || hasUnknown([skipPush ?? null, registry ?? null, imageName ?? null])) return [];
  if (typeof imageName !== "string" || registryInName(imageName) !== undefined) return [];
  const reason =
    `Expected \`imageName\` to begin with a registry, got ${imageName}: ` +
    "write docker.io/... for Docker Hub, or set `skipPush: true` to keep the image in the engine";
  return [{ property: "imageName", reason }];
}

function builderComplaints({ builderVersion }: Properties): Complaint[] {
  if (builderVersion === undefined || hasUnknown(builderVersion)) return [];
  if ((BUILDERS as readonly Value[]).includes(builderVersion)) return [];
  const reason = `Expected \`build.builderVersion\` to be one of ${BUILDERS.join(", ")}, got ${JSON.stringify(builderVersion)}`;
  return [{ property: "build.builderVersion", reason }];
}

function fileComplaints({ context, dockerfile }: Properties): Complaint[] {
  if (!hasUnknown(context) && !isFolder(String(context))) {
    const reason = `Expected \`build.context\` to be an existing folder, got ${context}: it counts from the program's folder`;
    return [{ property: "build.context", reason }];
  }
  if (hasUnknown(dockerfile) || fs.existsSync(String(dockerfile))) return [];
  // The most common mistake: the path counts from the program's folder, too, not from the context.
  const inContext = path.join(String(context), String(dockerfile));
  const hint = !hasUnknown(context) && fs.existsSync(inContext) ? `; try ${inContext}` : "";
  const reason = `Expected \`build.dockerfile\` to be an existing file, got ${dockerfile}${hint}`;
  return [{ property: "build.dockerfile", reason }];
}

function isFolder(name: string): boolean {
  return fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
