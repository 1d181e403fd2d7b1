package dev.longstream.log.rights;

import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * Operations that a role performs on one resource of the broker, or on all whose names begin alike.
 *
 * @param type kind of the resource: topic, group or transactional id
 * @param pattern {@code LITERAL} for one name, {@code PREFIXED} for every name that begins with {@code name}
 * @param name name of the resource or its beginning
 * @param operations operations in the order of Kafka's enum. READ, WRITE and DELETE include DESCRIBE, and ALTER_CONFIGS
 *     includes DESCRIBE_CONFIGS, so that neither is listed beside them
 */
public record Right(ResourceType type, PatternType pattern, String name, Set<AclOperation> operations) {
    /** Copies the operations in order. */
    public Right {
        operations = Collections.unmodifiableSet(new TreeSet<>(operations));
    }

    /** Returns whether this right is about the resource of this type and name. */
    public boolean covers(ResourceType resource, String named) {
        return type == resource && (pattern == PatternType.PREFIXED ? named.startsWith(name) : named.equals(name));
    }
}
