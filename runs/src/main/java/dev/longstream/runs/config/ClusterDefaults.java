package dev.longstream.runs.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Fills the keys whose default depends on {@code log.bootstrap}: a cluster has more brokers, hosts and instances. */
final class ClusterDefaults {
    private static final int PARTITIONS_ON_A_CLUSTER = 8;
    private static final int PARTITIONS_IN_ONE_PROCESS = 2;
    private static final String LOG = "log";
    private static final String STREAMS = "streams";
    private static final String PARTITIONS = "partitions";
    private static final String STANDBY_REPLICAS = "standby-replicas";

    private ClusterDefaults() {}

    /** Removes the keys from the defaults of a configuration. */
    static void remove(ObjectNode defaults) {
        defaults.withObject("/" + LOG).remove(PARTITIONS);
        defaults.withObject("/" + STREAMS).remove(STANDBY_REPLICAS);
    }

    /** Adds the keys that are not given. */
    static void expand(ObjectNode tree) {
        boolean cluster = tree.path(LOG).hasNonNull("bootstrap");
        if (tree.path(LOG) instanceof ObjectNode log && !log.has(PARTITIONS)) {
            log.put(PARTITIONS, begunWith(tree, cluster ? PARTITIONS_ON_A_CLUSTER : PARTITIONS_IN_ONE_PROCESS));
        }
        if (tree.path(STREAMS) instanceof ObjectNode streams && !streams.has(STANDBY_REPLICAS)) {
            streams.put(STANDBY_REPLICAS, cluster ? 1 : 0);
        }
    }

    /** Returns the number of partitions that the run began with, perhaps under an earlier release; else the default. */
    private static int begunWith(ObjectNode tree, int otherwise) {
        try {
            Path config = Path.of(tree.path("dir").asText(), tree.path("run").asText(), "config.yaml");
            if (!Files.isRegularFile(config)) {
                return otherwise;
            }
            JsonNode begun = ConfigTree.yaml().readTree(Files.readString(config));
            return begun.path(LOG).path(PARTITIONS).asInt(otherwise);
        } catch (InvalidPathException | IOException e) {
            return otherwise; // whoever opens the run folder says what is wrong with it
        }
    }
}
