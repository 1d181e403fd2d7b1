package dev.longstream.log.rights;

import dev.longstream.failure.DeniedException;
import dev.longstream.log.LogException;
import dev.longstream.log.Topics;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class RoleRightsTest {
    private static final Topics TOPICS = new Topics("try", 2);
    private static final RoleRights PLAIN = new RoleRights(TOPICS, false, false);

    @Test
    void shouldPrintALineForEachSetOfOperations() {
        assertThat(AclLines.grant("kafka-acls.sh", "User:O'Neil", PLAIN.of("rollouts")))
                .containsExactly(
                        "kafka-acls.sh --add --allow-principal 'User:O'\\''Neil' --operation Read --operation"
                                + " DescribeConfigs --group try.rollouts",
                        "kafka-acls.sh --add --allow-principal 'User:O'\\''Neil' --operation Read --topic"
                                + " try.assignments --topic try.documents --topic try.weights --topic try.steps --topic try.control",
                        "kafka-acls.sh --add --allow-principal 'User:O'\\''Neil' --operation Write --topic"
                                + " try.trajectories --topic try.dead-letters");
        assertThat(AclLines.grant("kafka-acls.sh", "User:s", PLAIN.of("scoring")))
                .contains("kafka-acls.sh --add --allow-principal User:s --operation Write --resource-pattern-type"
                        + " prefixed --transactional-id try.scoring-");
    }

    @Test
    void shouldGrantNothingAboutAJudgeWhenThereIsNone() {
        for (String role : List.of("scoring", "trainer")) {
            assertThat(PLAIN.of(role))
                    .as(role)
                    .extracting(Right::name)
                    .doesNotContain("try.verdicts", "try.judge-requests");
            assertThat(new RoleRights(TOPICS, true, true).of(role))
                    .as(role)
                    .extracting(Right::name)
                    .contains("try.verdicts");
        }
    }

    @Test
    void shouldKnowEveryRole() {
        assertThat(RoleRights.ROLES)
                .allSatisfy(role -> assertThat(PLAIN.of(role)).as(role).isNotEmpty());
    }

    @Test
    void shouldNameTheResourceTheRightAndTheCommandWhenABrokerDenies() {
        assertThat(explained(
                        "scoring", new TopicAuthorizationException(Set.of("try.scored", "try.scoring-x-changelog"))))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("WRITE on topic try.scored")
                .hasMessageContaining("CREATE, DELETE, DESCRIBE_CONFIGS on topic try.scoring-x-changelog")
                .hasMessageContaining("'longstream acls --principal scoring=User:NAME'");
        assertThat(explained("rollouts", GroupAuthorizationException.forGroupId("try.rollouts")))
                .hasMessageContaining("READ, DESCRIBE_CONFIGS on group try.rollouts");
        assertThat(explained("rollouts", new SaslAuthenticationException("Invalid username")))
                .hasMessageContaining("Invalid username")
                .hasMessageContaining("log.properties-file");
    }

    @Test
    void shouldLeaveOtherFailuresAsTheyAre() {
        LogException other = new LogException("gone");

        assertThat(Denials.explained(other, "broker", "scoring", PLAIN)).isSameAs(other);
    }

    private static RuntimeException explained(String role, Throwable denial) {
        return Denials.explained(new LogException("stopped", denial), "broker:9092", role, PLAIN);
    }
}
