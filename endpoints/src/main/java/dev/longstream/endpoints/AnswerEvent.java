package dev.longstream.endpoints;

import dev.longstream.policy.sampling.PartialAnswer;
import dev.longstream.policy.sampling.Sample;

/** Event of a request, sent by the sampler's thread. */
sealed interface AnswerEvent {
    /** An answer has more tokens than before. */
    record Decoded(PartialAnswer answer) implements AnswerEvent {
        boolean isOfSameAnswer(Decoded other) {
            return answer.requestId().equals(other.answer.requestId())
                    && answer.sampleIndex() == other.answer.sampleIndex();
        }
    }

    /** An answer is complete. */
    record Finished(Sample sample) implements AnswerEvent {}

    /** The prompt was dropped, because its sampler gets other weights. */
    record Aborted() implements AnswerEvent {}

    /** No further answer will come. */
    record Failed(ApiError why) implements AnswerEvent {}
}
