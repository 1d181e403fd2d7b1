package dev.longstream.runs.shadows;

import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.runs.shadows.ShadowComparison.AgreementSlice;
import dev.longstream.runs.shadows.ShadowComparison.AnswerAgreement;
import dev.longstream.runs.shadows.ShadowComparison.GroupAgreement;
import org.jspecify.annotations.Nullable;

/** Sums over the groups of one part of a run. Pure. */
final class AgreementSums {
    /** Difference below which two rewards are equal: sums of the same parts in another order differ by less. */
    private static final double TOLERANCE = 1e-9;

    private final String by;
    private final String name;
    private long compared;
    private long equal;
    private double runSum;
    private double shadowSum;
    private long runHigher;
    private long onlyRun;
    private long onlyShadow;
    private final long[] groups = new long[4];

    AgreementSums(String by, String name) {
        this.by = by;
        this.name = name;
    }

    /** Adds a group, as the run has it and as the shadow has it; both have the same members. */
    void add(Group ofRun, Group ofShadow) {
        boolean kept = ofRun.getVerdict() == GroupVerdict.TRAINABLE;
        boolean keptByShadow = ofShadow.getVerdict() == GroupVerdict.TRAINABLE;
        groups[(kept ? 0 : 2) + (keptByShadow ? 0 : 1)]++;
        for (int i = 0; i < ofRun.getMembers().size(); i++) {
            add(
                    ofRun.getMembers().get(i).getReward(),
                    ofShadow.getMembers().get(i).getReward());
        }
    }

    private void add(@Nullable Double ofRun, @Nullable Double ofShadow) {
        if (ofRun == null || ofShadow == null) {
            onlyRun += ofRun == null ? 0 : 1;
            onlyShadow += ofShadow == null ? 0 : 1;
            return;
        }
        compared++;
        runSum += ofRun;
        shadowSum += ofShadow;
        if (Math.abs(ofRun - ofShadow) <= TOLERANCE) {
            equal++;
        } else if (ofRun > ofShadow) {
            runHigher++;
        }
    }

    private @Nullable Double mean(double sum) {
        return compared == 0 ? null : (Double) (sum / compared);
    }

    AgreementSlice slice() {
        return new AgreementSlice(
                by,
                name,
                new AnswerAgreement(
                        compared,
                        equal,
                        mean((double) equal),
                        mean(runSum),
                        mean(shadowSum),
                        runHigher,
                        compared - equal - runHigher,
                        onlyRun,
                        onlyShadow),
                new GroupAgreement(
                        groups[0] + groups[1] + groups[2] + groups[3], groups[0], groups[1], groups[2], groups[3]));
    }
}
