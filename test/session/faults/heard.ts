import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type Tick, ticksIn } from "./ticks";

/** Listens to the first life of each pod of a namespace that is there, up to its end: a pod that has gone has no log any more. */
export class Heard {
  private text = "";

  private constructor(private readonly logs: ChildProcess) {
    logs.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
      this.text += chunk;
    });
  }

  static listen(kubeconfig: string, namespace: string, selector: string): Heard {
    const args = ["logs", "--follow", "--namespace", namespace, "--selector", selector];
    const more = ["--prefix", "--timestamps", "--tail=-1", "--max-log-requests=100", "--ignore-errors"];
    return new Heard(
      spawn("kubectl", ["--kubeconfig", kubeconfig, ...args, ...more], { stdio: ["ignore", "pipe", "inherit"] }),
    );
  }

  /** The ticks of a pod's first life, by the pod's name; none where the pod came later. */
  ticksOf(podName: string): readonly Tick[] {
    const prefix = `[pod/${podName}/`;
    const lines = this.text.split("\n").filter((line) => line.startsWith(prefix));
    return ticksIn(lines.map((line) => line.slice(line.indexOf("] ") + 2)).join("\n"));
  }

  async stop(): Promise<void> {
    if (this.logs.exitCode !== null || this.logs.signalCode !== null) return;
    this.logs.kill();
    await once(this.logs, "close");
  }
}
