import { problem } from "./problems";
import type { BuildConfiguration, Configuration, OperatorConfiguration } from "./schema";

/** Settings that do not go together: what would be passed over is told. */
export function contradictions({ operators }: Configuration): string[] {
  return operators.flatMap((operator, index) => [
    ...ofWorkloads(operator, `operators[${index}]`),
    ...ofBuild(operator.build, `operators[${index}].build`),
  ]);
}

function ofWorkloads({ workload, workloads }: OperatorConfiguration, at: string): string[] {
  if (workloads === undefined || Object.keys(workload).length === 0) return [];
  return [problem(`${at}.workload`, "left out beside `workloads`", workload, "Put it into that list.")];
}

function ofBuild(build: BuildConfiguration, at: string): string[] {
  const { mode, builder, dockerfile, context, target, args, base, ldflags } = build;
  const problems: string[] = ofUser(build, `${at}.user`);
  const other = dockerfile !== undefined ? "`dockerfile`" : builder === "ko" ? "`builder: ko`" : undefined;
  if (dockerfile !== undefined && builder === "ko")
    problems.push(problem(`${at}.builder`, "left out beside `dockerfile`", builder, "Leave out one of them."));
  if (mode === "test-binary" && other)
    problems.push(
      problem(`${at}.mode`, `cover beside ${other}`, mode, "Test binaries are built on the host: leave out the other."),
    );
  if (dockerfile !== undefined && base !== "scratch")
    problems.push(problem(`${at}.base`, "left out beside `dockerfile`", base, "The Dockerfile has a base of its own."));
  if (builder === "ko" && /'/.test(ldflags) && /"/.test(ldflags))
    problems.push(
      problem(
        `${at}.ldflags`,
        "without one of both kinds of quotes beside `builder: ko`",
        ldflags,
        "They reach ko's go command in GOFLAGS, which can't hold both.",
      ),
    );
  const given = { context, target, args: Object.keys(args).length > 0 ? args : undefined };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || dockerfile !== undefined) continue;
    problems.push(
      problem(`${at}.${name}`, "left out without `dockerfile`", value, "Name the Dockerfile that it is for."),
    );
  }
  return problems;
}

/** Other ways of building have another place for it, and the default image can tell who a number is, and two names. */
function ofUser({ user, dockerfile, builder, base }: BuildConfiguration, at: string): string[] {
  if (user === undefined) return [];
  if (dockerfile !== undefined)
    return [problem(at, "left out beside `dockerfile`", user, "The Dockerfile names the image's user.")];
  if (builder === "ko")
    return [problem(at, "left out beside `builder: ko`", user, "ko keeps the user of the base image, `base`.")];
  if (base !== "scratch" || user.split(":").every((part) => /^(?:\d+|root|nonroot)$/.test(part))) return [];
  const wayOut = "The default image knows no other names: give numbers, or a `base` that has the name.";
  return [problem(at, "made of numbers, root and nonroot", user, wayOut)];
}
