package dev.longstream.policy.template;

import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELException;
import jinjava.javax.el.ELResolver;
import org.jspecify.annotations.Nullable;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/** Implements the methods of Python's str, dict and list that chat templates call, and negative indices. */
public final class PythonMethods extends ELResolver {
    @Override
    public @Nullable Object invoke(
            ELContext context,
            @Nullable Object base,
            @Nullable Object method,
            Class<?> @Nullable [] types,
            Object @Nullable [] parameters) {
        Object[] arguments = parameters == null ? new Object[0] : parameters;
        String name = String.valueOf(method);
        if (base instanceof String text) {
            context.setPropertyResolved(true);
            return ofText(text, name, arguments);
        }
        if (base instanceof Map<?, ?> map
                && List.of("items", "keys", "values", "get").contains(name)) {
            context.setPropertyResolved(true);
            return ofMap(map, name, arguments);
        }
        if (base instanceof List<?> list && name.equals("__reversed__")) {
            context.setPropertyResolved(true);
            List<Object> reversed = new ArrayList<>(list);
            Collections.reverse(reversed);
            return reversed;
        }
        return null;
    }

    private static Object ofText(String text, String method, Object[] arguments) {
        return switch (method) {
            case "strip" -> strip(text, arguments, true, true);
            case "lstrip" -> strip(text, arguments, true, false);
            case "rstrip" -> strip(text, arguments, false, true);
            case "startswith" -> affixes(arguments).anyMatch(text::startsWith);
            case "endswith" -> affixes(arguments).anyMatch(text::endsWith);
            case "removeprefix" ->
                text.startsWith(string(arguments, 0))
                        ? text.substring(string(arguments, 0).length())
                        : text;
            case "removesuffix" ->
                text.endsWith(string(arguments, 0))
                        ? text.substring(0, text.length() - string(arguments, 0).length())
                        : text;
            case "split" -> split(text, arguments);
            case "splitlines" -> text.lines().toList();
            case "replace" -> text.replace(string(arguments, 0), string(arguments, 1));
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "capitalize" -> capitalize(text);
            case "title" -> Pattern.compile("\\p{L}+").matcher(text).replaceAll(word -> capitalize(word.group()));
            case "find" -> (long) text.indexOf(string(arguments, 0));
            case "count" -> (long) text.split(Pattern.quote(string(arguments, 0)), -1).length - 1;
            case "join" -> join(text, arguments);
            case "__reversed__" -> new StringBuilder(text).reverse().toString();
            default -> throw new ELException("the method " + method + " of a string is not supported");
        };
    }

    private static @Nullable Object ofMap(Map<?, ?> map, String method, Object[] arguments) {
        return switch (method) {
            case "keys" -> new ArrayList<>(map.keySet());
            case "values" -> new ArrayList<>(map.values());
            case "get" ->
                map.containsKey(arguments[0]) ? map.get(arguments[0]) : arguments.length > 1 ? arguments[1] : null;
            default -> items(map);
        };
    }

    /** Returns the entries of a mapping, in order. */
    static List<Object> items(Map<?, ?> map) {
        List<Object> items = new ArrayList<>();
        map.forEach((key, value) -> items.add(new AbstractMap.SimpleEntry<>(key, value)));
        return items;
    }

    private static String string(Object[] arguments, int index) {
        if (index < arguments.length && arguments[index] instanceof String text) {
            return text;
        }
        throw new ELException("expected a string as argument " + (index + 1) + ", found " + Arrays.toString(arguments));
    }

    private static java.util.stream.Stream<String> affixes(Object[] arguments) {
        return arguments.length == 1 && arguments[0] instanceof List<?> several
                ? several.stream().map(String::valueOf)
                : java.util.stream.Stream.of(string(arguments, 0));
    }

    /** Implements Python's str.strip: removes whitespace, or any of the given characters. */
    public static String strip(String text, Object[] arguments, boolean left, boolean right) {
        IntPredicate stripped = PythonMethods::isSpace;
        if (arguments.length > 0 && arguments[0] != null) {
            String characters = string(arguments, 0);
            stripped = c -> characters.indexOf(c) >= 0;
        }
        int from = 0;
        int to = text.length();
        while (left && from < to && stripped.test(text.charAt(from))) {
            from++;
        }
        while (right && from < to && stripped.test(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    /** Returns whether Python's str.isspace takes a character for a blank; Java leaves out those that do not break. */
    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }

    private static List<Object> split(String text, Object[] arguments) {
        if (arguments.length == 0 || arguments[0] == null) {
            String stripped = strip(text, arguments, true, true);
            return stripped.isEmpty() ? List.of() : List.of((Object[]) stripped.split("[\\s\\p{Z}\\x1c-\\x1f\\x85]+"));
        }
        int limit = arguments.length > 1 ? ((Number) arguments[1]).intValue() + 1 : -1;
        return List.of((Object[]) text.split(Pattern.quote(string(arguments, 0)), limit == 0 ? -1 : limit));
    }

    private static String join(String separator, Object[] arguments) {
        if (arguments.length == 1 && arguments[0] instanceof Iterable<?> parts) {
            List<String> texts = new ArrayList<>();
            parts.forEach(part -> texts.add(Objects.toString(part)));
            return String.join(separator, texts);
        }
        throw new ELException("join expects a list, found " + Arrays.toString(arguments));
    }

    private static String capitalize(String text) {
        return text.isEmpty()
                ? text
                : text.substring(0, 1).toUpperCase(Locale.ROOT)
                        + text.substring(1).toLowerCase(Locale.ROOT);
    }

    /** Resolves a negative index, which counts from the end; out of range it gives null, like Jinja's undefined. */
    @Override
    public @Nullable Object getValue(ELContext context, @Nullable Object base, @Nullable Object property) {
        String index = String.valueOf(property);
        boolean indexed = index.matches("-?\\d{1,9}");
        if (indexed && base instanceof List<?> list) {
            context.setPropertyResolved(true);
            int position = at(index, list.size());
            return position < 0 || position >= list.size() ? null : list.get(position);
        }
        if (indexed && base instanceof String text) {
            context.setPropertyResolved(true);
            int position = at(index, text.length());
            return position < 0 || position >= text.length() ? null : text.substring(position, position + 1);
        }
        return null;
    }

    private static int at(String index, int size) {
        int position = Integer.parseInt(index);
        return position < 0 ? position + size : position;
    }

    @Override
    public @Nullable Class<?> getType(ELContext context, @Nullable Object base, @Nullable Object property) {
        return null;
    }

    @Override
    public void setValue(ELContext context, @Nullable Object base, @Nullable Object property, @Nullable Object value) {
        // Not marked as resolved, so that the other resolvers try.
    }

    @Override
    public boolean isReadOnly(ELContext context, @Nullable Object base, @Nullable Object property) {
        return true;
    }

    @Override
    public java.util.@Nullable Iterator<java.beans.FeatureDescriptor> getFeatureDescriptors(
            ELContext context, @Nullable Object base) {
        return null;
    }

    @Override
    public @Nullable Class<?> getCommonPropertyType(ELContext context, @Nullable Object base) {
        return null;
    }
}
