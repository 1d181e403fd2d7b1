package dev.longstream.stack.broker;

import dev.longstream.stack.failure.StackException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Session of a broker whose process was killed. The controller admits no broker under the same id while the session lasts, and a
 * controller that has just started lets it last from its own start on. So a controller with a very short session runs first,
 * alone, until it has ended the old one. The broker's own session can then be long.
 */
final class LeftSession {
    /** File that Kafka writes when it stops cleanly, which also ends the session. */
    private static final String CLEAN_STOP = ".kafka_cleanshutdown";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long PAUSE_MS = 20;

    private LeftSession() {}

    /** Returns whether the broker of a folder may have been killed. */
    static boolean isIn(Path folder) {
        return !Files.exists(folder.resolve(CLEAN_STOP));
    }

    /**
     * Ends the session. If that takes too long, it stays, and the broker waits for its end.
     *
     * @param controller configuration of the controller
     */
    static void end(Map<String, String> controller) {
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(controller, false), Time.SYSTEM);
        try {
            server.startup();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!isEnded() && System.nanoTime() < deadline) {
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while the broker was being started", e);
        } finally {
            server.shutdown();
            server.awaitShutdown();
        }
    }

    /** Before the controller has read its log, it counts no broker at all. */
    private static boolean isEnded() {
        return count("FencedBrokerCount") > 0 && count("ActiveBrokerCount") == 0;
    }

    private static int count(String name) {
        try {
            Object value = ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName("kafka.controller:type=KafkaController,name=" + name), "Value");
            return ((Number) value).intValue();
        } catch (InstanceNotFoundException e) {
            return 0;
        } catch (JMException e) {
            throw new StackException("Kafka's controller does not say " + name + ": " + e, e);
        }
    }
}
