package dev.longstream.it;

import dev.longstream.log.LogAddress;
import dev.longstream.registry.SchemaRegistry;
import dev.longstream.stack.broker.SecuredBroker;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.DynamicVoters;
import org.apache.kafka.server.common.MetadataVersion;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Three brokers and a schema registry in the process; the first broker is also the controller. */
final class ThreeBrokers implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final Map<Integer, KafkaRaftServer> servers = new HashMap<>();
    private final Map<Integer, Integer> ports = new HashMap<>();
    private final int controllerPort;
    private final String clusterId = Uuid.randomUuid().toString();
    private final SchemaRegistry registry;

    ThreeBrokers(Path folder) throws Exception {
        controllerPort = SecuredBroker.freePort();
        for (int node = 1; node <= 3; node++) {
            ports.put(node, SecuredBroker.freePort());
            Path log = Files.createDirectories(folder.resolve("broker-" + node));
            format(node, log);
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties(node, log), false), Time.SYSTEM);
            server.startup();
            servers.put(node, server);
        }
        registry = SchemaRegistry.start(Map.of("bootstrap.servers", bootstrapServers()), HOST, 0, (short) 0);
    }

    LogAddress address() {
        return new LogAddress(bootstrapServers(), "http://" + HOST + ":" + registry.port());
    }

    /** Stops a broker for good; it is not the controller. */
    void lose(int node) {
        KafkaRaftServer server = servers.remove(node);
        server.shutdown();
        server.awaitShutdown();
    }

    private String bootstrapServers() {
        return ports.values().stream().map(port -> HOST + ":" + port).collect(Collectors.joining(","));
    }

    private void format(int node, Path log) throws Exception {
        Formatter formatter = new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
                .setClusterId(clusterId)
                .setNodeId(node)
                .setDirectories(List.of(log.toString()))
                .setMetadataLogDirectory(log.toString())
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setHasDynamicQuorum(true);
        if (node == 1) {
            formatter.setInitialControllers(
                    DynamicVoters.parse("1@" + HOST + ":" + controllerPort + ":" + Uuid.randomUuid()));
        }
        formatter.run();
    }

    private Map<String, String> properties(int node, Path log) {
        String client = "PLAINTEXT://" + HOST + ":" + ports.get(node);
        Map<String, String> all = new HashMap<>();
        all.put("process.roles", node == 1 ? "broker,controller" : "broker");
        all.put("node.id", String.valueOf(node));
        all.put("log.dirs", log.toString());
        all.put("controller.quorum.bootstrap.servers", HOST + ":" + controllerPort);
        all.put("controller.listener.names", "CONTROLLER");
        all.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        all.put("listeners", node == 1 ? client + ",CONTROLLER://" + HOST + ":" + controllerPort : client);
        all.put("advertised.listeners", client);
        all.put("auto.create.topics.enable", "false");
        all.put("offsets.topic.num.partitions", "2");
        all.put("transaction.state.log.num.partitions", "2");
        all.put("share.coordinator.state.topic.num.partitions", "1");
        all.put("group.initial.rebalance.delay.ms", "0");
        all.put("num.network.threads", "1");
        all.put("num.io.threads", "2");
        all.put("log.cleaner.dedupe.buffer.size", String.valueOf(4 << 20));
        return all;
    }

    @Override
    public void close() {
        registry.close();
        for (int node = 3; node >= 1; node--) {
            if (servers.containsKey(node)) {
                lose(node);
            }
        }
    }
}
