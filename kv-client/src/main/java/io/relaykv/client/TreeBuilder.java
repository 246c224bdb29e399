package io.relaykv.client;

import io.relaykv.client.KvValue.KvNumber;
import io.relaykv.protocol.json.JsonVisitor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes a value of what a reader of JSON tells. */
final class TreeBuilder implements JsonVisitor {
  private final Deque<Open> open = new ArrayDeque<>();
  private @Nullable KvValue root;

  /** An array or object that has not ended. */
  private interface Open {
    default void name(String name) {
      throw new IllegalStateException("a member outside an object: " + name);
    }

    void add(KvValue value);

    KvValue end();
  }

  private static final class OpenArray implements Open {
    private final List<KvValue> elements = new ArrayList<>();

    @Override
    public void add(KvValue value) {
      elements.add(value);
    }

    @Override
    public KvValue end() {
      return KvValue.array(elements);
    }
  }

  private static final class OpenObject implements Open {
    private final Map<String, KvValue> members = new LinkedHashMap<>();
    private String name = "";

    @Override
    public void name(String name) {
      this.name = name;
    }

    @Override
    public void add(KvValue value) {
      members.put(name, value);
    }

    @Override
    public KvValue end() {
      return KvValue.object(members);
    }
  }

  KvValue root() {
    return Objects.requireNonNull(root, "no value was read");
  }

  @Override
  public void startObject() {
    open.push(new OpenObject());
  }

  @Override
  public void member(String name) {
    open.element().name(name);
  }

  @Override
  public void endObject() {
    add(open.pop().end());
  }

  @Override
  public void startArray() {
    open.push(new OpenArray());
  }

  @Override
  public void endArray() {
    add(open.pop().end());
  }

  @Override
  public void string(String value) {
    add(KvValue.of(value));
  }

  @Override
  public void number(String text) {
    add(new KvNumber(text));
  }

  @Override
  public void bool(boolean value) {
    add(KvValue.of(value));
  }

  @Override
  public void nullValue() {
    add(KvValue.ofNull());
  }

  private void add(KvValue value) {
    if (open.isEmpty()) {
      root = value;
    } else {
      open.element().add(value);
    }
  }
}
