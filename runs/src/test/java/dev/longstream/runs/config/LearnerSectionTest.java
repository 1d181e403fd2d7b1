package dev.longstream.runs.config;

import dev.longstream.config.ConfigurationException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.trainer.learner.ModelLearners;
import dev.longstream.trainer.remote.RemoteLearners;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LearnerSectionTest {
    private static ResolvedConfig resolved(String... settings) {
        ConfigurationLoader loader = new ConfigurationLoader();
        for (String setting : settings) {
            loader.set("trainer.learner." + setting);
        }
        return loader.load();
    }

    @Test
    void shouldTrainInTheOwnProcessUnlessALearnerIsNamed() {
        assertThat(resolved().learners(Map.of())).isInstanceOf(ModelLearners.class);
        assertThat(resolved("kind=torch", "url=http://127.0.0.1:8765").learners(Map.of()))
                .isInstanceOf(RemoteLearners.class);
    }

    @Test
    void shouldContinueARunWithAnotherLearner() {
        assertThat(resolved("kind=torch", "url=http://gpu:8765", "timeout=1h").digest())
                .isEqualTo(resolved().digest());
    }

    @Test
    void shouldRefuseALearnerWithoutAnAddressOrKey() {
        assertThatThrownBy(() -> resolved("kind=torch"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("trainer.learner.url is null, expected the address of the learner in PyTorch");
        assertThatThrownBy(() -> resolved("url=ftp://gpu")).hasMessageContaining("trainer.learner.url is ftp://gpu");
        assertThatThrownBy(() -> resolved("timeout=0s")).hasMessageContaining("timeout is 0s, must be at least 1s");
        ResolvedConfig keyed = resolved("kind=torch", "url=http://gpu:8765", "key-variable=LEARNER_KEY");
        assertThatThrownBy(() -> keyed.learners(Map.of()))
                .isInstanceOf(WrongUseException.class)
                .hasMessageContaining("trainer.learner.key-variable names LEARNER_KEY, which is not set");
    }
}
