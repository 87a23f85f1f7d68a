import { Phrase, problem } from "../settings/problems";
import type { WorkloadConfiguration } from "../settings/schema";
import { type Container, type Manifest, nameOf } from "./manifest";
import { containersOf, isWorkload } from "./podTemplate";

/** A container that runs a program of the operator. */
export interface ProfiledContainer {
  readonly workload: Manifest;
  /** its name; containers and init containers of a pod share one name space */
  readonly container: string;
}

interface Candidate {
  readonly workload: Manifest;
  readonly container: Container;
  readonly init: boolean;
}

/**
 * Finds the container that runs an operator's program among all objects: by the settings where they say so, otherwise there must be but one.
 * A workload's name may be given as it was before kustomize put its prefix in front; an init container has to be named.
 * @param wanted what the settings say of it
 * @param at where they say it, for the message: `operators[0].workload`
 * @returns the container, or the problem as a sentence
 */
export function selectWorkload(
  objects: readonly Manifest[],
  wanted: WorkloadConfiguration,
  at: string,
): ProfiledContainer | { readonly problem: string } {
  const workloads = objects.filter(isWorkload);
  if (workloads.length === 0) return { problem: noWorkload(objects, at) };
  const ofKind = workloads.filter((w) => !wanted.kind || w.kind === wanted.kind);
  const named = byName(ofKind, wanted.name);
  if (named.length === 0) {
    const all = workloads.map(nameOf).join(", ");
    return { problem: problem(at, `one of ${all}`, wanted, "Correct its kind or name.") };
  }
  const candidates = named.flatMap((workload) => containersOf(workload).map((c) => ({ workload, ...c })));
  const matching = candidates
    .filter(({ container, init }) => (wanted.container ? container.name === wanted.container : !init))
    .filter(({ container }) => !wanted.image || container.image === wanted.image);
  const [only, ...others] = matching;
  if (!only) return { problem: noMatch(candidates, wanted, at) };
  if (others.length > 0) return { problem: severalMatch(matching, at) };
  return { workload: only.workload, container: only.container.name };
}

function byName(workloads: readonly Manifest[], name: string | undefined): readonly Manifest[] {
  if (name === undefined) return workloads;
  const exact = workloads.filter((w) => w.metadata.name === name);
  return exact.length > 0 ? exact : workloads.filter((w) => w.metadata.name.endsWith(`-${name}`));
}

function noWorkload(objects: readonly Manifest[], at: string): string {
  const kinds = [...new Set(objects.map((o) => o.kind))].join(", ");
  const got = new Phrase(kinds ? `manifests with only ${kinds}` : "manifests without any object");
  const expected = "a Deployment, StatefulSet, DaemonSet, Job or CronJob in the manifests";
  return problem(at, expected, got, "Let `manifests` name the folder or files that deploy the operator.");
}

function noMatch(candidates: readonly Candidate[], { container, image }: WorkloadConfiguration, at: string): string {
  const expected = `one of the containers ${candidates.map(described).join("; ")}`;
  if (container) return problem(`${at}.container`, expected, container, image && `It must have the image ${image}.`);
  return problem(at, expected, new Phrase(`the image ${JSON.stringify(image)}, which none of them has`));
}

function severalMatch(matching: readonly Candidate[], at: string): string {
  const several = new Set(matching.map((m) => m.workload)).size > 1;
  const got = new Phrase(`several that match: ${matching.map(described).join("; ")}`);
  return several
    ? problem(at, "one workload", got, "Name it by `kind` and `name`.")
    : problem(`${at}.container`, "one container", got, "Name the one that runs the operator.");
}

function described({ workload, container, init }: Candidate): string {
  return `${init ? "init container " : ""}${container.name} (${container.image ?? "no image"}) of ${nameOf(workload)}`;
}
