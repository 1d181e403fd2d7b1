package dev.longstream.stack.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Builds the broker's configuration: one node, little memory, consumer groups that react within a second. */
final class BrokerProperties {
    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";
    /** SASL mechanism of every listener. */
    static final String MECHANISM = "PLAIN";

    private static final String CLIENT_LISTENER = "CLIENTS";
    private static final String PROTOCOL = "SASL_PLAINTEXT";

    private BrokerProperties() {}

    /**
     * Returns the {@code server.properties} of a node that listens on {@code host} and stores its log in {@code folder}.
     *
     * @param login login that the broker and its controller ask for
     */
    static Map<String, String> of(Path folder, String host, int port, int controllerPort, Login login) {
        String clients = CLIENT_LISTENER + "://" + host + ":" + port;
        Map<String, String> all = ofNode(folder, host, controllerPort, login);
        all.put("process.roles", "broker,controller");
        all.put("inter.broker.listener.name", CLIENT_LISTENER);
        all.merge(
                "listener.security.protocol.map",
                CLIENT_LISTENER + ":" + PROTOCOL,
                (ofController, ofClients) -> ofClients + "," + ofController);
        all.merge("listeners", clients, (ofController, ofClients) -> ofClients + "," + ofController);
        all.put("advertised.listeners", clients);
        all.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
        all.put(jaasKey(CLIENT_LISTENER), login.jaasOfBroker());
        all.putAll(ONE_REPLICA);
        all.putAll(SMALL);
        all.putAll(SESSION);
        all.putAll(RETENTION);
        all.putAll(DURABILITY);
        all.putAll(GROUPS);
        return all;
    }

    /** Returns the {@code server.properties} of the node's controller alone, for {@link LeftSession}. */
    static Map<String, String> ofController(Path folder, String host, int controllerPort, Login login) {
        Map<String, String> all = ofNode(folder, host, controllerPort, login);
        all.put("process.roles", "controller");
        all.put("broker.session.timeout.ms", "200");
        all.put("broker.heartbeat.interval.ms", "100");
        return all;
    }

    /** Returns the part of the configuration that the node has with its broker and without it. */
    private static Map<String, String> ofNode(Path folder, String host, int controllerPort, Login login) {
        String address = host + ":" + controllerPort;
        Map<String, String> all = new HashMap<>();
        all.put("node.id", String.valueOf(NODE_ID));
        all.put("log.dirs", folder.toString());
        all.put("controller.quorum.bootstrap.servers", address);
        all.put("controller.listener.names", CONTROLLER_LISTENER);
        all.put("listener.security.protocol.map", CONTROLLER_LISTENER + ":" + PROTOCOL);
        all.put("listeners", CONTROLLER_LISTENER + "://" + address);
        all.put("sasl.enabled.mechanisms", MECHANISM);
        all.put("sasl.mechanism.controller.protocol", MECHANISM);
        all.put(jaasKey(CONTROLLER_LISTENER), login.jaasOfBroker());
        return all;
    }

    private static String jaasKey(String listener) {
        return "listener.name." + listener.toLowerCase(Locale.ROOT) + "." + MECHANISM.toLowerCase(Locale.ROOT)
                + ".sasl.jaas.config";
    }

    private static final Map<String, String> ONE_REPLICA = Map.of(
            "offsets.topic.replication.factor", "1",
            "offsets.topic.num.partitions", "4",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "transaction.state.log.num.partitions", "4",
            "share.coordinator.state.topic.replication.factor", "1",
            "share.coordinator.state.topic.min.isr", "1",
            "share.coordinator.state.topic.num.partitions", "2");

    /** Few threads and small buffers: the broker shares its JVM, while Kafka's defaults assume a machine of its own. */
    private static final Map<String, String> SMALL = Map.of(
            "num.network.threads", "1",
            "num.io.threads", "2",
            "background.threads", "2",
            "num.recovery.threads.per.data.dir", "2",
            "group.coordinator.threads", "1",
            "share.coordinator.threads", "1",
            "log.cleaner.dedupe.buffer.size", String.valueOf(4 << 20),
            "queued.max.requests", "64");

    /**
     * A long session: the broker and its controller share a process, so that a missing heartbeat only means that the processor was
     * busy or the machine asleep. After a kill, {@link LeftSession} ends the session. Frequent heartbeats shorten the start.
     */
    private static final Map<String, String> SESSION =
            Map.of("broker.session.timeout.ms", "45000", "broker.heartbeat.interval.ms", "500");

    private static final Map<String, String> RETENTION = Map.of(
            "log.retention.ms", "-1", // the run's topics set their own retention
            "auto.create.topics.enable", "false", // topics come from the catalogue; a misspelt name is an error
            // A killed process leaves a transaction open, and readers of committed records wait until it times out.
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

    /**
     * Every write is on the disk before it is acknowledged and before anybody reads it. There is no second replica, and records
     * refer to one another across topics: a batch to its groups, a group to its trajectories, a stage's changelog to its
     * offsets. If a power cut took the newest records of some topics only, the others would refer to what is not there.
     */
    private static final Map<String, String> DURABILITY = Map.of("log.flush.interval.messages", "1");

    private static final Map<String, String> GROUPS = Map.ofEntries(
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.streams.initial.rebalance.delay.ms", "0"),
            Map.entry("group.min.session.timeout.ms", "1000"),
            // Members of a killed process own their partitions until their session ends.
            Map.entry("group.consumer.min.session.timeout.ms", "1000"),
            Map.entry("group.consumer.session.timeout.ms", "10000"),
            Map.entry("group.share.min.session.timeout.ms", "1000"),
            Map.entry("group.share.session.timeout.ms", "10000"),
            Map.entry("group.streams.min.session.timeout.ms", "1000"),
            Map.entry("group.streams.session.timeout.ms", "10000"),
            // A member receives its partitions with its next heartbeat.
            Map.entry("group.consumer.min.heartbeat.interval.ms", "200"),
            Map.entry("group.consumer.heartbeat.interval.ms", "500"),
            Map.entry("group.share.min.heartbeat.interval.ms", "200"),
            Map.entry("group.share.heartbeat.interval.ms", "500"),
            Map.entry("group.streams.min.heartbeat.interval.ms", "200"),
            Map.entry("group.streams.heartbeat.interval.ms", "500"),
            Map.entry("group.share.min.record.lock.duration.ms", "1000"),
            // A record is dropped after this many deliveries; every kill of a worker may cost one.
            Map.entry("group.share.delivery.count.limit", "10"));
}
