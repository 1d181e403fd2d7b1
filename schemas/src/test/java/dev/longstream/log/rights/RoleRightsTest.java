package dev.longstream.log.rights;

import dev.longstream.failure.DeniedException;
import dev.longstream.log.LogException;
import dev.longstream.log.Topics;
import dev.longstream.log.rights.RoleRights.ShadowRights;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
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
    void shouldLetShadowsWriteToTheirOwnTopicsAndNothingElse() {
        // Given
        RoleRights table = new RoleRights(
                TOPICS, false, true, List.of(new ShadowRights("strict", false), new ShadowRights("big", true)));
        // When
        List<String> written = table.of("shadows").stream()
                .filter(right -> right.type() == ResourceType.TOPIC && right.pattern() == PatternType.LITERAL)
                .filter(right -> right.operations().contains(AclOperation.WRITE))
                .map(Right::name)
                .toList();
        // Then
        assertThat(written)
                .containsExactlyInAnyOrder(
                        "try.scored.strict",
                        "try.dead-letters.strict",
                        "try.scored.big",
                        "try.dead-letters.big",
                        "try.judge-requests.big",
                        "try.verdicts.big");
        assertThat(table.topicsOf("shadows")).contains("try.trajectories", "try.scored.strict", "try.verdicts.big");
        assertThat(table.of("train")).extracting(Right::name).contains("try.shadow.big.judge", "try.scored.strict");
        assertThat(table.of("publisher")).extracting(Right::name).contains("try.shadow.big.judge");
        assertThat(table.of("prune")).extracting(Right::name).contains("try.scored.strict", "try.judge-requests.big");
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
