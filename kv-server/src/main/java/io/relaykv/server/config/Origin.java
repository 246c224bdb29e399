package io.relaykv.server.config;

import com.typesafe.config.ConfigOrigin;

/**
 * Where a value was set.
 *
 * @param place the place alone: {@code n1.conf:7}, {@code RELAYKV_NODE_ID}, {@code flag}
 * @param phrase the place inside a sentence: {@code at n1.conf:7}
 */
record Origin(String place, String phrase) {
  static final Origin FLAG = new Origin("flag", "given as a flag");
  static final Origin DEFAULT = new Origin("default", "by default");

  static Origin file(ConfigOrigin origin) {
    String name = origin.filename() == null ? origin.description() : origin.filename();
    String place = origin.lineNumber() < 0 ? name : name + ":" + origin.lineNumber();
    return new Origin(place, "at " + place);
  }

  static Origin environment(String variable) {
    return new Origin(variable, "in " + variable);
  }
}
