package dev.longstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.log.Topic;
import dev.longstream.log.Topics;
import dev.longstream.log.rights.Right;
import dev.longstream.log.rights.RoleRights;
import dev.longstream.log.rights.RoleRights.ShadowRights;
import dev.longstream.stack.broker.RecordingAuthorizer;
import dev.longstream.stack.broker.RecordingAuthorizer.Asked;
import dev.longstream.stack.broker.SecuredBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A judged run on a broker with an authorizer, which its budget ends. Every role is a user of its own and has the rights that
 * {@code longstream acls} prints.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecuredRunTest {
    private static final String RUN = "secured";
    private static final Topics TOPICS = new Topics(RUN, 2);
    private static final RoleRights TABLE =
            new RoleRights(TOPICS, true, false, List.of(new ShadowRights(SecuredCommands.SHADOW, true)));
    private static final String STRANGER = "stranger";
    private static final List<String> FOLLOWING =
            List.of("curriculum", "rollouts", "scoring", "judge", "grouping", "batching", "shadows");
    private static final List<String> USED = Stream.concat(
                    FOLLOWING.stream(),
                    Stream.of("registry", "publisher", "trainer", "evaluation", "reader", "control"))
            .toList();

    /** Rights for a second start, lost state, a rejected group, a standstill, the end of a phase or a run of minutes. */
    private static final Map<String, List<String>> NOT_USED = Map.of(
            "scoring",
            List.of("READ secured.scored", "DELETE secured.scoring", "DELETE secured.scoring-"),
            "shadows",
            List.of(
                    "WRITE secured.dead-letters.opinion",
                    "DELETE secured.shadow.opinion.scoring",
                    "DELETE secured.shadow.opinion.scoring-"),
            "grouping",
            List.of(
                    "READ secured.groups",
                    "READ secured.groups.rejected",
                    "WRITE secured.groups.rejected",
                    "DELETE secured.grouping",
                    "DELETE secured.grouping-"),
            "batching",
            List.of("READ secured.batches", "DELETE secured.batching", "DELETE secured.batching-"),
            "registry",
            List.of("READ _schemas"),
            "publisher",
            List.of("READ secured.documents", "READ secured.demonstrations"),
            "curriculum",
            List.of(
                    "DELETE secured.curriculum",
                    "DELETE secured.curriculum-",
                    "READ secured.dead-letters",
                    "READ secured.assignments",
                    "READ secured.trajectories",
                    "WRITE secured.trajectories",
                    "DESCRIBE secured.rollouts",
                    "READ secured.scored",
                    "READ secured.groups",
                    "READ secured.batches"),
            "judge", // once a shadow is promoted
            List.of(
                    "READ secured.shadow.opinion.promoted-judge",
                    "DESCRIBE_CONFIGS secured.shadow.opinion.promoted-judge"),
            "evaluation",
            List.of("WRITE secured.difficulty"),
            "trainer",
            List.of(
                    "READ secured.difficulty",
                    "READ secured.evaluations",
                    "READ secured.weights",
                    "READ secured.verdicts"));

    private SecuredBroker broker;
    private SecuredCommands commands;
    private Set<Asked> asked;
    private int trained;
    private int evaluated;
    private final Map<String, Integer> ended = new LinkedHashMap<>();
    private int shadowed;
    private int audited;
    private int controlled;

    @BeforeAll
    void runToTheEnd(@TempDir Path folder) throws Exception {
        List<String> users = Stream.concat(USED.stream(), Stream.of(STRANGER)).toList();
        broker = SecuredBroker.start(folder.resolve("broker"), users);
        commands = new SecuredCommands(SmallRun.in(folder), broker, RUN);
        grantWhatIsPrinted();
        RecordingAuthorizer.forget();
        FOLLOWING.forEach(role -> commands.begin(role, "run", role));
        commands.begin("evaluation", "run", "evaluation");
        for (String role : FOLLOWING) { // there is neither a registry nor a topic yet
            commands.awaitSaid(role, "Waiting: ");
        }
        commands.begin("registry", "run", "registry");
        commands.awaitRegistry();
        assertThat(commands.execute("publisher", "prompts", "publish"))
                .as(commands.said("publisher"))
                .isZero();
        try {
            trained = commands.execute("trainer", "run", "trainer");
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + denials(), e);
        }
        evaluated = trained == 0 ? commands.await("evaluation") : -1; // it would wait for the trainer for ever
        for (String role : FOLLOWING) {
            ended.put(role, commands.await(role));
        }
        shadowed = evaluated == 0 ? commands.await("shadows") : -1;
        audited = commands.execute("reader", "audit");
        controlled = commands.execute("control", "control", "pause");
        asked = RecordingAuthorizer.asked();
    }

    private static List<Asked> denials() {
        return RecordingAuthorizer.asked().stream().filter(Asked::isDenial).toList();
    }

    private void grantWhatIsPrinted() throws Exception {
        List<AclBinding> permissions = new ArrayList<>();
        for (JsonNode acl : new ObjectMapper().readTree(commands.acls(USED))) {
            ResourcePattern resource = new ResourcePattern(
                    ResourceType.valueOf(acl.path("resourceType").asText()),
                    acl.path("name").asText(),
                    PatternType.valueOf(acl.path("patternType").asText()));
            for (JsonNode operation : acl.path("operations")) {
                permissions.add(SecuredBroker.permission(
                        acl.path("principal").asText(), resource, AclOperation.valueOf(operation.asText())));
            }
        }
        broker.grant(permissions);
    }

    @AfterAll
    void stop() throws Exception {
        if (commands != null) {
            commands.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    static Stream<String> roles() {
        return USED.stream();
    }

    @Test
    void shouldTrainWhatTheBudgetAllowsAndCloseTheLedger() {
        assertThat(trained).as(commands.said("trainer")).isZero();
        assertThat(evaluated).as(commands.said("evaluation")).isZero();
        assertThat(shadowed).as(commands.said("shadows")).isZero();
        assertThat(audited).as(commands.said("reader")).isZero();
        assertThat(controlled).as(commands.said("control")).isZero();
    }

    @ParameterizedTest
    @MethodSource("following")
    void shouldEndEveryRoleWhenTheRunHasEnded(String role) {
        assertThat(ended.get(role)).as(commands.said(role)).isZero();
        assertThat(commands.said(role)).containsOnlyOnce("The run has ended: ");
    }

    static Stream<String> following() {
        return FOLLOWING.stream();
    }

    @Test
    void shouldDenyNothingThatARoleNeeds() {
        assertThat(asked.stream().filter(Asked::isDenial))
                .as("rights that RoleRights lacks for these roles")
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("roles")
    void shouldGrantNothingThatTheRoleDoesNotUse(String role) {
        // When
        List<String> unused = new ArrayList<>();
        for (Right right : TABLE.of(role)) {
            right.operations().stream()
                    .filter(operation -> !usedBy(role, right, operation))
                    .forEach(operation -> unused.add(operation + " " + right.name()));
        }
        // Then
        assertThat(unused)
                .as("rights of RoleRights that this run did not use")
                .isSubsetOf(Stream.concat(
                                Stream.of("WRITE secured.dead-letters"),
                                NOT_USED.getOrDefault(role, List.of()).stream())
                        .toList());
    }

    private boolean usedBy(String role, Right right, AclOperation operation) {
        return asked.stream()
                .anyMatch(question -> question.user().equals(role)
                        && question.isUse()
                        && question.operation() == operation
                        && right.covers(question.type(), question.name()));
    }

    @ParameterizedTest
    @MethodSource("roles")
    void shouldAllowOnTheRunsTopicsWhatTheTableSaysAndNothingElse(String role) throws Exception {
        try (Admin admin = broker.admin(role)) {
            List<Topic<?>> topics = new ArrayList<>(TOPICS.all());
            topics.addAll(TOPICS.ofShadow(SecuredCommands.SHADOW).all());
            for (Topic<?> topic : topics) {
                assertThat(allowed(admin, topic.name())).as(topic.name()).isEqualTo(granted(role, topic.name()));
            }
        }
    }

    @Test
    void shouldNameTopicsAndRightsWhenARoleHasNone() throws Exception {
        // When
        int exit = commands.execute(STRANGER, "run", "scoring");
        // Then
        assertThat(exit).isEqualTo(ExitCode.DENIED.code());
        assertThat(commands.said(STRANGER))
                .contains(
                        "READ on topic secured.trajectories",
                        "WRITE on topic secured.scored",
                        "longstream acls --principal scoring=User:NAME");
    }

    @ParameterizedTest
    @CsvSource({
        "prompts publish, ALTER_CONFIGS on group secured.rollouts",
        "run registry, 'CREATE, DESCRIBE_CONFIGS on topic _schemas'",
        "run trainer, READ on topic secured.batches",
        "audit, longstream acls",
        "status, secured."
    })
    void shouldEndEveryCommandWithOneCodeWhenItIsDenied(String command, String named) throws Exception {
        // When
        int exit = commands.execute(STRANGER, command.split(" "));
        // Then
        assertThat(exit).as(commands.said(STRANGER)).isEqualTo(ExitCode.DENIED.code());
        assertThat(commands.said(STRANGER)).contains(named).doesNotContain("-secret");
    }

    @Test
    void shouldNameTheTransactionalIdThatIsDenied() throws Exception {
        // Given
        ResourcePattern id =
                new ResourcePattern(ResourceType.TRANSACTIONAL_ID, TOPICS.name("trainer"), PatternType.LITERAL);
        broker.revoke(SecuredBroker.permission("User:trainer", id, AclOperation.WRITE));
        // When
        int exit = commands.execute("trainer", "run", "trainer");
        // Then
        assertThat(exit).as(commands.said("trainer")).isEqualTo(ExitCode.DENIED.code());
        assertThat(commands.said("trainer")).contains("WRITE on transactional id secured.trainer");
    }

    @Test
    void shouldNameTheKeysToSetWhenThePasswordIsWrong() throws Exception {
        // Given
        String wrong = broker.clientProperties("reader", "wrong-secret").toString();
        // When
        int exit = commands.executeWith(wrong, "reader", "status");
        // Then
        assertThat(exit).isEqualTo(ExitCode.DENIED.code());
        assertThat(commands.said("reader"))
                .contains("refuses the credentials", "sasl.jaas.config", "log.properties-file")
                .doesNotContain("wrong-secret");
    }

    @Test
    void shouldNameTheKeysToSetWhenTheListenerWantsSasl(@TempDir Path folder) throws Exception {
        // Given
        Path none = Files.writeString(
                folder.resolve("client.properties"), "default.api.timeout.ms=2000\nrequest.timeout.ms=2000\n");
        // When
        int exit = commands.executeWith(none.toString(), "reader", "status");
        // Then
        assertThat(exit).isEqualTo(ExitCode.UNREACHABLE.code());
        assertThat(commands.said("reader"))
                .contains(
                        "something listens there",
                        "security.protocol=PLAINTEXT",
                        "log.properties-file",
                        "sasl.mechanism");
    }

    private static Set<AclOperation> granted(String role, String topic) {
        Set<AclOperation> granted = new TreeSet<>();
        TABLE.of(role).stream()
                .filter(right -> right.covers(ResourceType.TOPIC, topic))
                .forEach(right -> granted.addAll(right.operations()));
        if (granted.contains(AclOperation.READ) || granted.contains(AclOperation.WRITE)) {
            granted.add(AclOperation.DESCRIBE);
        }
        return granted;
    }

    private static Set<AclOperation> allowed(Admin admin, String topic) throws Exception {
        try {
            return new TreeSet<>(
                    admin.describeTopics(List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                            .topicNameValues()
                            .get(topic)
                            .get()
                            .authorizedOperations());
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(TopicAuthorizationException.class);
            return Set.of();
        }
    }
}
