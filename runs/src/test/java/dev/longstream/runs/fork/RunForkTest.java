package dev.longstream.runs.fork;

import dev.longstream.failure.WrongUseException;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.testing.SilentProgress;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RunForkTest {
    private static ResolvedConfig resolved(String run, String... settings) {
        ConfigurationLoader loader = new ConfigurationLoader().set("run=" + run);
        for (String setting : settings) {
            loader.set(setting);
        }
        return loader.load();
    }

    @Test
    void shouldRefuseAForkThatTrainsOtherWeightsThanItsParentBeforeAnythingIsCopied() {
        ResolvedConfig parent = resolved("parent", "trainer.adapter.rank=4");
        ResolvedConfig child = resolved("child");
        assertThatThrownBy(() -> new RunFork(parent, child, 1, new SilentProgress()).make())
                .isInstanceOf(WrongUseException.class)
                .hasMessageContaining("trainer.adapter is not set, but run parent has rank 4, alpha 16.0")
                .hasMessageContaining("longstream merge");
    }
}
