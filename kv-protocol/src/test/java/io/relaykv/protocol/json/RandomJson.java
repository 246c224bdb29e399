package io.relaykv.protocol.json;

import java.util.Random;

/** Makes random JSON values, written with random white space and needless escapes. */
final class RandomJson {
  private static final String[] NUMBERS = {
    "0", "-0", "1.0", "1E5", "-12.50e-3", "9".repeat(400), "0.1e+99999999999"
  };
  private static final String[] CHARACTERS = {
    "a",
    "Z",
    "/",
    "\\/",
    "\\\"",
    "\\\\",
    "\\n",
    "\\u000a",
    "\\b",
    "\\u0000",
    "\\u001F",
    "\\u0041",
    "\u00e9",
    "\\u00E9",
    "\u20ac",
    "\ud83d\ude00",
    "\\ud83d\\ude00",
    "\u007f",
    "\\t",
    "\\f",
    "\\r"
  };
  private static final String[] SPACES = {"", "", "", " ", "\n", "\t", "\r\n  "};

  private final Random random;

  RandomJson(Random random) {
    this.random = random;
  }

  String next() {
    return value(4);
  }

  private String value(int depth) {
    return space() + bareValue(depth) + space();
  }

  private String bareValue(int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 8)) {
      case 0 -> "null";
      case 1 -> String.valueOf(random.nextBoolean());
      case 2 -> random.nextBoolean() ? pick(NUMBERS) : String.valueOf(random.nextGaussian());
      case 3 -> string("");
      case 4, 5 -> array(depth);
      default -> object(depth);
    };
  }

  private String array(int depth) {
    StringBuilder json = new StringBuilder("[").append(space());
    for (int i = random.nextInt(4); i > 0; i--) {
      json.append(value(depth - 1)).append(i > 1 ? "," : "");
    }
    return json.append(']').toString();
  }

  private String object(int depth) {
    StringBuilder json = new StringBuilder("{").append(space());
    for (int i = random.nextInt(4); i > 0; i--) {
      json.append(space()).append(string(String.valueOf(i))).append(space()).append(':');
      json.append(value(depth - 1)).append(i > 1 ? "," : "");
    }
    return json.append('}').toString();
  }

  private String string(String start) {
    StringBuilder json = new StringBuilder("\"").append(start);
    for (int i = random.nextInt(6); i > 0; i--) {
      json.append(pick(CHARACTERS));
    }
    return json.append('"').toString();
  }

  private String space() {
    return pick(SPACES);
  }

  private String pick(String[] choices) {
    return choices[random.nextInt(choices.length)];
  }
}
