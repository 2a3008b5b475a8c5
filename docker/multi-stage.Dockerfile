# The image, built inside the engine, for hosts that do not build Linux programs themselves: `cargo xtask build-image --multi-stage`.
# The last stage is that of Dockerfile.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /source
COPY . .
# Static, as the image has no loader and no libraries; by GNU's linker, which leaves more out than lld.
RUN triple="$(rustc --print host-tuple)" \
    && cargo build --release --locked --bin elb-instance-manager --target "$triple" \
       --config "target.$triple.rustflags=['-Ctarget-feature=+crt-static', '-Clink-arg=-fuse-ld=bfd']" \
    && mkdir /image \
    && cp "target/$triple/release/elb-instance-manager" /etc/ssl/certs/ca-certificates.crt /image/

FROM scratch
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="elb-instance-manager" \
      org.opencontainers.image.description="Manages the machines behind AWS load balancers" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /image/elb-instance-manager /elb-instance-manager
ENV ELB_MANAGER_LISTEN=0.0.0.0:80 \
    ELB_MANAGER_CREDENTIALS=/run/elb-instance-manager/credentials.json
EXPOSE 80
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["/elb-instance-manager", "healthcheck"]
ENTRYPOINT ["/elb-instance-manager"]
