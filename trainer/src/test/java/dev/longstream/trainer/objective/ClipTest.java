package dev.longstream.trainer.objective;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class ClipTest {
    private static final Objective GRPO = LossSettings.DEFAULT.objective();

    @Test
    void shouldGiveNoGradientBeyondTheClampOfTheLogRatio() {
        // Given
        // The token's probability fell by a factor of e^25, and its advantage is positive.
        LossInputs inputs = one(-25, 0, 1);
        // When
        Loss loss = GRPO.evaluate(inputs);
        // Then
        assertThat(loss.gradient()[0][0]).isZero();
        assertThat(loss.value()).isEqualTo(-Math.exp(-20), within(1e-15));
    }

    @Test
    void shouldStayFiniteWhenTheLogRatioWouldOverflow() {
        Loss loss = GRPO.evaluate(one(0, -900, -1));
        assertThat(loss.value()).isEqualTo(3);
        assertThat(loss.counts().ratioMax()).isEqualTo(Math.exp(20));
    }

    @Property(tries = 300)
    void shouldGiveTheDerivativeOfItsValue(
            @ForAll @DoubleRange(min = -2, max = 2) double logRatio,
            @ForAll @DoubleRange(min = -3, max = 3) double advantage) {
        double step = 1e-6;
        double before = GRPO.evaluate(one(-3 + logRatio - step, -3, advantage)).value();
        double after = GRPO.evaluate(one(-3 + logRatio + step, -3, advantage)).value();
        Loss loss = GRPO.evaluate(one(-3 + logRatio, -3, advantage));
        boolean atABend = loss.counts().clipFraction()
                        != GRPO.evaluate(one(-3 + logRatio + 2 * step, -3, advantage))
                                .counts()
                                .clipFraction()
                || loss.counts().clipFraction()
                        != GRPO.evaluate(one(-3 + logRatio - 2 * step, -3, advantage))
                                .counts()
                                .clipFraction()
                || loss.counts().dualClipFraction()
                        != GRPO.evaluate(one(-3 + logRatio + 2 * step, -3, advantage))
                                .counts()
                                .dualClipFraction()
                || loss.counts().dualClipFraction()
                        != GRPO.evaluate(one(-3 + logRatio - 2 * step, -3, advantage))
                                .counts()
                                .dualClipFraction();
        if (!atABend) {
            assertThat(loss.gradient()[0][0]).isEqualTo((after - before) / (2 * step), within(1e-6));
        }
    }

    @Test
    void shouldRefuseInputsWhoseShapesDiffer() {
        assertThatThrownBy(
                        () -> inputs(new double[][] {{-1, -2}}, new double[][] {{-1}}, new double[][] {{1, 1}}, 2, 1))
                .hasMessage("Answer 0 has 2 tokens, but 1 proximal log-probabilities");
    }

    private static LossInputs one(double current, double behaviour, double advantage) {
        return inputs(new double[][] {{current}}, new double[][] {{behaviour}}, new double[][] {{advantage}}, 1, 1);
    }

    private static LossInputs inputs(
            double[][] current, double[][] behaviour, double[][] advantages, long tokens, long answers) {
        double[][] nothing = new double[current.length][current[0].length];
        return new LossInputs(
                current, behaviour, behaviour, new double[0][], nothing, advantages, tokens, answers, false);
    }
}
