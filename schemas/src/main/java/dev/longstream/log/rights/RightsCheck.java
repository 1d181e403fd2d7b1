package dev.longstream.log.rights;

import dev.longstream.failure.DeniedException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;

/**
 * Looks, before a role starts, whether its topics exist and whether its user may do with them what the role does. A right that is
 * rarely used, such as writing to {@code dead-letters}, is then not missed for the first time after days.
 */
public final class RightsCheck {
    private final EventLog log;
    private final RoleRights table;

    /** Creates a check against a table of rights. */
    public RightsCheck(EventLog log, RoleRights table) {
        this.log = log;
        this.table = table;
    }

    /**
     * Returns the names of the role's topics that do not exist yet.
     *
     * @param role a role of {@link RoleRights}
     * @throws DeniedException if the user lacks a right on one that exists; names all that are missing
     * @throws LogException if the broker does not answer
     */
    public List<String> missingTopics(String role) {
        List<Right> rights = table.of(role);
        List<String> missing = new ArrayList<>();
        List<String> lacks = new ArrayList<>();
        @Nullable Throwable denial = null;
        try (Admin admin = log.admin()) {
            Map<String, KafkaFuture<TopicDescription>> described = admin.describeTopics(
                            table.topicsOf(role), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .topicNameValues();
            for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : described.entrySet()) {
                Set<AclOperation> needed = needed(topic.getKey(), rights);
                try {
                    Set<AclOperation> allowed = topic.getValue().get().authorizedOperations();
                    if (allowed != null) { // a broker without an authorizer may not say
                        needed.removeAll(allowed);
                    } else {
                        needed.clear();
                    }
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                        missing.add(topic.getKey());
                        continue;
                    }
                    if (!(e.getCause() instanceof TopicAuthorizationException)) {
                        throw e;
                    }
                    denial = e.getCause();
                }
                if (!needed.isEmpty()) {
                    lacks.add(Denials.joined(needed) + " on topic " + topic.getKey());
                }
            }
        } catch (ExecutionException e) {
            throw new LogException(
                    "The topics on " + log.address().bootstrapServers() + " cannot be looked up: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while looking up topics", e);
        }
        if (!lacks.isEmpty()) {
            throw new DeniedException(Denials.denied(log.address().bootstrapServers(), role, lacks), denial);
        }
        return missing;
    }

    private static Set<AclOperation> needed(String topic, List<Right> rights) {
        Set<AclOperation> needed = new TreeSet<>();
        for (Right right : rights) {
            if (right.covers(ResourceType.TOPIC, topic)) {
                needed.addAll(right.operations());
            }
        }
        return needed;
    }
}
