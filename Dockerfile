# One image for every role; docker-compose.yml says which container is which.
#
#   docker build -t longstream .
#
# Needs no Maven and no Java outside. The first stage downloads from Maven Central alone, the second nothing.
#   BUILD_IMAGE     has a JDK of Java 17 or newer with its jmods, and Maven 3.8 or newer
#   RUNTIME_IMAGE   a Linux on x86-64 with glibc, bash and useradd; Java comes from the first stage
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-17
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /source
COPY . .
RUN mvn -B -ntp -Dstyle.color=never -Prelease -pl distribution -am package -Dlongstream.quick \
    && mkdir -p /opt/longstream /opt/libraries \
    && tar -xzf distribution/target/longstream-*.tar.gz -C /opt/longstream --strip-components=1 \
    && find /opt/longstream/lib -name '*.jar' ! -name 'longstream-*' -exec mv -t /opt/libraries {} +
# What jdeps names for the jars in lib, and what is looked up by name: elliptic curves of TLS, SASL, locales, zip file systems.
# jdk.jcmd is for the health check.
RUN jlink --output /opt/java --no-header-files --no-man-pages --add-modules \
java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.rmi,java.scripting,\
java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.charsets,jdk.crypto.ec,jdk.httpserver,jdk.jcmd,jdk.jfr,\
jdk.localedata,jdk.management,jdk.net,jdk.security.auth,jdk.security.jgss,jdk.unsupported,jdk.zipfs

FROM ${RUNTIME_IMAGE}
RUN useradd --create-home longstream && install -d -o longstream /outputs
ENV JAVA_HOME=/opt/java PATH=/opt/java/bin:$PATH LONGSTREAM_DIR=/outputs
WORKDIR /opt/longstream

# Java and other people's jars change rarely, ours often: in this order a rebuild sends little.
COPY --from=build /opt/java /opt/java
COPY --from=build /opt/libraries lib
COPY --from=build /opt/longstream ./

USER longstream
# Weights, checkpoints and long documents of all runs: every role needs this folder.
VOLUME /outputs
# Java answers and is not stuck. Whether the run makes progress, 'longstream status' says: a role waits for the one before it, and
# that is no fault of its own.
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s CMD ["jcmd", "dev.longstream.cli.Longstream", "VM.uptime"]
ENTRYPOINT ["/opt/longstream/longstream"]
CMD ["--help"]
