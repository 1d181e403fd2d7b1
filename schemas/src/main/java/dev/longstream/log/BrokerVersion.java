package dev.longstream.log;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeFeaturesOptions;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.SupportedVersionRange;
import org.apache.kafka.common.Node;

import java.util.Collection;
import java.util.concurrent.ExecutionException;

/** Checks that every broker has share groups in which a worker can renew its lock on a record. */
final class BrokerVersion {
    /** The oldest release of Kafka that serves a run. */
    static final String OLDEST = "4.2";

    /** Level of {@code metadata.version} that {@link #OLDEST} brought; a broker supports the levels up to its own release. */
    private static final short OLDEST_LEVEL = 28;

    private static final String METADATA_VERSION = "metadata.version";
    private static final String SHARE_VERSION = "share.version";

    private BrokerVersion() {}

    /**
     * Refuses brokers that are too old, and a cluster whose share groups are off.
     *
     * @throws LogException if so; names the broker, what was found and what to do
     */
    static void require(Admin admin, String bootstrapServers) throws ExecutionException, InterruptedException {
        Collection<Node> brokers = admin.describeCluster().nodes().get();
        for (Node broker : brokers) {
            FeatureMetadata features = admin.describeFeatures(new DescribeFeaturesOptions().nodeId(broker.id()))
                    .featureMetadata()
                    .get();
            SupportedVersionRange supported = features.supportedFeatures().get(METADATA_VERSION);
            refuseOld(broker, supported == null ? 0 : supported.maxVersion());
            FinalizedVersionRange share = features.finalizedFeatures().get(SHARE_VERSION);
            refuseWithoutShareGroups(bootstrapServers, share == null ? 0 : share.maxVersionLevel());
        }
    }

    /** Refuses a broker by the newest metadata version that it supports. */
    static void refuseOld(Node broker, int newestLevel) {
        if (newestLevel < OLDEST_LEVEL) {
            throw new LogException("Broker " + broker.idString() + " at " + broker.host() + ":" + broker.port()
                    + " is older than Kafka " + OLDEST + " (it supports " + METADATA_VERSION + " up to level "
                    + newestLevel + ", expected " + OLDEST_LEVEL
                    + " or more): rollout workers need share groups that renew locks; upgrade the broker");
        }
    }

    /** Refuses a cluster by its finalized level of {@code share.version}. */
    static void refuseWithoutShareGroups(String bootstrapServers, int level) {
        if (level < 1) {
            throw new LogException("The brokers at " + bootstrapServers + " have " + SHARE_VERSION + " " + level
                    + ", expected 1: share groups are off; turn them on with kafka-features.sh --bootstrap-server "
                    + bootstrapServers + " upgrade --feature " + SHARE_VERSION + "=1");
        }
    }
}
