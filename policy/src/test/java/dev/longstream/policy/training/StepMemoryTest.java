package dev.longstream.policy.training;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.RandomPolicy;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.roofline.BfloatCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class StepMemoryTest {
    private static final Path RESET = Path.of("/proc/self/clear_refs");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final ModelConfig MODEL = ModelConfig.llama(400, 256, 4, 4, 2, 64, 704, 4096);
    private static final int PROMPT = 2000;
    private static final int ANSWERS = 4;
    private static final int ANSWER = 65;
    private static final int PROBES = 3;

    @ParameterizedTest
    @EnumSource
    void shouldPredictWhatAMicroBatchTakes(ComputeType computeType) throws IOException, InterruptedException {
        assumeTrue(Files.isWritable(RESET), () -> "skipped: the system does not tell how much memory was used at most");
        assumeTrue(
                computeType == ComputeType.FLOAT32 || BfloatCheck.pays(),
                "skipped: products in bfloat16 are slower here, and make other copies of their operands");
        StepMemory memory = new StepMemory(MODEL, computeType);
        Map<Integer, Long> measured = new TreeMap<>();
        // The system may take pages from the process meanwhile, which lowers its peak: the largest of three counts.
        for (int probe = 0; probe < PROBES && !isPredicted(memory, measured); probe++) {
            probe(computeType).forEach((layers, bytes) -> measured.merge(layers, bytes, Math::max));
        }
        assertThat(measured).containsOnlyKeys(0, MODEL.layers());
        measured.forEach((layers, bytes) -> assertThat(predicted(memory, layers))
                .as("kept layers " + layers)
                .isCloseTo(bytes, within(bytes / 4)));
    }

    private static boolean isPredicted(StepMemory memory, Map<Integer, Long> measured) {
        return !measured.isEmpty()
                && measured.entrySet().stream()
                        .allMatch(each ->
                                Math.abs(predicted(memory, each.getKey()) - each.getValue()) <= each.getValue() / 4);
    }

    private static long predicted(StepMemory memory, int keptLayers) {
        return memory.microBatchBytes(PROMPT + (ANSWER - 1) * ANSWERS, ANSWER * ANSWERS, keptLayers);
    }

    /**
     * Measures in a process of its own: what other tests have freed would be used again, and not be seen.
     *
     * @return bytes of a micro-batch by number of kept layers
     */
    private static Map<Integer, Long> probe(ComputeType computeType) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process probe = new ProcessBuilder(
                        java,
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StepMemoryTest.class.getName(),
                        computeType.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Map<Integer, Long> printed = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.matches("\\d+ \\d+"))
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> Integer.parseInt(words[0]), words -> Long.parseLong(words[1])));
        assertThat(probe.waitFor()).isZero();
        return printed;
    }

    /** Prints, for no kept layer and for all, how many bytes a micro-batch took at most. */
    public static void main(String[] computeType) throws IOException {
        TorchEngine.useThreads(1);
        PromptAnswers small = new PromptAnswers(new int[8], List.of(new int[2]));
        PromptAnswers group = new PromptAnswers(new int[PROMPT], Collections.nCopies(ANSWERS, new int[ANSWER]));
        try (PolicyModel model = RandomPolicy.model(MODEL, 1, ComputeType.valueOf(computeType[0]));
                PolicyLearner repeating = new PolicyLearner(model, AdamW.DEFAULT, 0);
                PolicyLearner keeping = new PolicyLearner(model, AdamW.DEFAULT, Long.MAX_VALUE)) {
            peak(repeating, small);
            peak(keeping, small);
            long before = bytes("VmRSS");
            // The larger one last: freed memory is not always given back, and used again.
            System.out.println("0 " + (peak(repeating, group) - before));
            System.out.println(MODEL.layers() + " " + (peak(keeping, group) - before));
        }
    }

    @Test
    void shouldKeepWhatTheBudgetAllowsAndNoMore() {
        StepMemory memory = new StepMemory(MODEL, ComputeType.FLOAT32);
        long needed = memory.fixedBytes() + memory.microBatchBytes(PROMPT, ANSWERS, 2);
        assertThat(memory.keptLayers(PROMPT, ANSWERS, needed)).isEqualTo(2);
        assertThat(memory.keptLayers(PROMPT, ANSWERS, needed - 1)).isEqualTo(1);
        assertThat(memory.keptLayers(PROMPT, ANSWERS, 0)).isZero();
        assertThat(memory.keptLayers(PROMPT, ANSWERS, Long.MAX_VALUE)).isEqualTo(MODEL.layers());
    }

    /** The most memory that the process had meanwhile. */
    private static long peak(PolicyLearner learner, PromptAnswers group) throws IOException {
        Files.writeString(RESET, "5"); // the peak begins anew
        learner.accumulate(List.of(group), 1, AnswerScores::logProbs);
        return bytes("VmHWM");
    }

    private static long bytes(String counter) throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith(counter))
                .flatMap(line -> Arrays.stream(line.split("\\s+")))
                .filter(word -> word.matches("\\d+"))
                .mapToLong(kibibytes -> Long.parseLong(kibibytes) * 1024)
                .findFirst()
                .orElseThrow();
    }
}
