import { mistake } from "../../settings/problems";
import type { BuildPlan } from "../buildPlan";
import { interpreterOf } from "./interpreter";

/**
 * Checks that a program can start in the image that it is built for: the default one has no dynamic linker, which a program asks for where cgo has a part in it.
 * @param main its main package, as the settings name it
 * @param program its path
 * @throws SettingsError saying the ways out
 */
export async function checkStatic({ build }: BuildPlan, main: string, program: string): Promise<void> {
  if (build.base !== "scratch") return;
  const interpreter = await interpreterOf(program);
  if (interpreter === undefined) return;
  throw mistake(
    "build.base",
    `an image that has ${interpreter}, without which ${main} can't start`,
    build.base,
    "Name one, or link statically: `build.ldflags: -linkmode external -extldflags -static`; without cgo (`CGO_ENABLED: 0`) all programs are static.",
  );
}
