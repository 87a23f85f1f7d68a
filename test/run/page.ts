import type { Results } from "./results";
import { table } from "./results";

const introduction = `# Tests

| Command | What it runs |
|:--|:--|
| \`npm run test:unit\` | pure logic, and the graph of resources with mocked providers; no cluster, no engine |
| \`npm test\` | all tests, two files at a time (\`TEST_LANES=1\`: one); \`npm test -- session/bracket programs/\` runs those whose path has one of the words |
| \`npm run test:vendor\` | the session tests with the vendor's Kubernetes plugin in the place of ours |
| \`npm run test:strangers\` | real operators from the Go modules, see [strangers.md](strangers.md) |

Tests lie by what they need: \`test/unit\` and \`test/graph\` nothing, \`test/programs\` the programs that a session calls, \`test/engine\` a Docker engine, \`test/session\` a cluster; \`airgap/test\` is divided alike. Unit
tests come first, for they tell soonest. The test of an engine that is killed comes last, when no other runs beside it.

`;

/**
 * Text of docs/testing.md, which \`UPDATE_DOCS=1 npm test\` writes.
 * @param took of the whole run, in words
 */
export function testingPage(results: Results, took: string, lanes: number): string {
  const beside = lanes === 1 ? "one file at a time" : `${lanes} files at a time`;
  return `${introduction}## Where the time goes

A whole run took ${took} on a machine of two cores with warm caches, ${beside}; each file's seconds are with what ran beside it.

\`\`\`text
${table(results).join("\n")}
\`\`\`
`;
}
