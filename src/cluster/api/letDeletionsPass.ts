import { blockingWebhooks, type WebhookConfiguration } from "./blockingWebhooks";
import { kubectlOn } from "./kubectl";

/** Seconds that one call may take: this comes before the pods go, and must not hold that up. */
const patience = 10;

/**
 * Lets pods go though a webhook that is to be asked about it does not answer: its failures count for nothing from here on. One that answers is still asked, and
 * what it runs then is covered as before. The cluster goes away with its session, so nobody has to take that back.
 * @param kubeconfig absolute path of the session's own
 * @throws ProgramError where the API server does not answer
 */
export async function letDeletionsPass(kubeconfig: string, progress: (message: string) => void): Promise<void> {
  const kubectl = kubectlOn(kubeconfig, patience);
  const kinds = "validatingwebhookconfigurations,mutatingwebhookconfigurations";
  const { items } = JSON.parse(await kubectl(["get", kinds, "-o", "json"])) as { items: WebhookConfiguration[] };
  for (const { kind, configuration, name, index } of blockingWebhooks(items)) {
    const at = `/webhooks/${index}`;
    // Others may change the list meanwhile.
    const patch = [
      { op: "test", path: `${at}/name`, value: name },
      { op: "add", path: `${at}/failurePolicy`, value: "Ignore" },
    ];
    try {
      await kubectl(["patch", kind, configuration, "--type=json", "-p", JSON.stringify(patch)]);
      progress(
        `the webhook ${name} (${kind} ${configuration}) is asked about pods that end: where it does not answer, they may go all the same`,
      );
    } catch (error) {
      progress(`the webhook ${name} (${kind} ${configuration}) may keep pods from going: ${(error as Error).message}`);
    }
  }
}
