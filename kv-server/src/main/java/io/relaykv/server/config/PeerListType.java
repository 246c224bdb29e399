package io.relaykv.server.config;

import static java.util.stream.Collectors.joining;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.relaykv.server.config.NodeConfig.Peer;
import java.util.ArrayList;
import java.util.List;

/** {@code [{id = n1, client = "127.0.0.1:7400", peer = "127.0.0.1:7401"}, ...]}. */
final class PeerListType implements ValueType<List<Peer>> {
  private static final List<String> FIELDS = List.of("id", "client", "peer");

  @Override
  public String unit() {
    return "list";
  }

  @Override
  public String allowed() {
    return "a list such as [{id = n1, client = \"127.0.0.1:7400\", peer = \"127.0.0.1:7401\"}]";
  }

  @Override
  public List<Peer> read(ConfigValue written) {
    List<Peer> peers = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (ConfigValue element : list(written)) {
      String name = "peer " + (peers.size() + problems.size() + 1);
      try {
        peers.add(peer(element));
      } catch (IllegalArgumentException e) {
        problems.add(name + ": " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("has mistakes: " + String.join("; ", problems));
    }
    return peers;
  }

  @Override
  public boolean permits(List<Peer> value) {
    return !value.isEmpty();
  }

  @Override
  public String render(List<Peer> value) {
    return value.stream()
        .map(
            peer ->
                "{id = %s, client = \"%s\", peer = \"%s\"}"
                    .formatted(peer.id(), peer.client(), peer.peer()))
        .collect(joining(", ", "[", "]"));
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

  private static Peer peer(ConfigValue element) {
    if (!(element instanceof ConfigObject fields)) {
      throw new IllegalArgumentException("must be an object with id, client and peer");
    }
    for (String name : fields.keySet()) {
      if (!FIELDS.contains(name)) {
        throw new IllegalArgumentException(
            "unknown key `%s`%s".formatted(name, Suggestion.forWord(name, FIELDS)));
      }
    }
    return new Peer(
        field(fields, "id"),
        HostPort.parse(field(fields, "client")),
        HostPort.parse(field(fields, "peer")));
  }

  private static String field(ConfigObject fields, String name) {
    ConfigValue value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("missing key `%s`".formatted(name));
    }
    return ScalarType.word(value);
  }
}
