# One image for every role; docker-compose.yml says which container is which.
#
#   mvn -Pcontainers -pl container-tests -am package -DskipTests     # puts the jars in cli/target/lib
#   docker build -t longstream .
ARG BASE_IMAGE=eclipse-temurin:17-jre
FROM ${BASE_IMAGE}

RUN useradd --create-home longstream && install -d -o longstream /runs
WORKDIR /opt/longstream

# Other people's jars change rarely, ours often: in this order a rebuild sends little.
COPY cli/target/lib lib
COPY models models
COPY examples examples
COPY longstream longstream

# The launcher looks for a build unless it is told the class path.
ENV LONGSTREAM_CLASSPATH=/opt/longstream/lib/*
USER longstream
# Weights, checkpoints and long documents of all runs: every role needs this folder.
VOLUME /runs
ENTRYPOINT ["/opt/longstream/longstream"]
CMD ["--help"]
