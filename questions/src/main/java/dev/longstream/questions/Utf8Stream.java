package dev.longstream.questions;

import java.io.CharConversionException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/**
 * Passes bytes on that are UTF-8 and fails at the first one that is not, with its line and position. All bytes before it
 * are passed on.
 */
final class Utf8Stream extends FilterInputStream {
    private long line = 1;
    private long position;
    /** Bytes that the current character still needs. */
    private int expected;

    /** Is true once the next byte is not UTF-8; no reader is told that more is available, so that it uses what it has. */
    private boolean stopped;

    private int lowest = 0x80;
    private int highest = 0xbf;

    Utf8Stream(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        in.mark(length);
        int read = in.read(bytes, from, length);
        if (read < 0) {
            if (expected > 0) {
                throw new CharConversionException("the file ends within a character of UTF-8");
            }
            return read;
        }
        for (int i = 0; i < read; i++) {
            int next = bytes[from + i] & 0xff;
            if (!accepts(next)) {
                if (i == 0) {
                    throw new CharConversionException(String.format(
                            Locale.ROOT,
                            "byte 0x%02X in line %d, byte %d of the line, is not UTF-8",
                            next,
                            line,
                            position + 1));
                }
                in.reset();
                in.skipNBytes(i);
                stopped = true;
                return i;
            }
            position = next == '\n' ? 0 : position + 1;
            line += next == '\n' ? 1 : 0;
        }
        return read;
    }

    @Override
    public int available() throws IOException {
        return stopped ? 0 : in.available();
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Takes one byte by the table of well-formed sequences of the Unicode Standard (table 3-7). */
    private boolean accepts(int next) {
        if (expected > 0) {
            if (next < lowest || next > highest) {
                return false;
            }
            expected--;
            lowest = 0x80;
            highest = 0xbf;
            return true;
        }
        if (next < 0x80) {
            return true;
        }
        if (next < 0xc2 || next > 0xf4) {
            return false;
        }
        expected = next < 0xe0 ? 1 : next < 0xf0 ? 2 : 3;
        lowest = next == 0xe0 ? 0xa0 : next == 0xf0 ? 0x90 : 0x80;
        highest = next == 0xed ? 0x9f : next == 0xf4 ? 0x8f : 0xbf;
        return true;
    }
}
