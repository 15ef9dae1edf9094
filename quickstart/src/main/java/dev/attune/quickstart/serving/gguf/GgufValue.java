package dev.attune.quickstart.serving.gguf;

import java.util.List;

/** A value of GGUF's metadata, with the type code that the format gives it. */
sealed interface GgufValue {
    int code();

    record UnsignedInt(int value) implements GgufValue {
        @Override
        public int code() {
            return 4;
        }
    }

    record SignedInt(int value) implements GgufValue {
        @Override
        public int code() {
            return 5;
        }
    }

    record Float32(float value) implements GgufValue {
        @Override
        public int code() {
            return 6;
        }
    }

    record Flag(boolean value) implements GgufValue {
        @Override
        public int code() {
            return 7;
        }
    }

    record Text(String value) implements GgufValue {
        @Override
        public int code() {
            return 8;
        }
    }

    /** An array whose elements all have the type {@code elementCode}. */
    record Sequence(int elementCode, List<? extends GgufValue> elements) implements GgufValue {
        @Override
        public int code() {
            return 9;
        }

        static Sequence ofTexts(List<String> texts) {
            return new Sequence(8, texts.stream().map(Text::new).toList());
        }

        static Sequence ofInts(List<Integer> numbers) {
            return new Sequence(5, numbers.stream().map(SignedInt::new).toList());
        }
    }
}
