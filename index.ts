import { CoverageSession } from "./components/coverageSession";
import { inWords } from "./components/inWords";
import { readSettings } from "./src/settings/readSettings";
import { defaultSession } from "./src/state/sessionName";

/** The stack's configuration as a session. */
const program = async () => {
  const { project: folder, program: _, ...settings } = readSettings();
  return (await CoverageSession.create(defaultSession, { ...settings, folder })).outputs;
};

export = () => inWords(program);
