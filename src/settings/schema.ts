import * as path from "node:path";
import * as z from "zod";
import { profileKinds } from "../contract/runtime";
import { imageReference } from "./imageReference";
import { isFlagList } from "./linkerFlags";

/** Exact kinds whose pod template an overlay can profile. */
export const workloadKinds = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"] as const;

/** A DNS label (RFC 1123): these names become parts of image names, folders and resource names. */
const dnsLabel = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
  .meta({ expected: "a DNS label of at most 40 characters (a-z, 0-9 and -)" });

const text = z.string().min(1).meta({ expected: "a string that is not empty" });

/** What a package pattern or path given to the go command may look like: never an option of it. */
const goArgument = z.string().regex(/^[^-]/).meta({ expected: "a package pattern, such as ./..." });

const manifests = z
  .union([z.strictObject({ kustomize: text }), z.strictObject({ yaml: z.array(text).min(1) })])
  .meta({ expected: "either {kustomize: FOLDER} or {yaml: [FILES OR GLOBS]}" });

/** The path of a file inside an image. */
const imagePath = z
  .string()
  .refine((file) => /^\/[^\0]*[^\0/]$/.test(file) && path.posix.normalize(file) === file)
  .meta({ expected: "the absolute path of a file, without . or .. in it" });

/** Variables that go to another program by their names. */
const variables = (what: string) =>
  z
    .record(z.string(), z.string())
    .refine((all) => Object.entries(all).every(([name, value]) => /^[^=\s\0]+$/.test(name) && !value.includes("\0")))
    .meta({ expected: `${what} by name, where no name is empty or holds = or a space` })
    .default({});

/** Values of the variables in manifests that clusterctl would put in. */
const values = z
  .record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
    z.union([z.string(), z.number(), z.boolean()]).transform(String),
  )
  .meta({ expected: "values by the names of variables, which are made of letters, digits and _" })
  .optional();

const prerequisite = z
  .union([
    z.strictObject({ kustomize: text, variables: values }),
    z.strictObject({ yaml: z.array(text).min(1), variables: values }),
    z.strictObject({ command: z.array(text).min(1), dir: text.optional() }),
  ])
  .meta({ expected: "one of {kustomize: FOLDER}, {yaml: [FILES OR GLOBS]} and {command: [PROGRAM, ARGUMENTS]}" });

const workload = z.strictObject({
  kind: z.enum(workloadKinds).optional(),
  name: text.optional(),
  container: text.optional(),
  /** its own main package, where an operator has several programs */
  main: goArgument.optional(),
  /** its own image in the manifests */
  image: text.optional(),
  program: imagePath.optional(),
});

const build = z.strictObject({
  mode: z.enum(["cover", "test-binary"]).default("cover"),
  builder: z.enum(["go", "ko"]).default("go"),
  dockerfile: text.optional(),
  /** the Dockerfile's build context, where it is not the source */
  context: text.optional(),
  target: text.optional(),
  args: variables("build arguments"),
  covermode: z.enum(["atomic", "count", "set"]).default("atomic"),
  coverpkg: z.array(goArgument).min(1).default(["./..."]),
  tags: z
    .array(
      z
        .string()
        .regex(/^[\w.]+$/)
        .meta({ expected: "a Go build tag" }),
    )
    .default([]),
  ldflags: z
    .string()
    .refine(isFlagList)
    .meta({ expected: "linker flags, as -s -w, in which each quote that begins a flag is closed" })
    .default(""),
  env: variables("environment variables"),
  base: z
    .string()
    .regex(imageReference)
    .meta({ expected: "an image's reference, such as debian:12-slim, or scratch" })
    .default("scratch"),
  /** as in a Dockerfile's USER; where not given, the default image has one that is not root, and any other base keeps its own */
  user: z
    .preprocess(
      (value) => (typeof value === "number" ? String(value) : value),
      z.string().regex(/^[a-z0-9_][-a-z0-9_.]*(?::[a-z0-9_][-a-z0-9_.]*)?$/i),
    )
    .meta({ expected: "a user as USER in a Dockerfile names it, such as 0, 1000:1000 or nobody" })
    .optional(),
});

/** Milliseconds: how often a process looks for something to do, see instrument/runtime. */
const finestInterval = 250;
const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A pause as Go writes it, or `off`, which YAML 1.1 takes for `false`. */
const snapshots = z
  .preprocess(
    (value) => (value === false ? "off" : value),
    z.string().refine((text) => {
      const [, number, unit] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text) ?? [];
      return text === "off" || Number(number) * (milliseconds[unit ?? ""] ?? 0) >= finestInterval;
    }),
  )
  .meta({ expected: "a time of at least 250ms, such as 10s or 1m, or off" });

const operator = z.strictObject({
  // A run keeps folders of these names beside those of the operators.
  name: dnsLabel
    .refine((name) => name !== "raw" && name !== "sources")
    .meta({ expected: "a DNS label of at most 40 characters (a-z, 0-9 and -), and neither raw nor sources" }),
  source: text,
  main: goArgument.default("."),
  manifests,
  /** where objects go that name no namespace */
  namespace: z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
    .meta({ expected: "a namespace's name: at most 63 characters (a-z, 0-9 and -)" })
    .optional(),
  variables: values,
  image: text.optional(),
  workload: workload.default({}),
  workloads: z.array(workload).min(1).optional(),
  build: build.prefault({}),
  snapshots: snapshots.optional(),
  /** what its pods request is lowered where they would find no node, or kept */
  requests: z.enum(["fit", "keep"]).default("fit"),
  profiles: z
    .array(z.enum(profileKinds))
    .default([])
    .meta({ expected: `a list of profiles (${profileKinds.join(", ")})` }),
});

const cluster = z.strictObject({
  name: dnsLabel.optional(),
  nodeImage: text.optional(),
  config: text.optional(),
  /** images of the engine that are loaded into the nodes besides those of the manifests */
  images: z
    .array(z.string().regex(imageReference).meta({ expected: "an image's reference, such as busybox:1.37" }))
    .optional(),
  /** what has to be in the cluster before the operators, in this order */
  prerequisites: z.array(prerequisite).optional(),
});

const timeouts = z.strictObject({
  ready: z.number().int().min(1).max(3600).default(180),
  prerequisites: z.number().int().min(1).max(3600).default(300),
  stop: z.number().int().min(1).max(3600).default(120),
});

/** The shape of the configuration under the namespace `operator-coverage`. */
export const schema = z.strictObject({
  operators: z.array(operator).min(1).meta({ expected: "a list of at least one operator" }),
  cluster: cluster.prefault({}),
  /** where not given, in the state folder: see src/state/folders.ts */
  output: text.optional(),
  /** `complete`: a session of which something is missing fails, once its reports are published and its cluster is gone */
  require: z.literal("complete").optional().meta({ expected: "complete, or left out" }),
  timeouts: timeouts.prefault({}),
});

/** The same as people write it, in which what has a default may be left out. */
export type Raw = z.input<typeof schema>;
/** Configuration as given, with defaults filled in; paths are still as the user wrote them. */
export type Configuration = z.output<typeof schema>;
export type OperatorConfiguration = Configuration["operators"][number];
export type WorkloadConfiguration = OperatorConfiguration["workload"];
export type BuildConfiguration = OperatorConfiguration["build"];
export type PrerequisiteConfiguration = NonNullable<Configuration["cluster"]["prerequisites"]>[number];
