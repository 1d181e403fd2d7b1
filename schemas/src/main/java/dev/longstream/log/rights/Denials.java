package dev.longstream.log.rights;

import dev.longstream.failure.DeniedException;
import dev.longstream.log.Reachability;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Explains what a broker denied: the resource, the right that is missing, and how to grant it. */
public final class Denials {
    private Denials() {}

    /** Returns the denial or refusal behind a failure; null if a broker denied nothing. */
    public static @Nullable Throwable behind(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthorizationException
                    || cause instanceof AuthenticationException
                    || cause instanceof DeniedException) {
                return cause;
            }
        }
        return null;
    }

    /**
     * Returns the exception to throw for a failure of a role: one that says what a broker denied, or the failure itself if no
     * broker denied anything or the failure says so already.
     *
     * @param broker address of the broker
     * @param role a role of {@link RoleRights}
     */
    public static RuntimeException explained(RuntimeException failure, String broker, String role, RoleRights table) {
        Throwable denial = behind(failure);
        if (denial instanceof AuthenticationException) {
            return Reachability.refused(broker, denial);
        }
        return denial instanceof AuthorizationException denied
                ? new DeniedException(denied(broker, role, needed(denied, table.of(role))), failure)
                : failure;
    }

    /**
     * Returns the message about rights that a role lacks.
     *
     * @param lacks lines such as "WRITE on topic run.scored"
     */
    static String denied(String broker, String role, List<String> lacks) {
        return "The broker at " + broker + " denies the user of " + role + " a right. Missing: "
                + String.join("; ", lacks) + ". 'longstream acls --principal " + role
                + "=User:NAME' prints what to grant";
    }

    private static List<String> needed(AuthorizationException denial, List<Right> rights) {
        if (denial instanceof TopicAuthorizationException topics
                && !topics.unauthorizedTopics().isEmpty()) {
            List<String> lacks = new ArrayList<>();
            new TreeSet<>(topics.unauthorizedTopics())
                    .forEach(topic -> lacks.add(operations(ResourceType.TOPIC, topic, rights) + " on topic " + topic));
            return lacks;
        }
        if (denial instanceof GroupAuthorizationException) {
            return all(ResourceType.GROUP, "group", rights, denial);
        }
        if (denial instanceof TransactionalIdAuthorizationException) {
            return all(ResourceType.TRANSACTIONAL_ID, "transactional id", rights, denial);
        }
        if (denial instanceof TopicAuthorizationException && topicsOf(rights) == 1) {
            return all(ResourceType.TOPIC, "topic", rights, denial);
        }
        return List.of("the one that the broker calls \"" + denial.getMessage() + "\"");
    }

    private static long topicsOf(List<Right> rights) {
        return rights.stream()
                .filter(right -> right.type() == ResourceType.TOPIC)
                .count();
    }

    /** Returns every right of a type: the broker does not say which one was denied, and a role has few. */
    private static List<String> all(ResourceType type, String word, List<Right> rights, Throwable denial) {
        List<String> lacks = rights.stream()
                .filter(right -> right.type() == type)
                .map(right -> joined(right.operations()) + " on " + word + " " + right.name()
                        + (right.pattern() == PatternType.PREFIXED ? "*" : ""))
                .toList();
        return lacks.isEmpty() ? List.of("one on a " + word + " (" + denial.getMessage() + ")") : lacks;
    }

    private static String operations(ResourceType type, String name, List<Right> rights) {
        Set<AclOperation> operations = new TreeSet<>();
        rights.stream()
                .filter(right -> right.covers(type, name))
                .forEach(right -> operations.addAll(right.operations()));
        return operations.isEmpty() ? "a right" : joined(operations);
    }

    static String joined(Set<AclOperation> operations) {
        return String.join(", ", operations.stream().map(Enum::name).toList());
    }
}
