package dev.longstream.trainer.objective;

import java.util.Locale;

/** Which function of the ratio is maximised. */
public enum SurrogateKind {
    /** {@link ClippedSurrogate}: PPO, GRPO, DAPO, Dr.GRPO; GSPO with the ratio of a sequence. */
    CLIP,
    /** {@link Cispo}: a bounded weight, no clip. */
    CISPO,
    /** {@link Reinforce}: no ratio. */
    REINFORCE,
    /** {@link Sapo}: a soft gate. */
    SAPO,
    /** {@link Gmpo}: the geometric mean of an answer's bounded ratios. */
    GMPO,
    /** {@link Dppo} by total variation. */
    DPPO_TV,
    /** {@link Dppo} by KL. */
    DPPO_KL,
    /** {@link Vespo}: a weight by the product of an answer's ratios. */
    VESPO;

    /** Whether {@code clip-low} and {@code clip-high} are its bounds. */
    boolean clips() {
        return this == CLIP || this == GMPO || isDppo();
    }

    /** Whether one ratio of the whole answer is all it is defined for. */
    boolean ofSequences() {
        return this == GMPO || this == VESPO;
    }

    /** Whether its weights are those of single tokens. */
    boolean ofTokens() {
        return this == CISPO || this == REINFORCE || isDppo();
    }

    boolean isDppo() {
        return this == DPPO_TV || this == DPPO_KL;
    }

    /** As a configuration file spells it. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Surrogate of(LossSettings settings) {
        return switch (this) {
            case CLIP ->
                new ClippedSurrogate(
                        settings.clipLow(), settings.clipHigh(), settings.dualClip(), settings.ratioHigh());
            case CISPO -> new Cispo(settings.ratioLow(), settings.ratioHigh());
            case REINFORCE -> new Reinforce();
            case SAPO -> new Sapo(settings.temperaturePositive(), settings.temperatureNegative());
            case GMPO -> new Gmpo(settings.clipLow(), settings.clipHigh());
            case DPPO_TV ->
                new Dppo(Dppo.Distance.TOTAL_VARIATION, settings.clipLow(), settings.clipHigh(), settings.ratioHigh());
            case DPPO_KL -> new Dppo(Dppo.Distance.KL, settings.clipLow(), settings.clipHigh(), settings.ratioHigh());
            case VESPO -> new Vespo();
        };
    }
}
