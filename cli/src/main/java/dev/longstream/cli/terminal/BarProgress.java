package dev.longstream.cli.terminal;

import dev.longstream.progress.Progress;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

import java.io.PrintStream;

/** Shows progress as a moving bar, for terminals. */
final class BarProgress implements Progress {
    private final PrintStream err;
    private @Nullable ProgressBar bar;

    BarProgress(PrintStream err) {
        this.err = err;
    }

    @Override
    public void begin(String part, long steps) {
        close();
        bar = new ProgressBarBuilder()
                .setTaskName(part)
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BAR)
                .setConsumer(new ConsoleProgressBarConsumer(err))
                .hideEta()
                .build();
    }

    @Override
    public void at(long step, String words) {
        if (bar != null) {
            bar.stepTo(step);
            bar.setExtraMessage(" " + words);
        }
    }

    @Override
    public void say(String words) {
        err.println("\r" + words);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
