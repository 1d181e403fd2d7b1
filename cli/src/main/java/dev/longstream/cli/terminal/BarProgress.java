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
    private static final String NO_COLOUR = "\u001b[0m";
    private static final int SHORTEST_NAME = 8;
    private static final int NAMES_SHARE = 3; // of the width, one part in so many

    private final PrintStream err;
    private final boolean coloured;
    private @Nullable ProgressBar bar;

    /**
     * Creates a progress bar on {@code err}.
     *
     * @param coloured whether the bar may have colours
     */
    BarProgress(PrintStream err, boolean coloured) {
        this.err = err;
        this.coloured = coloured;
    }

    @Override
    public void begin(String part, long steps) {
        close();
        ConsoleProgressBarConsumer console = new Console(err, coloured);
        bar = new ProgressBarBuilder()
                .setTaskName(shortened(part, console.getMaxRenderedLength()))
                .setInitialMax(steps)
                .setStyle(coloured ? ProgressBarStyle.COLORFUL_UNICODE_BAR : ProgressBarStyle.UNICODE_BLOCK)
                .setConsumer(console)
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
        Shown.words(words, shown -> err.println("\r" + shown));
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    /** The end of a name that would leave the bar no room. */
    static String shortened(String name, int width) {
        int length = Math.max(SHORTEST_NAME, width / NAMES_SHARE);
        return name.length() <= length ? name : "…" + name.substring(name.length() - length + 1);
    }

    /**
     * Console that resets the colour after each bar. A bar that is cut to the terminal's width has lost its own reset
     * code.
     */
    private static final class Console extends ConsoleProgressBarConsumer {
        private final PrintStream err;
        private final boolean coloured;

        Console(PrintStream err, boolean coloured) {
            super(err);
            this.err = err;
            this.coloured = coloured;
        }

        @Override
        public void accept(String bar) {
            super.accept(bar);
            if (coloured) {
                err.print(NO_COLOUR);
            }
        }
    }
}
