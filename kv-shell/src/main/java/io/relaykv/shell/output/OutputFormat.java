package io.relaykv.shell.output;

import java.util.Locale;

/** How results are printed. */
public enum OutputFormat {
  /** What a person or a line-oriented script wants of the command at hand. */
  PLAIN,
  /** One JSON document. */
  JSON,
  /** One JSON object a line. */
  JSONL,
  /** Columns under headings. */
  TABLE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
