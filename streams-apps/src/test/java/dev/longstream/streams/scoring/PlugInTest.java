package dev.longstream.streams.scoring;

import dev.longstream.config.ConfigurationException;
import dev.longstream.record.Question;
import dev.longstream.record.RewardComponent;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.rewards.PlugIn;
import dev.longstream.rewards.Reward;
import dev.longstream.rewards.RewardPolicy;
import dev.longstream.rewards.Rewards;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.rewards.rules.ComponentSettings;
import dev.longstream.rewards.rules.NumberSettings;
import dev.longstream.rewards.rules.RuleProfile;
import dev.longstream.rewards.rules.SetMeasure;
import dev.longstream.streams.topology.StageDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

import static dev.longstream.streams.Samples.trajectory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PlugInTest {
    @TempDir
    Path folder;

    /** Pays short answers, and breaks as plug-ins do. On the class path of the tests. */
    public static class Brevity implements Reward {
        @Override
        public String name() {
            return "brevity";
        }

        @Override
        public RewardComponent of(Question question, String text) {
            if (text.equals("break")) {
                throw new IllegalStateException("no dictionary");
            }
            return RewardComponent.newBuilder()
                    .setName(name())
                    .setValue(text.equals("nothing") ? Double.NaN : 1.0 / text.length())
                    .setReason(text.length() + " characters")
                    .build();
        }
    }

    /** Plug-in that only a jar declares. */
    public static final class Packed extends Brevity {
        @Override
        public String name() {
            return "packed";
        }
    }

    @Test
    void shouldScoreByAPlugInOfTheClassPath() {
        ScoredTrajectory score = score(new PlugIn("brevity", null), "four");

        assertThat(score.getReward()).isEqualTo(0.25);
        assertThat(score.getComponents()).singleElement().satisfies(component -> {
            assertThat(component.getName()).isEqualTo("brevity");
            assertThat(component.getReason()).isEqualTo("4 characters");
        });
    }

    @Test
    void shouldScoreByAPlugInOfAJarInAFolder() throws IOException {
        try (OutputStream file = Files.newOutputStream(folder.resolve("packed.jar"));
                JarOutputStream jar = new JarOutputStream(file)) {
            jar.putNextEntry(new ZipEntry("META-INF/services/" + Reward.class.getName()));
            jar.write(Packed.class.getName().getBytes(StandardCharsets.UTF_8));
            jar.closeEntry();
        }

        assertThat(score(new PlugIn("packed", folder), "four").getReward()).isEqualTo(0.25);
        assertThatThrownBy(() -> Rewards.of(config(new PlugIn("packed", null))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("scoring.plug-in.name is packed")
                .hasMessageContaining("the plug-ins found are brevity");
    }

    @Test
    void shouldGiveNoRewardWhereAPlugInFails() {
        for (String answer : List.of("break", "nothing")) {
            ScoredTrajectory score = score(new PlugIn("brevity", null), answer);

            assertThat(score.getReward()).as("never a 0").isNull();
            assertThat(score.getComponents().get(0).getReason()).startsWith("the reward brevity ");
        }
    }

    @Test
    void shouldNameEveryProblem() {
        assertThatThrownBy(() -> new PlugIn(" ", folder.resolve("none")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("plug-in.name is missing")
                .hasMessageContaining("plug-in.folder is " + folder.resolve("none"));
    }

    private static ScoredTrajectory score(PlugIn plugIn, String answer) {
        try (StageDriver stage =
                new StageDriver(log -> ScoringTopology.build(log, config(plugIn), null, "digest", () -> -1))) {
            stage.send(stage.topics().trajectories(), "p1@0", trajectory("p1@0", 0, 2, answer));
            return stage.values(stage.topics().scored()).get(0);
        }
    }

    private static ScoringConfig config(PlugIn plugIn) {
        return new ScoringConfig(
                false,
                RuleProfile.DEFAULT,
                NumberSettings.DEFAULT,
                plugIn,
                RewardPolicy.RULE,
                0.5,
                ComponentSettings.DEFAULT,
                SetMeasure.EXACT);
    }
}
