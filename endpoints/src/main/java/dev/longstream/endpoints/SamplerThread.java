package dev.longstream.endpoints;

import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.SamplingRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/** The one thread that uses a sampler. What arrives while it decodes a chunk joins with the next. */
final class SamplerThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SamplerThread.class);

    private final Sampler sampler;
    private final int most;
    private final Thread thread;
    /** Waits to be seen by the thread; guarded by this, as are the next three. */
    private final Queue<Job> arrived = new ArrayDeque<>();

    private int underWay;
    private boolean stopping;
    private @Nullable Throwable failure;

    /** Being decoded, by request id; the thread's own. */
    private final Map<String, Job> jobs = new LinkedHashMap<>();

    /** A prompt whose answers are being decoded. */
    private static final class Job {
        private final SamplingRequest request;
        private final Submission submission;
        private int unfinished;

        Job(SamplingRequest request, Submission submission) {
            this.request = request;
            this.submission = submission;
            this.unfinished = request.samples();
        }
    }

    /**
     * @param sampler closed by this
     * @param most prompts under way at once
     */
    SamplerThread(Sampler sampler, int most, String name) {
        this.sampler = sampler;
        this.most = most;
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Takes prompts on, all or none.
     *
     * @param submission hears of their answers; closing it forgets the prompts
     * @throws ApiError 429 if there are too many, 503 if it stops or has failed
     */
    synchronized void submit(List<SamplingRequest> requests, Submission submission) {
        if (failure != null) {
            throw ApiError.unavailable("the sampler has failed: " + failure);
        }
        if (stopping) {
            throw stops();
        }
        if (underWay + requests.size() > most) {
            throw ApiError.tooMany(most);
        }
        underWay += requests.size();
        requests.forEach(request -> arrived.add(new Job(request, submission)));
        notifyAll();
    }

    /** Why it works no more; empty: it does, or was closed. */
    synchronized Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    private void run() {
        try (sampler) {
            while (admit()) {
                forgetCancelled();
                sampler.decodeChunk().forEach(this::finish);
                tellOfUnfinished();
            }
            end(stops());
        } catch (InterruptedException e) {
            end(stops());
        } catch (Throwable e) { // of native code too: nobody may wait for an answer that does not come
            LOG.error("The sampler stopped", e);
            synchronized (this) {
                failure = e;
            }
            end(ApiError.failed("the sampler has failed: " + e));
        }
    }

    /** Takes what has arrived; waits for something where there is nothing to do. */
    private synchronized boolean admit() throws InterruptedException {
        while (!stopping && arrived.isEmpty() && jobs.isEmpty()) {
            wait();
        }
        if (stopping) {
            return false;
        }
        for (Job job = arrived.poll(); job != null; job = arrived.poll()) {
            try {
                sampler.submit(job.request);
                jobs.put(job.request.id(), job);
            } catch (IllegalArgumentException e) {
                underWay--;
                job.submission.put(new AnswerEvent.Failed(ApiError.tooLong(null, String.valueOf(e.getMessage()))));
            }
        }
        return true;
    }

    private void forgetCancelled() {
        List<String> cancelled = jobs.values().stream()
                .filter(job -> job.submission.isCancelled())
                .map(job -> job.request.id())
                .toList();
        cancelled.forEach(id -> {
            sampler.cancel(id);
            remove(id);
        });
    }

    private void finish(Sample sample) {
        Job job = jobs.get(sample.requestId());
        if (job == null) {
            return;
        }
        job.unfinished--;
        if (job.unfinished == 0) {
            remove(sample.requestId()); // first, since the client may ask again as soon as it has the answer
        }
        job.submission.put(new AnswerEvent.Finished(sample));
    }

    private void tellOfUnfinished() {
        for (Job job : jobs.values()) {
            if (job.submission.wantsPartialAnswers()) {
                sampler.unfinished(job.request.id())
                        .forEach(answer -> job.submission.put(new AnswerEvent.Decoded(answer)));
            }
        }
    }

    private synchronized void remove(String id) {
        jobs.remove(id);
        underWay--;
    }

    private synchronized void end(ApiError why) {
        stopping = true;
        jobs.values().forEach(job -> job.submission.put(new AnswerEvent.Failed(why)));
        arrived.forEach(job -> job.submission.put(new AnswerEvent.Failed(why)));
        jobs.clear();
        arrived.clear();
    }

    private static ApiError stops() {
        return ApiError.unavailable("the server is stopping");
    }

    /** Ends after the chunk that is being decoded; what is under way is answered 503. */
    @Override
    public void close() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
