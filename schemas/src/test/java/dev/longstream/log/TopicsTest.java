package dev.longstream.log;

import dev.longstream.config.ConfigurationException;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TopicsTest {
    private final Topics topics = new Topics("quickstart", 4);

    @Test
    void shouldPrefixEveryTopicWithTheRun() {
        assertThat(topics.all()).extracting(Topic::name).allMatch(name -> name.startsWith("quickstart."));
    }

    @Test
    void shouldNameEachTopicOnce() {
        assertThat(topics.all()).extracting(Topic::name).doesNotHaveDuplicates();
    }

    @Test
    void shouldGiveTheClockAndTheManifestsOnePartition() {
        assertThat(topics.all().stream()
                        .filter(topic -> topic.partitions() == 1)
                        .map(Topic::name))
                .contains(
                        topics.prompts().name(),
                        topics.control().name(),
                        topics.steps().name(),
                        topics.rejectedGroups().name(),
                        topics.batches().name());
    }

    @Test
    void shouldNeverCompactWhatIsReferredToByOffset() {
        assertThat(new Topic<?>[] {topics.trajectories(), topics.groups(), topics.batches()})
                .extracting(Topic::cleanup)
                .containsOnly(Topic.Cleanup.KEEP);
    }

    /** Compaction would keep the last record of a key, while all readers count the first one. */
    @Test
    void shouldNeverCompactWhereTheFirstRecordOfAKeyCounts() {
        assertThat(new Topic<?>[] {topics.prompts(), topics.verdicts()})
                .extracting(Topic::cleanup)
                .containsOnly(Topic.Cleanup.KEEP);
    }

    @Test
    void shouldRefuseARunThatIsNoTopicPrefixAndSayEverythingAtOnce() {
        assertThatThrownBy(() -> new Topics("My Run", 0))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("run is 'My Run'")
                .hasMessageContaining("partitions is 0");
    }

    @Test
    void shouldGiveAShadowWhatItWritesAndLetItReadTheRest() {
        // When
        Topics shadow = topics.ofShadow("big-judge");
        // Then
        assertThat(shadow.all())
                .extracting(Topic::name)
                .containsExactly(
                        "quickstart.judge-requests.big-judge",
                        "quickstart.verdicts.big-judge",
                        "quickstart.scored.big-judge",
                        "quickstart.dead-letters.big-judge");
        assertThat(shadow.trajectories()).isEqualTo(topics.trajectories());
        assertThat(shadow.shortName(shadow.scored())).isEqualTo("scored.big-judge");
        assertThat(shadow.queues())
                .extracting(WorkQueue::group)
                .containsExactly("quickstart.shadow.big-judge.judge", "quickstart.shadow.big-judge.promoted-judge");
    }

    /** Kafka Streams names internal topics after the application, and a stage deletes those that begin with its own. */
    @Test
    void shouldNameApplicationsSoThatNoneBeginsLikeAnother() {
        assertThat(topics.application("scoring")).isEqualTo("quickstart.scoring");
        assertThat(topics.ofShadow("big-judge").application("scoring"))
                .doesNotStartWith(topics.ofShadow("big").application("scoring") + "-")
                .doesNotStartWith(topics.application("scoring") + "-");
    }

    @Test
    void shouldFindATopicOfTheRunOrOfAShadowByItsName() {
        assertThat(topics.named("quickstart.groups.rejected")).contains(topics.rejectedGroups());
        assertThat(topics.named("quickstart.scored.strict"))
                .contains(topics.ofShadow("strict").scored());
        assertThat(topics.named("quickstart.groups.strict")).isEmpty();
        assertThat(topics.named("other.scored")).isEmpty();
    }

    @Test
    void shouldRefuseAShadowWhoseNameCannotEndATopic() {
        assertThatThrownBy(() -> topics.ofShadow("too.strict"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("shadow is 'too.strict'");
    }

    @Test
    void shouldCarryRecordsLargerThanTheInlineLimitOnlyWhereTextsAre() {
        assertThat(topics.documents().maxRecordBytes()).isGreaterThan(Topics.INLINE_LIMIT_BYTES);
        assertThat(topics.all())
                .allSatisfy((Topic<? extends SpecificRecord> topic) ->
                        assertThat(topic.maxRecordBytes()).isPositive());
    }
}
