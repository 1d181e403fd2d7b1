package dev.longstream.endpoints;

import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.SamplingRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

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

    /** A prompt with its answers so far. */
    private record Job(SamplingRequest request, List<Sample> samples, CompletableFuture<List<Sample>> answers) {}

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
     * @return for each its samples, by index. Cancelling one forgets its prompt
     * @throws ApiError 429 if there are too many, 503 if it stops or has failed
     */
    synchronized List<CompletableFuture<List<Sample>>> submit(List<SamplingRequest> requests) {
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
        List<Job> taken = requests.stream()
                .map(request -> new Job(request, new ArrayList<>(), new CompletableFuture<>()))
                .toList();
        arrived.addAll(taken);
        notifyAll();
        return taken.stream().map(Job::answers).toList();
    }

    /** Why it works no more; empty: it does, or was closed. */
    synchronized Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    private void run() {
        try (sampler) {
            while (admit()) {
                forgetCancelled();
                sampler.decodeChunk().forEach(this::keep);
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
                sampler.submit(job.request());
                jobs.put(job.request().id(), job);
            } catch (IllegalArgumentException e) {
                underWay--;
                job.answers().completeExceptionally(ApiError.tooLong(null, String.valueOf(e.getMessage())));
            }
        }
        return true;
    }

    private void forgetCancelled() {
        List<String> cancelled = jobs.values().stream()
                .filter(job -> job.answers().isDone())
                .map(job -> job.request().id())
                .toList();
        cancelled.forEach(id -> {
            sampler.cancel(id);
            remove(id);
        });
    }

    private void keep(Sample sample) {
        Job job = jobs.get(sample.requestId());
        if (job == null) {
            return;
        }
        job.samples().add(sample);
        if (job.samples().size() == job.request().samples()) {
            remove(sample.requestId());
            job.answers()
                    .complete(job.samples().stream()
                            .sorted(Comparator.comparingInt(Sample::sampleIndex))
                            .toList());
        }
    }

    private synchronized void remove(String id) {
        jobs.remove(id);
        underWay--;
    }

    private synchronized void end(ApiError why) {
        stopping = true;
        jobs.values().forEach(job -> job.answers().completeExceptionally(why));
        arrived.forEach(job -> job.answers().completeExceptionally(why));
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
