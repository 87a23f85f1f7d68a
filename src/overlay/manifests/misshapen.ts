import * as z from "zod";
import { isWorkload, podTemplate } from "../podTemplate";
import type { Manifest } from "./manifest";

const name = z.string("a string");
const named = z.array(z.looseObject({ name }, "an object"), "a list").nullish();
const strings = z.custom(isListOfStrings, "a list of strings").nullish();
const containers = z
  .array(
    z.looseObject({ name, command: strings, args: strings, env: named, volumeMounts: named }, "an object"),
    "a list",
  )
  .nullish();

/** What the overlay reads of a pod template; the messages are what is expected. */
const template = z
  .looseObject(
    { spec: z.looseObject({ containers, initContainers: containers, volumes: named }, "an object").nullish() },
    "an object",
  )
  .nullish();

function isListOfStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}

/** A part of a workload that has not the shape which Kubernetes asks for. */
export interface Misshapen {
  /** where it stands in the pod template: `spec.containers[0].command` */
  readonly path: string;
  /** in words, such as "a list of strings" */
  readonly expected: string;
  readonly got: unknown;
}

/** Finds the first part of a workload that the overlay reads, and could not; undefined where there is none, and in other objects. */
export function misshapen(object: Manifest): Misshapen | undefined {
  if (!isWorkload(object)) return undefined;
  const given: unknown = podTemplate(object);
  const issue = template.safeParse(given).error?.issues[0];
  if (!issue) return undefined;
  const got = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], given);
  return { path: z.core.toDotPath(issue.path), expected: issue.message, got };
}
