package dev.longstream.log;

import org.apache.kafka.clients.admin.Admin;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;

/** Finds the shadows of a run by their topics, those included that no configuration names any more. */
public final class ShadowsOnLog {
    private ShadowsOnLog() {}

    /**
     * Returns the names of the shadows that have scores on the log, in alphabetical order.
     *
     * @throws LogException if the broker does not answer
     */
    public static SortedSet<String> of(EventLog log) {
        String prefix = log.topics().scored().name() + ".";
        SortedSet<String> names = new TreeSet<>();
        try (Admin admin = log.admin()) {
            for (String topic : admin.listTopics().names().get()) {
                if (topic.startsWith(prefix) && Topics.isShadowName(topic.substring(prefix.length()))) {
                    names.add(topic.substring(prefix.length()));
                }
            }
        } catch (ExecutionException e) {
            throw new LogException(
                    "The topics on " + log.address().bootstrapServers() + " cannot be listed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while listing topics", e);
        }
        return names;
    }
}
