# The service as a container image. Build with BuildKit (the default since Docker 23):
#   docker build -t integration-backend .
# How to run it, with which settings and volumes: docs/run/container.md.

FROM rust:1.95-bookworm AS build
WORKDIR /build
COPY . .
# The workspace names the sandbox, whose sources are not here: an empty library stands in for it.
RUN install -D /dev/null crates/atlassian-sandbox/src/lib.rs
# Registry and build output stay in caches of the builder, so that a second build does not compile the
# dependencies again. Our own sources are touched, because the cache may hold the build of a newer checkout.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    find src crates -name '*.rs' -exec touch {} + \
    && cargo build --locked --release --bin integration-backend \
    && install -D target/release/integration-backend /out/integration-backend

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="integration-backend" \
      org.opencontainers.image.description="Self-hosted integration backend for Jira and Confluence" \
      org.opencontainers.image.licenses="Apache-2.0"
# Atlassian's certificates are checked against the system's roots. User 10001 is nobody in particular: a
# number, so that platforms can see that it is not root.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /out/integration-backend /usr/local/bin/integration-backend
USER 10001:10001
WORKDIR /data
VOLUME /data
# PUBLIC_BASE_URL is http://localhost:3001 unless it is set: right for a try on this machine, and to
# be set to the https address for everything else. The port is 3001 too, and is not set here: PORT would
# win over APP_PORT and API_PORT, which the .env files of the earlier systems say.
ENV HOST=0.0.0.0 \
    LOG_FORMAT=json \
    INTEGRATION_DB_URL=sqlite:////data/integration.db
EXPOSE 3001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=20s --retries=3 \
    CMD ["integration-backend", "probe", "ready"]
CMD ["integration-backend"]
