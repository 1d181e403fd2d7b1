package dev.longstream.runs.preparation;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.RunConfig;
import org.junit.jupiter.api.Test;

import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class SmallModelDefaultsTest {
    private static final ModelConfig LARGE = ModelConfig.llama(49_152, 576, 30, 9, 3, 64, 1536, 8192);
    private static final ModelConfig SMALL = ModelConfig.llama(262, 128, 2, 4, 4, 32, 384, 2048);

    @Test
    void shouldNameEachDefaultOfTheSmallPolicyThatALargeModelWouldBeTrainedWith() {
        assertThat(SmallModelDefaults.warnings(config(), LARGE))
                .anySatisfy(line -> assertThat(line).contains("/models/large has 135 million", "longstream init"))
                .anySatisfy(line -> assertThat(line).startsWith("trainer.learning-rate is 1.0E-4, the default"))
                .anySatisfy(line -> assertThat(line).startsWith("warm-up.learning-rate is 0.001, the default"))
                .anySatisfy(line -> assertThat(line).startsWith("sampling.max-tokens is 32, the default"))
                .anySatisfy(line -> assertThat(line).startsWith("prompts.style is plain"))
                .anySatisfy(line -> assertThat(line).startsWith("prompts.train are generated"))
                .anySatisfy(line -> assertThat(line).startsWith("demonstrations.sources are generated"));
    }

    @Test
    void shouldSayNothingOfASmallModelNorOfSettingsThatWereChosen() {
        assertThat(SmallModelDefaults.warnings(config(), SMALL)).isEmpty();
        assertThat(SmallModelDefaults.warnings(RunConfig.DEFAULT, LARGE)).isEmpty(); // the policy that ships
        assertThat(SmallModelDefaults.warnings(
                        config(
                                "trainer.learning-rate=1e-5",
                                "warm-up.steps=0",
                                "sampling.max-tokens=512",
                                "prompts.style=instructed",
                                "prompts.train=[{files: [mine.jsonl]}]"),
                        LARGE))
                .isEmpty();
    }

    private static RunConfig config(String... settings) {
        ConfigurationLoader loader = new ConfigurationLoader().set("model.folder=/models/large");
        Stream.of(settings).forEach(loader::set);
        return loader.load().config();
    }
}
