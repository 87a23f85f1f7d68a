/**
 * The sample's own Dockerfile (examples/two-programs) without images that would have to be pulled. Its arguments are GOLANG, the image that it builds in, and
 * ROUND, by which Docker is made to compile anew.
 */
export const localDockerfile = `ARG GOLANG
FROM \${GOLANG} AS builder
WORKDIR /workspace
ARG ROUND
COPY go.mod ./
COPY cmd/ cmd/
COPY internal/ internal/
RUN CGO_ENABLED=0 go build -o bin/ ./cmd/...

FROM scratch
COPY --from=builder /workspace/bin/ /
USER 65532:65532
`;
