import assert from "node:assert/strict";
import type { Container, Volume, VolumeMount } from "../../../policies/pod";
import { folderProblem } from "../../../policies/rules/gocoverdirOnNodeVolume";
import { container, pod } from "./workload";

const [uid] = container.env ?? [];
const [mount] = (container.volumeMounts ?? []) as [VolumeMount];

function gocoverdir(...values: (string | undefined)[]): Container {
  return { ...container, env: [uid!, ...values.map((value) => ({ name: "GOCOVERDIR", value }))] };
}

function mounted(...volumeMounts: VolumeMount[]): Container {
  return { ...container, volumeMounts };
}

function withVolumes(...volumes: Volume[]) {
  return { ...pod, volumes };
}

describe("the rule that GOCOVERDIR lies on the node's volume", () => {
  it("is kept on the mount itself and below it", () => {
    assert.equal(folderProblem(container, pod), undefined);
    assert.equal(folderProblem(gocoverdir("/operator-coverage/"), pod), undefined);
    assert.equal(folderProblem(gocoverdir("/operator-coverage/a/b"), pod), undefined);
  });

  it("is broken without a folder", () => {
    for (const values of [[], [undefined], [""], ["relative"]])
      assert.match(
        folderProblem(gocoverdir(...values), pod) ?? "",
        /GOCOVERDIR of container manager to be an absolute path/,
      );
  });

  it("looks at the last of several values, as Kubernetes does", () => {
    assert.equal(folderProblem(gocoverdir("/tmp", "/operator-coverage"), pod), undefined);
    assert.match(folderProblem(gocoverdir("/operator-coverage", "/tmp"), pod) ?? "", /own file system/);
  });

  it("is broken beside the mount", () => {
    for (const folder of ["/tmp", "/operator-coverage-2", "/operator-coverage/../tmp", "/"])
      assert.match(folderProblem(gocoverdir(folder), pod) ?? "", /to lie on a mounted volume/, folder);
    assert.match(folderProblem(mounted(), pod) ?? "", /to lie on a mounted volume/);
  });

  it("looks at the innermost of nested mounts, in whatever order they stand", () => {
    const inner = { name: "scratch", mountPath: "/operator-coverage/inner", subPathExpr: "$(UID)" };
    const spec = withVolumes(...(pod.volumes ?? []), { name: "scratch" });
    for (const mounts of [
      [mount, inner],
      [inner, mount],
    ]) {
      const nested = { ...gocoverdir("/operator-coverage/inner/x"), volumeMounts: mounts };
      assert.match(folderProblem(nested, spec) ?? "", /the volume scratch under \/operator-coverage\/inner/);
    }
  });

  it("is broken by a mount that can't be written", () => {
    assert.match(folderProblem(mounted({ ...mount, readOnly: true }), pod) ?? "", /to be writable, got readOnly/);
  });

  it("is broken by a volume that is missing, of the pod's own, or another folder of the node", () => {
    const name = "operator-coverage";
    assert.match(folderProblem(container, withVolumes()) ?? "", /no volume of that name/);
    assert.match(folderProblem(container, withVolumes({ name })) ?? "", /to be a folder of the node/);
    for (const path of ["/var/tmp", "/operator-coverage/../etc", "/operator-coverages"])
      assert.match(
        folderProblem(container, withVolumes({ name, hostPath: { path } })) ?? "",
        /under \/operator-coverage, got/,
      );
  });

  it("is broken where pods share a folder", () => {
    assert.match(
      folderProblem(mounted({ ...mount, subPathExpr: undefined }), pod) ?? "",
      /a folder for each pod by its UID/,
    );
    assert.match(
      folderProblem(mounted({ ...mount, subPathExpr: "$(NAME)" }), pod) ?? "",
      /a folder for each pod by its UID/,
    );
    const named = { name: "UID", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } };
    const byName = { ...container, env: [named, ...(container.env ?? []).slice(1)] };
    assert.match(folderProblem(byName, pod) ?? "", /a folder for each pod by its UID/);
  });
});
