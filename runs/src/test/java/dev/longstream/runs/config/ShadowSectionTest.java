package dev.longstream.runs.config;

import dev.longstream.config.ConfigurationException;
import dev.longstream.rewards.RewardPolicy;
import dev.longstream.rewards.rules.RuleProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ShadowSectionTest {
    @TempDir
    Path folder;

    @Test
    void shouldTakeFromTheRunWhatAShadowLeavesOut() throws IOException {
        // When
        RunConfig config = resolved(
                        """
                        scoring:
                          reward: max
                          judge-weight: 0.3
                          shadows:
                            strict: {reward: rule, number: {tolerance: 0}}
                            other-rules: {profile: paper}
                            big-judge: {reward: judge, judge: {url: 'http://localhost:9000/v1', model: big}}
                            twin: {}
                        judge: {url: 'http://localhost:8000/v1', model: small, api-key-variable: KEY}
                        """)
                .config();
        // Then
        assertThat(config.shadows()).containsOnlyKeys("strict", "other-rules", "big-judge", "twin");
        ShadowSection strict = config.shadows().get("strict");
        assertThat(strict.scoring().reward()).isEqualTo(RewardPolicy.RULE);
        assertThat(strict.scoring().judgeWeight()).isEqualTo(0.3);
        assertThat(strict.scoring().number().tolerance()).isZero();
        assertThat(strict.scoring().number().wholeBelow())
                .isEqualTo(config.scoring().number().wholeBelow());
        assertThat(strict.judge()).isEqualTo(config.judge());
        assertThat(strict.asksItsJudge()).isFalse();
        assertThat(config.shadows().get("other-rules").scoring().number()).isEqualTo(RuleProfile.PAPER.numbers());
        ShadowSection big = config.shadows().get("big-judge");
        assertThat(big.judge().model()).isEqualTo("big");
        assertThat(big.judge().apiKeyVariable())
                .as("a judge of its own has nothing of the run's")
                .isNull();
        assertThat(config.shadows().get("twin").scoring()).isEqualTo(config.scoring());
    }

    @Test
    void shouldReadAgainWhatItPrints() throws IOException {
        // Given
        ResolvedConfig first = resolved(
                "scoring: {shadows: {strict: {profile: paper, components: {length: {from: 0, to: 9, weight: 1}}}}}");
        // When
        ResolvedConfig again = resolved(first.printed());
        // Then
        assertThat(again.config().shadows()).isEqualTo(first.config().shadows());
        assertThat(again.shadowDigest("strict")).isEqualTo(first.shadowDigest("strict"));
    }

    @Test
    void shouldNotCountAmongTheSettingsThatDecideTheRun() throws IOException {
        // Given
        ResolvedConfig without = resolved("seed: 1");
        // When
        ResolvedConfig with = resolved("scoring: {shadows: {strict: {number: {tolerance: 0}}}}");
        // Then
        assertThat(with.digest()).isEqualTo(without.digest());
        assertThat(with.differencesFrom(without.printed())).isEmpty();
        assertThat(without.differencesFrom(with.printed())).isEmpty();
    }

    @Test
    void shouldTellShadowsApartByTheSettingsThatDecideTheirScores() throws IOException {
        // Given
        String judged = "scoring: {shadows: {a: {reward: judge, judge: {model: m, url: 'http://%s/v1'}}}}";
        String digest = resolved(judged.formatted("one:1")).shadowDigest("a");
        // Then
        assertThat(resolved(judged.formatted("two:2")).shadowDigest("a")).isEqualTo(digest);
        assertThat(resolved(judged.formatted("one:1").replace("model: m", "model: other"))
                        .shadowDigest("a"))
                .isNotEqualTo(digest);
        assertThat(resolved("scoring: {shadows: {a: {number: {tolerance: 0}}}}").shadowDigest("a"))
                .isNotEqualTo(resolved("scoring: {shadows: {a: {}}}").shadowDigest("a"));
        assertThat(resolved("scoring: {shadows: {a: {judge-weight: 0.5, reward: rule}}}")
                        .shadowDigest("a"))
                .as("a setting with its default is not counted")
                .isEqualTo(resolved("scoring: {shadows: {a: {}}}").shadowDigest("a"));
    }

    @Test
    void shouldSayWithItsPathWhatIsWrongWithAShadow() {
        assertThatThrownBy(
                        () -> resolved(
                                """
                        scoring:
                          shadows:
                            strict: {rewards: rule}
                            judged: {reward: judge}
                            weighted: {judge-weight: 2}
                            number: 5
                        """))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("scoring.shadows.strict.rewards is not a configuration key")
                .hasMessageContaining("scoring.shadows.judged.judge has neither url nor folder, but reward is judge")
                .hasMessageContaining("scoring.shadows.weighted.judge-weight is 2.0, must be in (0, 1)")
                .hasMessageContaining("scoring.shadows.number is 5, expected keys");
    }

    @Test
    void shouldRefuseANameThatCannotEndATopic() {
        assertThatThrownBy(() -> resolved("scoring: {shadows: {Too_Strict: {}}}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("scoring.shadows.Too_Strict has no usable name");
    }

    @Test
    void shouldTakeAShadowFromAFlag() {
        assertThat(new ConfigurationLoader()
                        .set("scoring.shadows.strict.number.tolerance=0")
                        .set("scoring.shadows.other={profile: paper}")
                        .load()
                        .config()
                        .shadows())
                .containsOnlyKeys("strict", "other");
    }

    private ResolvedConfig resolved(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), yaml);
        return new ConfigurationLoader().file(file).load();
    }
}
