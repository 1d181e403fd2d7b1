package dev.longstream.policy.model;

import dev.longstream.policy.folder.ModelConfig.Family;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.SafeTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PolicyModelTest {
    @TempDir
    Path folder;

    @Test
    void shouldReadBackTheWeightsItWrote() {
        RandomPolicy.write(folder, RandomPolicy.SMALL, 1);
        try (PolicyModel other = RandomPolicy.model(RandomPolicy.SMALL, 2)) {
            // When
            String digest = other.writeWeights(folder.resolve("model.safetensors"), DType.F32);
            // Then
            assertThat(digest).isEqualTo(SafeTensors.sha256(folder.resolve("model.safetensors")));
            try (PolicyFolder written = PolicyFolder.open(folder);
                    PolicyModel read = PolicyModel.load(written)) {
                assertSameWeights(read, other);
            }
        }
    }

    @Test
    void shouldTakeOverWeightsInPlaceWhenTheyComeFromAFolder() {
        RandomPolicy.write(folder, RandomPolicy.SMALL, 1);
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 2);
                PolicyModel expected = RandomPolicy.model(RandomPolicy.SMALL, 1);
                PolicyFolder newWeights = PolicyFolder.open(folder)) {
            model.loadWeights(newWeights);
            assertSameWeights(model, expected);
        }
    }

    @Test
    void shouldCopyWeightsWithoutSharingThem() {
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 1);
                PolicyModel copy = model.copy();
                PolicyModel other = RandomPolicy.model(RandomPolicy.SMALL, 2);
                PolicyModel untouched = RandomPolicy.model(RandomPolicy.SMALL, 1)) {
            copy.copyWeightsFrom(other);
            assertSameWeights(copy, other);
            assertSameWeights(model, untouched);
        }
    }

    @Test
    void shouldRefuseWeightsOfAnotherConfiguration() {
        RandomPolicy.write(folder, RandomPolicy.config(Family.LLAMA, 1, 4, 2, true, false, false), 1);
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 2);
                PolicyFolder other = PolicyFolder.open(folder)) {
            assertThatThrownBy(() -> model.loadWeights(other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("layers=1")
                    .hasMessageContaining("layers=2");
        }
    }

    private static void assertSameWeights(PolicyModel found, PolicyModel expected) {
        Map<String, float[]> expectedValues = expected.weightValues();
        found.weightValues()
                .forEach((name, values) -> assertThat(values).as(name).isEqualTo(expectedValues.get(name)));
    }
}
