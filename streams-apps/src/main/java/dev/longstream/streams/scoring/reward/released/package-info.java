/**
 * The rules of QwenLong-L1's released code (commit 38d0806), judge off: {@code profile: qwenlong-l1-compat}. Written from its
 * behaviour; every score of its column in the golden cases is reproduced, also where it is wrong. Start at {@code ReleasedAnswer},
 * which is what all three rules look at.
 *
 * <p>That code expects golds that are sentences and reads them as it reads answers; ours are bare values, which are put into such a
 * sentence first. It knows one gold: the first.
 */
package dev.longstream.streams.scoring.reward.released;
