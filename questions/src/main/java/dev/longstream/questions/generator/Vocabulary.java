package dev.longstream.questions.generator;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The words that generated documents and questions consist of. */
public final class Vocabulary {
    /** Special tokens of a word-level tokenizer. */
    public static final List<String> SPECIALS =
            List.of("<|pad|>", "<|end|>", "<|user|>", "<|assistant|>", "<think>", "</think>", "<|unknown|>");
    /** Punctuation marks, each a word of its own. */
    public static final List<String> PUNCTUATION = List.of(".", "?", ":");

    static final List<String> FUNCTION =
            list("The the of has is home pet in a as lives works owns live own Where What Who"
                    + " does job answer Question Answer so to");
    static final List<String> RELATIONS = list("sister brother boss friend teacher");
    static final List<String> NAMES =
            list("Ada Abel Agnes Alba Amir Anna Basil Bela Boris Bruno Carla Cato Clara Dana Dario"
                    + " Dora Edgar Elena Emil Erik Esther Felix Flora Frida Georg Greta Hana Hector Helga Hugo Ida"
                    + " Igor Irma Ivan"
                    + " Jonas Judith Julia Karl Kira Klaus Lara Leon Lina Lorenz Magda Marco Mina Nadia Nils Nora"
                    + " Olaf Olga Oskar"
                    + " Otto Paula Petra Quentin Ralf Rosa Rufus Sarah Selma Simon Tara Theo Uma Vera Victor Wanda"
                    + " Yuri Zora Zeno");
    static final List<String> PLACES =
            list("Aldham Bergen Calder Delft Elmira Fenwick Galway Halden Ilmen Jarrow Kerry Lodz"
                    + " Malmo Narva Orsk Porto Quito Ravenna Salem Tartu Umbra Varna Wexford Yalta Zadar Arles Brno"
                    + " Cadiz Dover"
                    + " Essen Fargo Ghent");
    static final List<String> PLACE_PREFIXES = list("New Old North South");
    static final List<String> JOBS =
            list("baker barber butcher carpenter clerk cook dancer doctor driver farmer gardener"
                    + " guard hunter judge lawyer mason miller miner nurse painter pilot plumber poet potter printer"
                    + " sailor singer"
                    + " smith tailor teller trader weaver");
    static final List<String> THINGS =
            list("bell bicycle boat book bottle bowl bridge candle canvas carpet cart chair clock"
                    + " coat compass cup desk drum fiddle flute globe hammer harp kettle ladder lamp lantern map"
                    + " mirror piano ring"
                    + " saddle");
    static final List<String> ADJECTIVES = list("old grey quiet narrow bright cold long small green empty heavy pale");
    static final List<String> NOUNS = list("river market street garden tower hill forest harbour wall field mill road"
            + " station square window cloud");
    static final List<String> VERBS = list("stood waited slept lay turned shone rested faded");
    static final List<String> PREPOSITIONS = list("near behind under beyond beside above");
    static final List<String> ADVERBS = list("again today slowly often still alone yesterday quietly");

    private Vocabulary() {}

    /** Returns every word once, specials first: the vocabulary of a word-level tokenizer for generated text. */
    public static List<String> vocabulary() {
        return new ArrayList<>(Stream.of(
                        SPECIALS,
                        FUNCTION,
                        PUNCTUATION,
                        RELATIONS,
                        NAMES,
                        PLACES,
                        PLACE_PREFIXES,
                        JOBS,
                        THINGS,
                        ADJECTIVES,
                        NOUNS,
                        VERBS,
                        PREPOSITIONS,
                        ADVERBS)
                .flatMap(List::stream)
                .distinct()
                .toList());
    }

    private static List<String> list(String words) {
        return List.of(words.split(" "));
    }
}
