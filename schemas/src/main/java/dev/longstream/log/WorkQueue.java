package dev.longstream.log;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

/**
 * A topic that workers share through a share group. {@link TopicAdmin} configures the group, so that workers need no right to
 * change it; they check it before they join.
 *
 * @param topic topic with one partition
 * @param group name of the share group
 */
public record WorkQueue(Topic<?> topic, String group) {
    /** Deliveries after which the broker gives up on a record; the largest number that Kafka allows. */
    public static final int DELIVERY_LIMIT = 10;

    /** Time after which the records of a worker that died go to other workers. */
    public static final Duration LOCK = Duration.ofSeconds(30);

    private static final String LOCK_KEY = "share.record.lock.duration.ms";

    private static final Map<String, String> SETTINGS = new TreeMap<>(Map.of(
            "share.auto.offset.reset",
            "earliest",
            // The default also delivers uncommitted records: a worker could answer an assignment that was aborted.
            "share.isolation.level",
            "read_committed",
            "share.delivery.count.limit",
            Integer.toString(DELIVERY_LIMIT)));

    /** Configures the group, which must happen before its first member joins. */
    public void configure(Admin admin) throws ExecutionException, InterruptedException {
        configure(admin, LOCK);
    }

    /** Configures the group with another lock duration than {@link #LOCK}. */
    public void configure(Admin admin, Duration lock) throws ExecutionException, InterruptedException {
        List<AlterConfigOp> settings = new ArrayList<>();
        SETTINGS.forEach((key, value) -> settings.add(set(key, value)));
        settings.add(set(LOCK_KEY, Long.toString(lock.toMillis())));
        admin.incrementalAlterConfigs(Map.of(resource(), settings)).all().get();
    }

    /**
     * Checks the group's settings and returns its lock duration.
     *
     * @throws LogException if the group has other settings, because it was never configured
     */
    public Duration requireConfigured(EventLog log) {
        try (Admin admin = log.admin()) {
            Config found = Objects.requireNonNull(
                    admin.describeConfigs(List.of(resource())).all().get().get(resource()));
            SETTINGS.forEach((key, expected) -> requireSetting(key, value(found, key), expected));
            return Duration.ofMillis(Long.parseLong(value(found, LOCK_KEY)));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new LogException(
                    "The settings of the share group " + group + " cannot be read on "
                            + log.address().bootstrapServers() + ": " + cause.getMessage(),
                    cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while reading the settings of the share group " + group, e);
        }
    }

    private void requireSetting(String key, String found, String expected) {
        if (!found.equals(expected)) {
            throw new LogException("The share group " + group + ", in which workers share " + topic.name() + ", has "
                    + key + "=" + found + ", expected " + expected + ": run 'longstream prompts publish' once with the"
                    + " options of this run. It configures the group and publishes nothing twice");
        }
    }

    private static String value(Config config, String key) {
        ConfigEntry entry = config.get(key);
        return entry == null ? "" : entry.value();
    }

    private static AlterConfigOp set(String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), OpType.SET);
    }

    private ConfigResource resource() {
        return new ConfigResource(ConfigResource.Type.GROUP, group);
    }
}
