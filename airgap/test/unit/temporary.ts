import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Gives each test of a suite an empty folder, which goes with the test. */
export function temporaryFolder(): () => string {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "airgap-test-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}

/** Writes an executable shell script. */
export function script(file: string, text: string): string {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return file;
}

/** Sets environment variables for each test of a suite, and puts back what they were. */
export function environment(values: () => NodeJS.ProcessEnv): void {
  let before: NodeJS.ProcessEnv;
  beforeEach(() => {
    before = { ...process.env };
    Object.assign(process.env, values());
  });
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });
}
