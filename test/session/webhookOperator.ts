import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";

const group = "test.operator-coverage.dev";

/** The custom resource that its manifests use and do not define: a prerequisite. */
export const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `greetings.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { kind: "Greeting", plural: "greetings" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};

const metadata = (name: string) => ({ name, namespace: "hook" });
const certManager = (kind: string, name: string, spec: object) => ({
  apiVersion: "cert-manager.io/v1",
  kind,
  metadata: metadata(name),
  spec,
});

const labels = { app: "hook" };

/** What kubebuilder lays out for an operator with a validating webhook, with a CA between. */
const objects = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "hook" } },
  certManager("Issuer", "self", { selfSigned: {} }),
  certManager("Certificate", "root", {
    isCA: true,
    commonName: "root",
    secretName: "root",
    privateKey: { algorithm: "ECDSA" },
    issuerRef: { name: "self", kind: "Issuer" },
  }),
  certManager("Issuer", "ca", { ca: { secretName: "root" } }),
  certManager("Certificate", "serving", {
    secretName: "webhook-server-cert",
    dnsNames: ["webhook.hook.svc", "webhook.hook.svc.cluster.local"],
    issuerRef: { name: "ca", kind: "Issuer" },
  }),
  { apiVersion: `${group}/v1`, kind: "Greeting", metadata: metadata("hello") },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata("webhook"),
    spec: { selector: labels, ports: [{ port: 443, targetPort: 9443 }] },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "hook", annotations: { "cert-manager.io/inject-ca-from": "hook/serving" } },
    webhooks: [
      {
        name: `hook.${group}`,
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy: "Fail",
        clientConfig: { service: { ...metadata("webhook"), path: "/validate" } },
        objectSelector: { matchLabels: { checked: "yes" } },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }],
      },
    ],
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata("hook"),
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: "manager",
              image: "controller:latest",
              args: [`--port=\${HOOK_PORT:=9443}`],
              readinessProbe: { tcpSocket: { port: 9443 }, periodSeconds: 1 },
              volumeMounts: [{ name: "certs", mountPath: "/certs", readOnly: true }],
            },
          ],
          volumes: [{ name: "certs", secret: { secretName: "webhook-server-cert" } }],
        },
      },
    },
  },
];

const program = `package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	http.HandleFunc("/validate", func(w http.ResponseWriter, r *http.Request) {
		var review map[string]any
		_ = json.NewDecoder(r.Body).Decode(&review)
		request := review["request"].(map[string]any)
		_ = json.NewEncoder(w).Encode(map[string]any{
			"apiVersion": "admission.k8s.io/v1",
			"kind":       "AdmissionReview",
			"response": map[string]any{
				"uid":     request["uid"],
				"allowed": request["name"] != "denied",
				"status":  map[string]any{"message": fmt.Sprintf("the webhook says no to %s", request["name"])},
			},
		})
	})
	port := strings.TrimPrefix(os.Args[1], "--port=")
	go func() { panic(http.ListenAndServeTLS(":"+port, "/certs/tls.crt", "/certs/tls.key", nil)) }()
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	<-end
}
`;

/**
 * Writes an operator whose webhook the API server calls over TLS, with certificates as cert-manager would make them, and what has to be there before it.
 * @param folder absolute path, which is made
 * @returns what the settings of a stack say of it, and of its prerequisites
 */
export async function writeWebhookOperator(folder: string) {
  await mkdir(folder, { recursive: true });
  const json = (all: readonly object[]) => all.map((one) => JSON.stringify(one)).join("\n---\n");
  await writeFile(path.join(folder, "go.mod"), "module example.com/hook\n\ngo 1.21\n");
  await writeFile(path.join(folder, "main.go"), program);
  await writeFile(path.join(folder, "manifests.yaml"), json(objects));
  await writeFile(path.join(folder, "definition.yaml"), json([definition]));
  const made = `kubectl create configmap made --from-literal=cluster="$KIND_CLUSTER" && echo "made on $KIND_CLUSTER"`;
  return {
    operator: { name: "hook", source: folder, manifests: { yaml: ["manifests.yaml"] }, variables: {} },
    prerequisites: [{ yaml: [path.join(folder, "definition.yaml")] }, { command: ["sh", "-c", made] }],
  };
}
