package io.relaykv.client;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of an object in their order, which remember how deep they are nested. Immutable. */
final class KvMembers extends AbstractMap<String, KvValue> {
  private final Map<String, KvValue> members;
  private final int depth;

  private KvMembers(Map<String, KvValue> members) {
    int deepest = 0;
    for (Map.Entry<String, KvValue> member : members.entrySet()) {
      Objects.requireNonNull(member.getKey(), "the name of a member is null");
      Objects.requireNonNull(
          member.getValue(), "a member is null; JSON's null is KvValue.ofNull()");
      KvText.check("the name of a member", member.getKey());
      deepest = Math.max(deepest, Nesting.depthOf(member.getValue()));
    }
    this.members = Collections.unmodifiableMap(members);
    this.depth = Nesting.around(deepest);
  }

  static KvMembers copyOf(Map<String, ? extends KvValue> members) {
    return members instanceof KvMembers copied
        ? copied
        : new KvMembers(new LinkedHashMap<>(members));
  }

  /** Of the object that has these members. */
  int depth() {
    return depth;
  }

  @Override
  public @Nullable KvValue get(@Nullable Object name) {
    return members.get(name);
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return members.containsKey(name);
  }

  @Override
  public Set<Entry<String, KvValue>> entrySet() {
    return members.entrySet();
  }
}
