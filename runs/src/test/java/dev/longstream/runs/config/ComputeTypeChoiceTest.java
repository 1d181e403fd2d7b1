package dev.longstream.runs.config;

import dev.longstream.failure.WrongUseException;
import dev.longstream.policy.model.ComputeType;
import org.junit.jupiter.api.Test;

import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ComputeTypeChoiceTest {
    private static final BooleanSupplier UNASKED = () -> {
        throw new AssertionError("nothing is to be measured");
    };

    @Test
    void shouldRoundWhereItPaysAndThePolicyIsLargeEnough() {
        assertThat(ComputeTypeChoice.AUTO.of(576, UNASKED, () -> true)).isEqualTo(ComputeType.BFLOAT16);
        assertThat(ComputeTypeChoice.AUTO.of(576, UNASKED, () -> false)).isEqualTo(ComputeType.FLOAT32);
        assertThat(ComputeTypeChoice.AUTO.of(128, UNASKED, UNASKED)).isEqualTo(ComputeType.FLOAT32);
    }

    @Test
    void shouldDoAsInsistedOn() {
        assertThat(ComputeTypeChoice.FLOAT32.of(576, UNASKED, UNASKED)).isEqualTo(ComputeType.FLOAT32);
        assertThat(ComputeTypeChoice.BFLOAT16.of(128, () -> true, UNASKED)).isEqualTo(ComputeType.BFLOAT16);
    }

    @Test
    void shouldRefuseBfloat16WhereItWouldEndTheProcess() {
        assertThatThrownBy(() -> ComputeTypeChoice.BFLOAT16.of(576, () -> false, UNASKED))
                .isInstanceOf(WrongUseException.class)
                .hasMessageContaining("model.compute-type")
                .hasMessageContaining("set auto or float32");
    }
}
