package io.relaykv.server.config;

import static java.util.stream.Collectors.joining;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.regex.Pattern;

/** {@code ["9f86d0..", ..]}: SHA-256 hashes in hexadecimal. */
final class HashListType implements ValueType<List<String>> {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  private final int most;

  HashListType(int most) {
    this.most = most;
  }

  @Override
  public String unit() {
    return "list";
  }

  @Override
  public String allowed() {
    return "a list of at most %d SHA-256 hashes of 64 hexadecimal digits each".formatted(most);
  }

  @Override
  public List<String> read(ConfigValue written) {
    return list(written).stream().map(ScalarType::word).toList();
  }

  @Override
  public boolean permits(List<String> value) {
    return value.size() <= most && value.stream().allMatch(HASH.asMatchPredicate());
  }

  @Override
  public String render(List<String> value) {
    return value.stream().map(ScalarType::quoted).collect(joining(", ", "[", "]"));
  }

  /** Flags and the environment bring the list as text. */
  private ConfigList list(ConfigValue written) {
    try {
      return written.valueType() == ConfigValueType.STRING
          ? ConfigFactory.parseString("v = " + ScalarType.word(written)).getList("v")
          : written.atKey("v").getList("v");
    } catch (ConfigException e) {
      throw new IllegalArgumentException("must be " + allowed(), e);
    }
  }
}
