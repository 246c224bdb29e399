package io.relaykv.server.config;

import static java.util.stream.Collectors.joining;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.regex.Pattern;

/** {@code ["9f86d0..", ..]}: texts of one form. */
final class TextListType implements ValueType<List<String>> {
  private final int most;
  private final String what;
  private final Pattern form;

  private TextListType(int most, String what, Pattern form) {
    this.most = most;
    this.what = what;
    this.form = form;
  }

  static TextListType hashes(int most) {
    return new TextListType(
        most, "SHA-256 hashes of 64 hexadecimal digits each", Pattern.compile("[0-9a-f]{64}"));
  }

  static TextListType hostNames(int most) {
    return new TextListType(
        most,
        "names of hosts in lower-case letters, without ports",
        Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"));
  }

  @Override
  public String unit() {
    return "list";
  }

  @Override
  public String allowed() {
    return "a list of at most %d %s".formatted(most, what);
  }

  @Override
  public List<String> read(ConfigValue written) {
    return list(written).stream().map(ScalarType::word).toList();
  }

  @Override
  public boolean permits(List<String> value) {
    return value.size() <= most && value.stream().allMatch(form.asMatchPredicate());
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
