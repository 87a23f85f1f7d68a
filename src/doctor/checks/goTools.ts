import type { Finding } from "../finding";
import { untold } from "../finding";
import { filesOnPath } from "../machine/path";
import { LateError, type Machine, wordsOf } from "../machine/thisMachine";

/** The tools of the Go distribution that reports are made with; there are distributions without them. */
const tools = ["covdata", "cover"] as const;

/** What the go command said of a tool; `late` where it took longer than there was time. */
export type ToolReading = { readonly tool: string; readonly is: "there" | "late" | "lacking"; readonly why?: string };

/** Asks the go command for the tools, which it builds where it has but their sources. */
export async function checkGoTools(machine: Machine): Promise<readonly Finding[]> {
  // That it is lacking altogether is another finding.
  if (filesOnPath("go", machine.env).length === 0) return [];
  return [judgeGoTools(await Promise.all(tools.map((tool) => readTool(machine, tool))))];
}

async function readTool(machine: Machine, tool: string): Promise<ToolReading> {
  try {
    await machine.ask("go", ["tool", "-n", tool]);
    return { tool, is: "there" };
  } catch (error) {
    return error instanceof LateError ? { tool, is: "late" } : { tool, is: "lacking", why: wordsOf(error) };
  }
}

export function judgeGoTools(readings: readonly ToolReading[]): Finding {
  const subject = "go tools";
  const names = (of: readonly ToolReading[]) => of.map(({ tool }) => tool).join(", ");
  const lacking = readings.filter(({ is }) => is === "lacking");
  const wayOut =
    "Reports are made with them: install a whole Go distribution (https://go.dev/dl) and put it first on PATH.";
  if (lacking.length > 0) {
    const why = lacking.map(({ why }) => why).join("; ");
    return { subject, state: "stops", found: `go has no ${names(lacking)}: ${why}`, wayOut };
  }
  const late = readings.filter(({ is }) => is === "late");
  if (late.length > 0)
    return untold(
      subject,
      `go did not answer in time for ${names(late)}, which it may have to build first`,
      "`go tool -n covdata && go tool -n cover` builds them and tells.",
    );
  return { subject, state: "ok", found: names(readings) };
}
