package dev.longstream.log;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

/**
 * Compares topics that exist with the catalogue. A setting that an earlier release chose is replaced by this release's. Any other
 * difference is refused, because a topic that drops or rejects records would stop the run later.
 */
final class ExistingTopics {
    private static final Logger LOG = LoggerFactory.getLogger(ExistingTopics.class);
    private static final String MIN_IN_SYNC = "min.insync.replicas";

    /** Topics that release 0.1.0 compacted, without the run's name. */
    private static final List<String> COMPACTED_EARLIER = List.of(".prompts", ".verdicts");

    /** The size limit that release 0.1.0 gave to most topics. */
    private static final String MAX_BYTES_EARLIER = Integer.toString(1 << 20);

    private static final String SEGMENT_BYTES = "segment.bytes";
    /** Kafka's default, which the topics of release 0.1.0 have. */
    private static final String SEGMENT_BYTES_EARLIER = Integer.toString(1 << 30);

    private final Admin admin;
    private final String bootstrapServers;
    private final Replication asked;
    private final Replication resolved;

    /**
     * Creates the comparison.
     *
     * @param asked replication as configured; where a number is null, a topic with fewer copies is warned about, not refused
     * @param resolved replication for this cluster
     */
    ExistingTopics(Admin admin, String bootstrapServers, Replication asked, Replication resolved) {
        this.admin = admin;
        this.bootstrapServers = bootstrapServers;
        this.asked = asked;
        this.resolved = resolved;
    }

    /**
     * Checks topics that exist.
     *
     * @param expected settings of each topic by its name
     * @throws LogException with every difference: topic, key, found, expected and what to do
     */
    void check(Collection<? extends Topic<?>> topics, Map<String, Map<String, String>> expected)
            throws ExecutionException, InterruptedException {
        List<ConfigResource> resources = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Topic<?> topic : topics) {
            names.add(topic.name());
            resources.add(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
        }
        Map<String, TopicDescription> descriptions =
                admin.describeTopics(names).allTopicNames().get();
        Map<ConfigResource, Config> configs =
                admin.describeConfigs(resources).all().get();
        List<String> problems = new ArrayList<>();
        Map<ConfigResource, Collection<AlterConfigOp>> earlier = new HashMap<>();
        for (Topic<?> topic : topics) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
            TopicDescription description = Objects.requireNonNull(descriptions.get(topic.name()));
            Config found = Objects.requireNonNull(configs.get(resource));
            checkPartitions(topic, description, problems);
            checkReplicas(topic, description, found, problems);
            new TreeMap<>(Objects.requireNonNull(expected.get(topic.name())))
                    .forEach((key, value) ->
                            checkSetting(resource, key, found.get(key).value(), value, problems, earlier));
        }
        if (!problems.isEmpty()) {
            throw new LogException("Topics on " + bootstrapServers + " contradict the catalogue of run topics:\n  - "
                    + String.join("\n  - ", problems));
        }
        if (!earlier.isEmpty()) {
            admin.incrementalAlterConfigs(earlier).all().get();
            LOG.info("Topics of an earlier release have the settings of this one: {}", earlier.keySet());
        }
    }

    private static void checkPartitions(Topic<?> topic, TopicDescription description, List<String> problems) {
        int partitions = description.partitions().size();
        if (partitions != topic.partitions()) {
            problems.add(partitions(topic, partitions));
        }
    }

    /** Describes a topic with another number of partitions. */
    static String partitions(Topic<?> topic, int found) {
        return "Topic " + topic.name() + " has " + found + " partitions, expected " + topic.partitions()
                + ": set log.partitions to the number that the run began with, or start a new run";
    }

    private void checkReplicas(Topic<?> topic, TopicDescription description, Config found, List<String> problems) {
        int replicas = description.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        int wanted = Objects.requireNonNull(resolved.replicas());
        if (replicas < wanted) {
            say(
                    asked.replicas() != null,
                    "Topic " + topic.name() + " has " + replicas + " replicas, expected " + wanted
                            + ": a lost disk would take its records; kafka-reassign-partitions.sh --bootstrap-server "
                            + bootstrapServers + " adds replicas",
                    problems);
            return; // with fewer replicas a larger min.insync.replicas would refuse every write
        }
        int inSync = Integer.parseInt(found.get(MIN_IN_SYNC).value());
        int wantedInSync = Objects.requireNonNull(resolved.minInSync());
        if (inSync < wantedInSync) {
            say(
                    asked.minInSync() != null,
                    different(topic.name(), MIN_IN_SYNC, Integer.toString(inSync), Integer.toString(wantedInSync)),
                    problems);
        }
    }

    private static void say(boolean refuse, String problem, List<String> problems) {
        if (refuse) {
            problems.add(problem);
        } else {
            LOG.warn("{}", problem);
        }
    }

    private void checkSetting(
            ConfigResource topic,
            String key,
            String found,
            String expected,
            List<String> problems,
            Map<ConfigResource, Collection<AlterConfigOp>> earlier) {
        boolean chosen = key.equals(SEGMENT_BYTES) && !found.equals(SEGMENT_BYTES_EARLIER); // any size serves
        if (key.equals(MIN_IN_SYNC) || chosen || found.equals(expected)) {
            return;
        }
        if (isEarlier(topic.name(), key, found)) {
            earlier.computeIfAbsent(topic, any -> new ArrayList<>())
                    .add(new AlterConfigOp(new ConfigEntry(key, expected), AlterConfigOp.OpType.SET));
        } else {
            problems.add(different(topic.name(), key, found, expected));
        }
    }

    private static boolean isEarlier(String topic, String key, String found) {
        return key.equals(SEGMENT_BYTES)
                || (key.equals("max.message.bytes") && found.equals(MAX_BYTES_EARLIER))
                || (key.equals("cleanup.policy")
                        && found.equals("compact")
                        && COMPACTED_EARLIER.stream().anyMatch(topic::endsWith));
    }

    private String different(String topic, String key, String found, String expected) {
        return "Topic " + topic + " has " + key + "=" + found + ", expected " + expected
                + ": kafka-configs.sh --bootstrap-server " + bootstrapServers
                + " --alter --entity-type topics --entity-name " + topic + " --add-config " + key + "=" + expected;
    }
}
