import type { BuildConfiguration } from "../../settings/schema";
import { coverBuild } from "./coverBuild";
import { dockerfileBuild } from "./dockerfile";
import type { Instrumentation } from "./instrumentation";
import { koBuild } from "./ko";
import { testBinary } from "./testBinary";

/** The way of making an operator's image that its settings ask for. */
export function wayOf({ mode, builder, dockerfile }: BuildConfiguration): Instrumentation {
  if (dockerfile !== undefined) return dockerfileBuild;
  if (builder === "ko") return koBuild;
  return mode === "test-binary" ? testBinary : coverBuild;
}
