import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";

/** What a test wants of its operator; a program that does nothing until it is told to end, where it says nothing. */
export interface TinyOperator {
  /** of the operator, its workload and its namespace; `tiny` by default */
  readonly name?: string;
  /** of its workload; a CronJob waits for a date that never comes */
  readonly kind?: "Deployment" | "StatefulSet" | "DaemonSet" | "CronJob";
  /** Go statements of `main`, which has `fmt`, `os`, `net/http` and `time` at hand, and `untilEnd()` which waits for SIGTERM */
  readonly main?: string;
  /** fields of the container beside name and image */
  readonly container?: object;
  /** fields of the pod's spec beside its containers */
  readonly pod?: object;
  /** labels of its namespace */
  readonly labels?: object;
  /** fields of the workload's spec beside selector and template; not of a CronJob's */
  readonly deployment?: object;
}

/**
 * Writes an operator that compiles in a second and talks to nobody: a Go module of the standard library alone, with a workload.
 * @param folder absolute path of the module, which is made
 * @returns what the settings of a stack say of it; its source is `folder`
 */
export async function writeTinyOperator(
  folder: string,
  options: TinyOperator = {},
): Promise<{ name: string; source: string; manifests: { yaml: string[] } }> {
  const { name = "tiny", labels, main = 'fmt.Println("at work")\n\tuntilEnd()' } = options;
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "go.mod"), `module example.com/${name}\n\ngo 1.21\n`);
  await writeFile(path.join(folder, "main.go"), program(main));
  const objects = [{ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }, workload(name, options)];
  // JSON is YAML, and needs no care with names.
  await writeFile(path.join(folder, "manifests.yaml"), objects.map((o) => JSON.stringify(o)).join("\n---\n"));
  return { name, source: folder, manifests: { yaml: ["manifests.yaml"] } };
}

function workload(name: string, { kind = "Deployment", container, pod, deployment }: TinyOperator): object {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: "manager", image: "controller:latest", ...container }], ...pod },
  };
  const metadata = { name, namespace: name };
  if (kind !== "CronJob")
    return {
      apiVersion: "apps/v1",
      kind,
      metadata,
      spec: { selector: { matchLabels: labels }, ...deployment, template },
    };
  const spec = { template: { ...template, spec: { restartPolicy: "Never", ...template.spec } } };
  return { apiVersion: "batch/v1", kind, metadata, spec: { schedule: "0 0 30 2 *", jobTemplate: { spec } } };
}

function program(main: string): string {
  return `package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

var _ = []any{fmt.Sprint, os.Exit, http.Handle, time.Sleep}

func untilEnd() {
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	<-end
}

func main() {
	${main}
}
`;
}
