package io.relaykv.protocol.json;

/**
 * Writes what it is told in canonical form: no insignificant white space, numbers as they come,
 * strings escaped only where JSON must. Trusts its caller to tell of one whole value; confined to
 * one thread.
 */
public final class JsonWriter implements JsonVisitor {
  private final StringBuilder out;
  private boolean commaDue;

  /** Expects to write about {@code expectedLength} characters; more are fine. */
  public JsonWriter(int expectedLength) {
    out = new StringBuilder(expectedLength);
  }

  @Override
  public void startObject() {
    start('{');
  }

  @Override
  public void member(String name) {
    separate();
    JsonStrings.appendQuoted(out, name);
    out.append(':');
    commaDue = false;
  }

  @Override
  public void endObject() {
    end('}');
  }

  @Override
  public void startArray() {
    start('[');
  }

  @Override
  public void endArray() {
    end(']');
  }

  @Override
  public void string(String value) {
    separate();
    JsonStrings.appendQuoted(out, value);
  }

  @Override
  public void number(String text) {
    separate();
    out.append(text);
  }

  @Override
  public void bool(boolean value) {
    separate();
    out.append(value);
  }

  @Override
  public void nullValue() {
    separate();
    out.append("null");
  }

  /** What was written so far. */
  @Override
  public String toString() {
    return out.toString();
  }

  private void start(char bracket) {
    separate();
    out.append(bracket);
    commaDue = false;
  }

  private void end(char bracket) {
    out.append(bracket);
    commaDue = true;
  }

  private void separate() {
    if (commaDue) {
      out.append(',');
    }
    commaDue = true;
  }
}
