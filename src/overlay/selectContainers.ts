import { Phrase, problem } from "../settings/problems";
import type { WorkloadConfiguration } from "../settings/schema";
import { type Container, type Manifest, nameOf } from "./manifests/manifest";
import { containersOf, isWorkload } from "./podTemplate";
import { startingWord } from "./programPath";

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

/** The image that kubebuilder's manifests name: nobody publishes it, it stands for what is built from the source. */
const placeholder = "controller:latest";

/**
 * Finds the containers that run an operator's program among all objects: those that have its image, as far as the settings don't narrow them down. Its image is
 * the one that the settings name, the only one that there is, or kubebuilder's placeholder. A workload's name may be given as it was before kustomize put its
 * prefix in front; an init container counts where it has that image, or is named.
 * @param wanted what the settings say of them
 * @param at where they say it, for the message: `operators[0].workload`
 * @returns at least one container, or the problem as a sentence that lists what there is
 */
export function selectContainers(
  objects: readonly Manifest[],
  wanted: WorkloadConfiguration,
  at: string,
): readonly ProfiledContainer[] | { readonly problem: string } {
  const workloads = objects.filter(isWorkload);
  if (workloads.length === 0) return { problem: noWorkload(objects, at) };
  const ofKind = workloads.filter((w) => !wanted.kind || w.kind === wanted.kind);
  const named = byName(ofKind, wanted.name);
  if (named.length === 0) {
    const all = workloads.map(nameOf).join(", ");
    return { problem: problem(at, `one of ${all}`, wanted, "Correct its kind or name.") };
  }
  const candidates = named.flatMap((workload) => containersOf(workload).map((c) => ({ workload, ...c })));
  const ofName = candidates.filter(({ container }) => !wanted.container || container.name === wanted.container);
  const lasting = wanted.container ? ofName : ofName.filter(({ init }) => !init);
  const image = operatorImage(lasting, wanted);
  if (lasting.length === 0 || ("of" in image && !lasting.some(({ container }) => container.image === image.of)))
    return { problem: noMatch(candidates, wanted, at) };
  if (!("of" in image)) return { problem: severalImages(lasting, at) };
  const selected = ofName.filter(({ container }) => container.image === image.of);
  const starts = new Set(selected.map(({ container }) => startingWord(container)));
  if (starts.size > 1 && !wanted.program) return { problem: severalPrograms(selected, at) };
  return selected.map(({ workload, container }) => ({ workload, container: container.name }));
}

/** The image whose containers run the operator; none where several may be it. */
function operatorImage(
  candidates: readonly Candidate[],
  wanted: WorkloadConfiguration,
): { readonly of: string | undefined } | Record<string, never> {
  if (wanted.image) return { of: wanted.image };
  const images = new Set(candidates.map(({ container }) => container.image));
  if (images.size === 1) return { of: [...images][0] };
  return images.has(placeholder) ? { of: placeholder } : {};
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

function severalImages(candidates: readonly Candidate[], at: string): string {
  const got = new Phrase(`several images: ${candidates.map(described).join("; ")}`);
  const wayOut = "Name the operator's in `image`, or its containers by `kind`, `name` and `container`.";
  return problem(at, "containers of one image", got, wayOut);
}

function severalPrograms(selected: readonly Candidate[], at: string): string {
  const each = selected.map((c) => `${described(c)} starts ${startingWord(c.container) ?? "what its image starts"}`);
  const wayOut =
    "Name one by `kind`, `name` and `container`, or list them in `workloads`, each with the `main` of its program.";
  return problem(at, "containers that start one program", new Phrase(`several: ${each.join("; ")}`), wayOut);
}

function described({ workload, container, init }: Candidate): string {
  return `${init ? "init container " : ""}${container.name} (${container.image ?? "no image"}) of ${nameOf(workload)}`;
}
