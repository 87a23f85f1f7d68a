import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { goWrapper, wrapperFolder } from "../../../../../src/instrument/builders/dockerfile/goWrapper";
import { layOverFiles } from "../../../../../src/instrument/builders/dockerfile/layOver";
import { instrumentDockerfile } from "../../../../../src/instrument/builders/dockerfile/rewrite";

const flags = ["-cover", "-ldflags=-X 'a=$b'"];
const rewritten = (text: string) => instrumentDockerfile(text, { flags, arch: "amd64" });
const isPath = (line: string) => line.startsWith(`ENV PATH="${wrapperFolder}:\${PATH:-`);
const isScript = (line: string) => line.startsWith(`RUN mkdir -p ${wrapperFolder} && printf `);
/** The lines of a rewritten Dockerfile; a plus stands for the wrapper, a P for PATH alone. */
const marked = (text: string) =>
  rewritten(text)
    .split("\n")
    .map((line) => (isPath(line) ? "P" : isScript(line) ? "+" : line))
    .join("\n")
    .replaceAll("P\n+\n", "+\n")
    .split("\n");

const kubebuilder = `# Build the manager binary
FROM golang:1.24 AS builder
ARG TARGETOS
ARG TARGETARCH

WORKDIR /workspace
# Copy the Go Modules manifests
COPY go.mod go.mod
COPY go.sum go.sum
# cache deps before building and copying source so that we don't need to re-download as much
# and so that source changes don't invalidate our downloaded layer
RUN go mod download

# Copy the go source
COPY cmd/main.go cmd/main.go
COPY api/ api/
COPY internal/ internal/

# the GOARCH has not a default value to allow the binary be built according to the host where the command
# was called. For example, if we call make docker-build in a local env which has the Apple Silicon M1 SO
RUN CGO_ENABLED=0 GOOS=\${TARGETOS:-linux} GOARCH=\${TARGETARCH} go build -a -o manager cmd/main.go

# Use distroless as minimal base image to package the manager binary
# Refer to https://github.com/GoogleContainerTools/distroless for more details
FROM gcr.io/distroless/static:nonroot
WORKDIR /
COPY --from=builder /workspace/manager .
USER 65532:65532

ENTRYPOINT ["/manager"]
`;

const jobset = `ARG BUILDER_IMAGE=golang:1.23
ARG BASE_IMAGE=gcr.io/distroless/static:nonroot

# Build the manager binary
FROM --platform=\${BUILDPLATFORM} \${BUILDER_IMAGE} AS builder

ARG CGO_ENABLED
ARG TARGETARCH

WORKDIR /workspace
COPY . .
RUN make build GO_BUILD_ENV='CGO_ENABLED=\${CGO_ENABLED} GOOS=linux GOARCH=\${TARGETARCH}'

FROM --platform=\${BUILDPLATFORM} \${BASE_IMAGE}
WORKDIR /
COPY --from=builder /workspace/bin/manager .
USER 65532:65532

ENTRYPOINT ["/manager"]
`;

describe("a Dockerfile that gets coverage flags", () => {
  it("has them in kubebuilder's build stage, before anything runs, and is the same in all else", () => {
    const at = "RUN go mod download\n";
    assert.equal(marked(kubebuilder).join("\n"), kubebuilder.replace(at, `+\n${at}`));
  });

  it("has them for a make in the build stage, and knows its platform in builders that don't", () => {
    const at = "RUN make build";
    assert.equal(marked(jobset).join("\n"), `ARG BUILDPLATFORM=linux/amd64\n${jobset.replace(at, `+\n${at}`)}`);
  });

  it("writes the go that adds them by one line of shell", () => {
    const line = rewritten("FROM go\nRUN go build").split("\n").find(isScript)!;
    const [written] = /printf '%s\\n' .*(?= > )/.exec(line)!;
    assert.equal(execFileSync("sh", ["-c", written], { encoding: "utf8" }), goWrapper(flags));
    assert.ok(line.endsWith(` > ${wrapperFolder}/go && chmod 755 ${wrapperFolder}/go || :`));
  });

  it("writes what stands beside that go before it, each file by a line that every builder takes", async () => {
    const files = await layOverFiles({ snapshots: true, profiles: true });
    const lines = instrumentDockerfile("FROM go\nRUN go build", { flags, files, arch: "amd64" }).split("\n");
    const written = lines.filter(isScript).map((line) => {
      assert.ok(Buffer.byteLength(line) < 65_536);
      const [, command, file] = /(printf '%s\\n' .*) > (\S+) && chmod 755 \S+ \|\| :$/.exec(line)!;
      return { file, content: execFileSync("sh", ["-c", command!], { encoding: "utf8" }) };
    });
    assert.deepEqual(
      written,
      [...files, { name: "go", content: goWrapper(flags, true) }].map(({ name, content }) => ({
        file: `${wrapperFolder}/${name}`,
        content,
      })),
    );
  });

  it("keeps a platform that it declares itself, and directives first", () => {
    const text =
      "# syntax=docker/dockerfile:1\n# about\nARG TARGETARCH=arm64\nFROM go:$TARGETARCH-$TARGETOS\nRUN go build\n";
    assert.deepEqual(marked(text), [
      "# syntax=docker/dockerfile:1",
      "# about",
      "ARG TARGETOS=linux",
      "ARG TARGETARCH=arm64",
      "FROM go:$TARGETARCH-$TARGETOS",
      "+",
      "RUN go build",
      "",
    ]);
  });

  it("has them in every stage that runs something, by itself or when it's built upon, and in no other", () => {
    const text =
      "from a as one\nrun make\nFROM scratch AS files\nCOPY x /\nFROM one AS two\nRUN go vet\nFROM b\nONBUILD COPY . .\nONBUILD RUN go build\nFROM scratch\nCOPY --from=one /m /\n";
    assert.deepEqual(marked(text), [
      ...["from a as one", "+", "run make"],
      ...["FROM scratch AS files", "COPY x /"],
      ...["FROM one AS two", "+", "RUN go vet"],
      ...["FROM b", "ONBUILD COPY . .", "+", "ONBUILD RUN go build"],
      ...["FROM scratch", "COPY --from=one /m /", ""],
    ]);
  });

  it("needs a shell, and adds nothing to a stage that may have none", () => {
    assert.deepEqual(marked('FROM static\nRUN ["/program", "setup"]'), ["FROM static", 'RUN ["/program", "setup"]']);
    for (const line of [
      'RUN ["go", "build"]',
      'RUN --mount=type=cache,target=/x ["sh", "-c", "x"]',
      "RUN <<EOF\ngo build\nEOF",
    ])
      assert.deepEqual(marked(`FROM go\n${line}`), ["FROM go", "+", ...line.split("\n")]);
  });

  it("stands first on PATH again wherever that is set, in whatever form", () => {
    const text =
      'FROM go\nENV PATH=$PATH:/x\nUSER 1\nRUN a\nENV PATH /usr/local/go/bin:$PATH\nENV GOPATH=/go\nENV A=1 PATH="/y:$PATH" \\\n  # and\n\n  B=2\nRUN b\nENV PATH=/z';
    assert.deepEqual(marked(text), [
      ...["FROM go", "ENV PATH=$PATH:/x", "USER 1", "+", "RUN a"],
      ...["ENV PATH /usr/local/go/bin:$PATH", "P", "ENV GOPATH=/go"],
      ...['ENV A=1 PATH="/y:$PATH" \\', "  # and", "", "  B=2", "P", "RUN b"],
      ...["ENV PATH=/z", "P"],
    ]);
  });

  it("doesn't take the text of heredocs for instructions", () => {
    const text =
      'FROM go\nCOPY <<"A" <<-B /x/\nFROM evil\nRUN x\nA\n\tRUN y\n\tB\nRUN go build\nFROM scratch\nCOPY <<E /f\nRUN z\nE\n';
    assert.equal(marked(text).join("\n"), text.replace("RUN go build", "+\nRUN go build"));
  });

  it("doesn't take quoted text for heredocs, in whatever quotes and however long", () => {
    const stages = ["FROM go AS builder", "RUN go build", "FROM scratch", "COPY --from=builder /m /", ""];
    for (const run of [
      "RUN bash -c $'cat > /x <<EOF\\na\\nEOF'",
      'RUN bash -c "cat > /x <<EOF \\\\n \\"a\\" <<-B"',
      'RUN ["bash", "-c", "cat > /x <<EOF \\nEOF"]',
      "ONBUILD RUN sh -c 'cat <<EOF \\\n# don't\n\n  \\nEOF' \\\n  && make",
      "RUN echo it's <<EOF",
    ]) {
      const text = ["FROM tools", run, ...stages];
      const ours = marked(text.join("\n")).filter((line) => line === "+").length;
      assert.equal(ours, 2, run);
      assert.deepEqual(
        marked(text.join("\n"))
          .filter((line) => line !== "+")
          .join("\n"),
        text.join("\n"),
      );
    }
  });

  it("knows heredocs beside quoted text, whose own quotes mean nothing", () => {
    const text =
      "FROM a\nRUN echo 'x <<B y' <<-'E' >z\nit's\nFROM evil\nRUN x <<F\n\tE\nFROM go\nRUN echo \"<<B\"\nFROM b\nRUN z\n";
    const before = ["RUN echo 'x", 'RUN echo "', "RUN z"];
    const expected = text
      .split("\n")
      .flatMap((line) => (before.some((b) => line.startsWith(b)) ? ["+", line] : [line]));
    assert.deepEqual(marked(text), expected);
  });

  it("follows the escape character and the ends of lines that it has", () => {
    const windows = "# escape=`\r\nFROM go `\r\n  AS x\r\nRUN go build `\r\n -o x\r\n";
    const lines = rewritten(windows).split("\r\n");
    assert.ok(isPath(lines[3]!) && isScript(lines[4]!));
    assert.equal([...lines.slice(0, 3), ...lines.slice(5)].join("\r\n"), windows);
    assert.ok(lines.every((line) => !line.includes("\n")));
  });

  describe("and lines for the end of the image", () => {
    const ended = (text: string, target?: string) =>
      instrumentDockerfile(text, { flags, arch: "amd64", last: ['LABEL a="b"'], target }).split("\n");
    const stages = ["FROM a AS One", "USER 1", "FROM b", "COPY x /", "FROM One AS two", 'ENTRYPOINT ["/x"]'];
    const behind = (line: string) => stages.flatMap((one) => (one === line ? [one, 'LABEL a="b"'] : [one]));

    it("has them in its last stage, also where the text ends without a line's end", () => {
      assert.deepEqual(ended(stages.join("\n")), behind('ENTRYPOINT ["/x"]'));
      assert.deepEqual(ended(`${stages.join("\n")}\n`), [...behind('ENTRYPOINT ["/x"]'), ""]);
    });

    it("has them in the stage that is the target, by its name in any case or its number", () => {
      assert.deepEqual(ended(stages.join("\n"), "oNE"), behind("USER 1"));
      assert.deepEqual(ended(stages.join("\n"), "1"), behind("COPY x /"));
    });

    it("has none for a target that it has not, which is for Docker to say", () => {
      for (const target of ["three", "3"]) assert.deepEqual(ended(stages.join("\n"), target), stages);
    });

    it("has them behind a heredoc, and behind the PATH that is set last", () => {
      const heredoc = ["FROM a", "COPY <<E /f", "USER 1", "E"];
      assert.deepEqual(ended(heredoc.join("\n")), [...heredoc, 'LABEL a="b"']);
      const lines = ended("FROM go\nRUN go build\nENV PATH=/z");
      assert.ok(isPath(lines.at(-2)!), lines.join("\n"));
      assert.deepEqual([lines.at(-3), lines.at(-1)], ["ENV PATH=/z", 'LABEL a="b"']);
    });
  });

  it("is the one that was given, but for lines of ours", () => {
    const line = fc.constantFrom(
      "FROM go AS a",
      "RUN make \\",
      "  && make",
      "ENV PATH=a",
      "ARG GOFLAGS",
      "# comment",
      "",
      "RUN <<E",
      "E",
      "USER 1",
      'RUN ["x"]',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const back = rewritten(lines.join("\n")).split("\n");
        assert.deepEqual(
          back.filter((l) => !isPath(l) && !isScript(l)),
          lines.length > 0 ? lines : [""],
        );
      }),
    );
  });
});
