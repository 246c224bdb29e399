package io.relaykv.protocol.json;

/** Is told of the parts of a JSON value in the order of the text. */
public interface JsonVisitor {
  /** An object begins; its members follow up to the matching {@link #endObject}. */
  void startObject();

  /** A member begins; its value follows. No two members of an object have the same name. */
  void member(String name);

  /** The innermost open object ends. */
  void endObject();

  /** An array begins; its elements follow up to the matching {@link #endArray}. */
  void startArray();

  /** The innermost open array ends. */
  void endArray();

  /** A string, unescaped and without lone surrogates. */
  void string(String value);

  /** A number, exactly as written. */
  void number(String text);

  /** {@code true} or {@code false}. */
  void bool(boolean value);

  /** {@code null}. */
  void nullValue();
}
