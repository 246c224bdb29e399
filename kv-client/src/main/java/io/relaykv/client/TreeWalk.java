package io.relaykv.client;

import io.relaykv.client.KvValue.KvArray;
import io.relaykv.client.KvValue.KvBoolean;
import io.relaykv.client.KvValue.KvNumber;
import io.relaykv.client.KvValue.KvObject;
import io.relaykv.client.KvValue.KvString;
import io.relaykv.protocol.json.JsonVisitor;
import io.relaykv.protocol.json.JsonWriter;
import java.util.Map;

/** Tells a visitor the parts of a value; recurses no deeper than {@link Nesting} allows. */
final class TreeWalk {
  private static final int USUAL_LENGTH = 64;

  private TreeWalk() {}

  static String toJson(KvValue value) {
    JsonWriter writer = new JsonWriter(USUAL_LENGTH);
    visit(value, writer);
    return writer.toString();
  }

  private static void visit(KvValue value, JsonVisitor visitor) {
    if (value instanceof KvObject object) {
      visitor.startObject();
      for (Map.Entry<String, KvValue> member : object.members().entrySet()) {
        visitor.member(member.getKey());
        visit(member.getValue(), visitor);
      }
      visitor.endObject();
    } else if (value instanceof KvArray array) {
      visitor.startArray();
      array.elements().forEach(element -> visit(element, visitor));
      visitor.endArray();
    } else if (value instanceof KvString string) {
      visitor.string(string.value());
    } else if (value instanceof KvNumber number) {
      visitor.number(number.text());
    } else if (value instanceof KvBoolean bool) {
      visitor.bool(bool.value());
    } else {
      visitor.nullValue();
    }
  }
}
