package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Compares the units and currencies of two quantities: 5 kg is not 5 g, 5 mW is not 5 MW, and $5 is not €5. */
final class Units {
    private static final Pattern WITH_UNIT =
            Pattern.compile("(?<![\\p{L}\\p{N}])[0-9][0-9.,]*+\\s?([°µμ]?[A-Za-z]{1,12})(?![\\p{L}\\p{N}])");
    private static final Set<String> SYMBOLS = Set.of(("nm µm um mm cm dm m km in ft yd mi ng µg ug mg g kg t lb oz"
                    + " ml cl dl l ms s min h kb mb gb tb pb hz khz mhz ghz mv v kv ma ka mw w kw gw tw"
                    + " wh kwh mwh gwh twh j kj mj gj pa hpa kpa mpa gpa °c °f mol mmol cal kcal db")
            .split(" "));
    private static final Pattern WORD = Pattern.compile("(nano|micro|milli|centi|deci|hecto|kilo|mega|giga|tera)?"
            + "(meter|gram|liter|watt|watthour|volt|ampere|joule|pascal|hertz|byte|bit|second|tonne|ton|calorie)s?");

    private static final Set<Integer> CURRENCIES =
            "$€£¥₹₩₽₺₪₫฿".chars().boxed().collect(Collectors.toUnmodifiableSet());

    private Units() {}

    /** Returns false if both texts have a number with a unit, and the units differ. */
    static boolean agree(String answer, String gold) {
        String stated = unit(gold);
        String other = stated == null ? null : unit(answer);
        if (stated == null || other == null || stated.equals(other)) {
            return true;
        }
        boolean words = WORD.matcher(word(stated)).matches()
                && WORD.matcher(word(other)).matches();
        boolean symbols =
                SYMBOLS.contains(stated.toLowerCase(Locale.ROOT)) && SYMBOLS.contains(other.toLowerCase(Locale.ROOT));
        if (words) {
            return word(stated).equals(word(other));
        }
        return !symbols || (stated.equalsIgnoreCase(other) && !isMilliAndMega(stated, other));
    }

    /** Returns whether an answer has a currency of the gold, or one of the two has none. */
    static boolean agreeInCurrency(String answer, String gold) {
        Set<Integer> wanted = currencies(gold);
        Set<Integer> stated = wanted.isEmpty() ? wanted : currencies(answer);
        return stated.isEmpty() || !Collections.disjoint(stated, wanted);
    }

    private static Set<Integer> currencies(String text) {
        return text.chars().boxed().filter(CURRENCIES::contains).collect(Collectors.toSet());
    }

    private static @Nullable String unit(String text) {
        Matcher m = WITH_UNIT.matcher(text);
        return m.find() ? m.group(1).replace('μ', 'µ') : null;
    }

    private static String word(String unit) {
        return unit.toLowerCase(Locale.ROOT)
                .replace("metre", "meter")
                .replace("litre", "liter")
                .replaceFirst("s$", "");
    }

    private static boolean isMilliAndMega(String one, String other) {
        return one.length() > 1 && one.charAt(0) != other.charAt(0) && "mM".indexOf(one.charAt(0)) >= 0;
    }
}
