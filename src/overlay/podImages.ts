import { type Container, type Manifest, nameOf } from "./manifests/manifest";
import { podTemplate, withPodTemplate } from "./podTemplate";
import type { Change } from "./profileOverlay";
import { podSpecOf } from "./requests/pendingPods";

/** The images that objects name for their containers, each once, but for those of a session's own build. */
export function podImages(objects: readonly Manifest[], own: readonly string[]): string[] {
  const all = objects.flatMap((object) => {
    const spec = podSpecOf(object);
    return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].flatMap(({ image }) => image ?? []);
  });
  return [...new Set(all)].filter((image) => !own.includes(image));
}

/** Whether an image's name leaves it open which it is, so that Kubernetes asks its registry each time. */
function isLatest(image: string): boolean {
  return !image.includes("@") && /^[^:]*$|:latest$/.test(image.slice(image.lastIndexOf("/") + 1));
}

/**
 * Has containers whose image was loaded into the nodes run that one: those that would ask its registry each time ask it only where the image is missing.
 * Pure: the object given is left as it is.
 */
export function useLoaded(object: Manifest, loaded: readonly string[]): { object: Manifest; changes: Change[] } {
  const changes: Change[] = [];
  const spec = podSpecOf(object);
  if (!spec?.containers) return { object, changes };
  const use = (container: Container): Container => {
    const { name, image = "", imagePullPolicy } = container;
    const always = imagePullPolicy === "Always" || (imagePullPolicy === undefined && isLatest(image));
    if (!always || !loaded.includes(image)) return container;
    const change = { field: `container ${name}: imagePullPolicy`, from: imagePullPolicy, to: "IfNotPresent" };
    changes.push({ object: nameOf(object), ...change });
    return { ...container, imagePullPolicy: "IfNotPresent" };
  };
  const changed = {
    ...spec,
    containers: spec.containers.map(use),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(use) }),
  };
  if (changes.length === 0) return { object, changes };
  const template = object.kind === "Pod" ? undefined : podTemplate(object);
  return {
    object: template ? withPodTemplate(object, { ...template, spec: changed }) : { ...object, spec: changed },
    changes,
  };
}
