package io.relaykv.protocol.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Arrays;
import java.util.Random;

/** Messages of any type with fields at the edges of what they may hold, and beyond. */
public final class RandomMessages {
  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    4,
    10_000,
    10_001,
    Integer.MAX_VALUE,
    0xFFFF_FFFFL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1
  };
  private static final int[] SIZES = {0, 1, 15, 16, 17, 31, 32, 33, 200};
  private static final String[] TEXTS = {
    "",
    "a",
    "k",
    "account-1",
    "account-2",
    "key/1",
    "key/2",
    "a b",
    "-a",
    "A",
    "\u00e4",
    "\u0000",
    "\r\n\u001b[31m",
    "\u2028${jndi:ldap://x}",
    "\ud83d\ude00",
    "../x",
    "x".repeat(63),
    "x".repeat(64),
    "x".repeat(128),
    "x".repeat(129),
    "x".repeat(512),
    "x".repeat(513)
  };
  private static final String[] VALUES = {
    "1", "\"v\"", "{\"a\":[1,2]}", "{", "", "[[[[", "\"\\ud800\"", "1e999", "nul", " true "
  };

  private RandomMessages() {}

  /** A message of the type of {@code type}. */
  public static Message like(Message type, Random random) {
    Message.Builder builder = type.newBuilderForType();
    for (FieldDescriptor field : type.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        for (int n = random.nextInt(4); n > 0; n--) {
          builder.addRepeatedField(field, value(builder, field, random));
        }
      } else if (random.nextInt(8) != 0) {
        builder.setField(field, value(builder, field, random));
      }
    }
    return builder.build();
  }

  private static Object value(Message.Builder owner, FieldDescriptor field, Random random) {
    return switch (field.getJavaType()) {
      case LONG -> number(random);
      case INT -> (int) number(random);
      case BOOLEAN -> random.nextInt(4) != 0;
      case STRING -> TEXTS[random.nextInt(TEXTS.length)];
      case BYTE_STRING -> bytes(random);
      case MESSAGE -> like(owner.newBuilderForField(field).getDefaultInstanceForType(), random);
      case ENUM -> {
        EnumDescriptor type = field.getEnumType();
        yield type.findValueByNumberCreatingIfUnknown(random.nextInt(type.getValues().size() + 1));
      }
      case FLOAT, DOUBLE -> throw new IllegalArgumentException("no message has " + field);
    };
  }

  private static long number(Random random) {
    return random.nextInt(3) == 0
        ? NUMBERS[random.nextInt(NUMBERS.length)]
        : 1L + random.nextInt(8);
  }

  private static ByteString bytes(Random random) {
    if (random.nextInt(2) == 0) {
      return ByteString.copyFromUtf8(VALUES[random.nextInt(VALUES.length)]);
    }
    byte[] bytes = new byte[SIZES[random.nextInt(SIZES.length)]];
    if (bytes.length > 0) {
      bytes[bytes.length - 1] = (byte) random.nextInt(4);
    }
    return ByteString.copyFrom(bytes);
  }

  /** Changes, cuts, doubles or moves some of {@code bytes}, as a broken sender might. */
  public static byte[] damaged(byte[] bytes, Random random) {
    byte[] damaged = bytes.clone();
    for (int n = 1 + random.nextInt(4); n > 0 && damaged.length > 0; n--) {
      int position = random.nextInt(damaged.length);
      switch (random.nextInt(4)) {
        case 0 -> damaged[position] ^= (byte) (1 << random.nextInt(8));
        case 1 -> damaged[position] = (byte) random.nextInt(256);
        case 2 -> damaged = Arrays.copyOf(damaged, position);
        default -> {
          int length = random.nextInt(Math.min(32, damaged.length - position) + 1);
          System.arraycopy(
              damaged, position, damaged, random.nextInt(damaged.length - length + 1), length);
        }
      }
    }
    return damaged;
  }
}
