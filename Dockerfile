# syntax=docker/dockerfile:1
# Souk as one static program in an otherwise empty image, run by nobody.

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG VERSION=development
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /out/souk ./cmd/souk
# An empty folder, for programs that want one for temporary files.
RUN mkdir -m 1777 /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo
COPY --from=build /out/ /
USER 65532:65532
# There is no Postgres in the image: DATABASE_URL must be set.
ENV SOUK_LISTEN=0.0.0.0 PORT=8080 SOUK_LOG_FORMAT=json
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 CMD ["/souk", "healthcheck"]
ENTRYPOINT ["/souk"]
CMD ["serve"]
