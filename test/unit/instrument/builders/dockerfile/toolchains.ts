/**
 * The toolchains to test with, as GOTOOLCHAIN names them: the one at hand, and with OPERATOR_COVERAGE_ALL_GO=1 one of every version that people
 * still build with, fetched from the Go modules.
 */
export const toolchains: readonly string[] =
  process.env.OPERATOR_COVERAGE_ALL_GO === "1"
    ? ["go1.21.13", "go1.22.12", "go1.23.12", "go1.24.13", "go1.25.5", "local"]
    : ["local"];
