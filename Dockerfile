# The image: one static binary and the shipped rules. Nothing else is in it: no shell, no library, no CA files
# and no time zones, which the binary brings itself. docs/deploy.md says how to run it.

FROM rust:1.95-slim-bookworm AS build
# a static binary; the explicit target keeps the flag off build scripts
ENV RUSTFLAGS="-C target-feature=+crt-static"
WORKDIR /src
# The dependencies alone, beside an empty program: this layer stays until the manifest changes.
COPY Cargo.toml Cargo.lock ./
RUN mkdir src benches \
 && echo 'fn main() {}' > src/main.rs && touch src/lib.rs \
 && sed -n 's|^name = "\(.*\)"|benches/\1.rs|p' Cargo.toml > benches/names && xargs touch < benches/names \
 && cargo build --release --locked --target "$(rustc --print host-tuple)"
COPY src ./src
COPY rules ./rules
# check --explain shows them
COPY docs/diagnostics.md docs/diagnostics.zh-CN.md ./docs/
# cargo goes by dates, and a copied file may be older than the empty program
RUN touch src/main.rs src/lib.rs \
 && cargo build --release --locked --target "$(rustc --print host-tuple)" \
 && mkdir -p /image/data && cp -R rules /image/rules && cp target/*/release/fanreply /image/fanreply

FROM scratch
LABEL org.opencontainers.image.title="fanreply" \
      org.opencontainers.image.description="The auto-reply server for the Weibo fans service platform: YAML rules in, the right answer out" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /image/fanreply /fanreply
COPY --from=build /image/rules /rules
# a new volume takes over who owns the folder that it covers
COPY --from=build --chown=65532:65532 /image/data /data
COPY LICENSE NOTICE THIRD-PARTY.txt /
# Last, so that the layers above stay: docker build --build-arg REVISION="$(git rev-parse HEAD)"
ARG REVISION=unknown
LABEL org.opencontainers.image.revision="$REVISION"
ENV FANREPLY_LISTEN=0.0.0.0:8080 \
    FANREPLY_RULES=/rules \
    FANREPLY_DATA=/data
VOLUME ["/rules", "/data"]
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --retries=3 CMD ["/fanreply", "healthcheck"]
ENTRYPOINT ["/fanreply"]
CMD ["serve"]
