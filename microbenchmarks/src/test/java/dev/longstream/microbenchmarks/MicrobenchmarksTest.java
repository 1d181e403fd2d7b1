package dev.longstream.microbenchmarks;

import dev.longstream.policy.roofline.BfloatCheck;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;

import java.util.Collection;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MicrobenchmarksTest {
    /** Everything once, in this process: whether it runs, not how fast. */
    private static final List<String> ONCE = List.of("-f", "0", "-wi", "0", "-i", "1", "-bm", "ss");

    @Test
    void shouldRunEveryMicrobenchmark() throws Exception {
        // Given
        List<String> computeTypes = BfloatCheck.works() ? List.of("FLOAT32", "BFLOAT16") : List.of("FLOAT32");
        // When
        Collection<RunResult> results = run(
                "-p", "size=TINY",
                "-p", "computeType=" + String.join(",", computeTypes),
                "-p", "prompt=5",
                "-p", "answerTokens=3");
        // Then
        assertThat(results)
                .extracting(result -> result.getParams().getBenchmark().replaceAll(".*microbenchmarks\\.", ""))
                .hasSize(3 + 8 * computeTypes.size())
                .contains(
                        "HeadKernels.adamW",
                        "HeadKernels.backward",
                        "HeadKernels.scores",
                        "LogKernels.advantages",
                        "LogKernels.policyLoss",
                        "LogKernels.ruleReward",
                        "SamplingKernels.decodingStep",
                        "StepKernels.attention",
                        "StepKernels.attentionBackward",
                        "StepKernels.layer",
                        "StepKernels.layerBackward");
    }

    @Test
    void shouldRefuseAPatternThatMatchesNothing() {
        assertThatThrownBy(() -> run("no such benchmark"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no benchmark's name matches [no such benchmark]");
    }

    private static Collection<RunResult> run(String... arguments) throws Exception {
        String[] all = new String[ONCE.size() + arguments.length];
        ONCE.toArray(all);
        System.arraycopy(arguments, 0, all, ONCE.size(), arguments.length);
        return Microbenchmarks.run(all);
    }
}
