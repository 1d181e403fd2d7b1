package dev.longstream.stack.broker;

import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Kafka's authorizer, which also remembers what each user asked for and what it was answered. */
public final class RecordingAuthorizer extends StandardAuthorizer {
    private static final Set<Asked> ASKED = ConcurrentHashMap.newKeySet();

    /**
     * One question to the authorizer.
     *
     * @param isUse true if the user did what was asked for; false where a broker only lists what a user may do
     * @param isDenial true if the user was refused; false where a broker only leaves something out, such as a topic of a list
     */
    public record Asked(
            String user, AclOperation operation, ResourceType type, String name, boolean isUse, boolean isDenial) {}

    /** Returns everything that was asked so far. */
    public static Set<Asked> asked() {
        return Set.copyOf(ASKED);
    }

    /** Forgets what was asked. */
    public static void forget() {
        ASKED.clear();
    }

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        List<AuthorizationResult> results = super.authorize(context, actions);
        for (int i = 0; i < actions.size(); i++) {
            Action action = actions.get(i);
            boolean allowed = results.get(i) == AuthorizationResult.ALLOWED;
            ASKED.add(new Asked(
                    context.principal().getName(),
                    action.operation(),
                    action.resourcePattern().resourceType(),
                    action.resourcePattern().name(),
                    allowed && action.logIfAllowed(),
                    !allowed && action.logIfDenied()));
        }
        return results;
    }
}
