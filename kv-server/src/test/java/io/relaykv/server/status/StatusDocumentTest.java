package io.relaykv.server.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.relaykv.protocol.peer.NodeCard;
import io.relaykv.protocol.v1.CheckProgress;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.Member;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.server.http.Readiness;
import io.relaykv.server.http.Readiness.Check;
import io.relaykv.server.status.NodeView.Role;
import io.relaykv.server.status.OperationHistory.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusDocumentTest {
  private static final Instant STARTED = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final StatusResponse NODE =
      StatusResponse.newBuilder()
          .setClusterId("c-1")
          .setClusterName("shop")
          .setNodeId("n1")
          .setVersion("1.2.3")
          .setRole(StatusResponse.Role.LEADER)
          .setLeader(Leader.newBuilder().setNodeId("n1"))
          .setTerm(7)
          .setAppliedIndex(101)
          .setCommittedIndex(102)
          .setLastLogIndex(103)
          .setSnapshotIndex(90)
          .setDiskFreeBytes(5)
          .setDiskTotalBytes(9)
          .setShortOfDisk(true)
          .setStartedAtMs(STARTED.toEpochMilli())
          .addMembers(
              Member.newBuilder()
                  .setNodeId("n1")
                  .setClientAddress("h1:7400")
                  .setPeerAddress("h1:7401"))
          .setCheck(
              CheckProgress.newBuilder()
                  .setIndex(88)
                  .setHashedBytes(4096)
                  .setDigest(ByteString.copyFrom(new byte[] {1, (byte) 0xfe})))
          .build();
  private static final ClusterView CLUSTER =
      new ClusterView(
          "shop",
          "n1",
          true,
          "n1",
          true,
          true,
          List.of(
              view("n1", Role.LEADER, Duration.ZERO, NodeCard.getDefaultInstance(), 0),
              view(
                  "n2",
                  Role.FOLLOWER,
                  Duration.ofMillis(250),
                  NodeCard.newBuilder()
                      .setNodeId("n2")
                      .setVersion("1.2.4 <b>")
                      .setAppliedIndex(99)
                      .setDiskFreeBytes(3)
                      .setDiskTotalBytes(4)
                      .setStartedAtMs(STARTED.toEpochMilli())
                      .build(),
                  2)));

  @Test
  void saysWhatTheNodeSaysOfItself() {
    Config json = render(NODE, List.of());

    assertThat(json.getString("time")).isEqualTo("2026-01-02T04:04:05.678Z");
    assertThat(json.getString("cluster")).isEqualTo("shop");
    assertThat(json.getString("cluster_id")).isEqualTo("c-1");
    assertThat(json.getString("node")).isEqualTo("n1");
    assertThat(json.getString("version")).isEqualTo("1.2.3");
    assertThat(json.getString("started_at")).isEqualTo("2026-01-02T03:04:05.678Z");
    assertThat(json.getString("role")).isEqualTo("LEADER");
    assertThat(json.getString("leader")).isEqualTo("n1");
    assertThat(json.getLong("term")).isEqualTo(7);
    assertThat(json.getLong("applied_index")).isEqualTo(101);
    assertThat(json.getLong("committed_index")).isEqualTo(102);
    assertThat(json.getLong("last_log_index")).isEqualTo(103);
    assertThat(json.getLong("snapshot_index")).isEqualTo(90);
    assertThat(json.getLong("disk_free_bytes")).isEqualTo(5);
    assertThat(json.getLong("disk_total_bytes")).isEqualTo(9);
    assertThat(json.getBoolean("short_of_disk")).isTrue();
    assertThat(json.getConfigList("members").get(0).getString("peer_address")).isEqualTo("h1:7401");
    assertThat(json.getConfig("replica_check").getLong("index")).isEqualTo(88);
    assertThat(json.getConfig("replica_check").getLong("hashed_bytes")).isEqualTo(4096);
    assertThat(json.getConfig("replica_check").getString("sha256")).isEqualTo("01fe");
  }

  @Test
  void saysWhatItKnowsOfTheOthers() {
    Config json = render(NODE, List.of());

    assertThat(json.getString("verdict.health")).isEqualTo("healthy");
    assertThat(json.getString("verdict.word")).isEqualTo("Healthy");
    assertThat(json.getStringList("verdict.next")).isEmpty();
    Config second = json.getConfigList("nodes").get(1);
    assertThat(second.getBoolean("self")).isFalse();
    assertThat(second.getString("role")).isEqualTo("FOLLOWER");
    assertThat(second.getBoolean("up")).isTrue();
    assertThat(second.getLong("silent_ms")).isEqualTo(250);
    assertThat(second.getLong("applied_index")).isEqualTo(99);
    assertThat(second.getLong("behind_entries")).isEqualTo(2);
    assertThat(second.getLong("disk_free_bytes")).isEqualTo(3);
    assertThat(second.getLong("disk_total_bytes")).isEqualTo(4);
    assertThat(second.getBoolean("short_of_disk")).isFalse();
    assertThat(second.getString("version")).isEqualTo("1.2.4 <b>");
    assertThat(second.getString("started_at")).isEqualTo("2026-01-02T03:04:05.678Z");
    assertThat(second.getString("client_address")).isEqualTo("n2:7400");
  }

  @Test
  void whatIsNotKnownIsNull() {
    Config json = render(NODE.toBuilder().clearCheck().build(), List.of());

    assertThat(json.getIsNull("replica_check")).isTrue();
    Config first = json.getConfigList("nodes").get(0);
    assertThat(first.getBoolean("self")).isTrue();
    for (String field :
        List.of(
            "applied_index",
            "behind_entries",
            "disk_free_bytes",
            "disk_total_bytes",
            "short_of_disk",
            "version",
            "started_at")) {
      assertThat(first.getIsNull(field)).as(field).isTrue();
    }
  }

  @Test
  void saysWhetherItIsReadyAndWhy() {
    Config json = render(NODE, List.of());

    assertThat(json.getBoolean("ready")).isFalse();
    assertThat(json.getConfigList("checks").get(1).getString("name")).isEqualTo("barrier");
    assertThat(json.getConfigList("checks").get(1).getBoolean("passed")).isFalse();
    assertThat(json.getConfigList("checks").get(1).getString("detail")).isEqualTo("not passed");
  }

  @Test
  void theHistoryHasAGapWhereNothingWasAnswered() {
    Config json = render(NODE, List.of(new Sample(12.34, 0.0012345678), new Sample(0, null)));

    assertThat(json.getLong("history.interval_seconds")).isEqualTo(5);
    assertThat(json.getLong("history.intervals_kept")).isEqualTo(60);
    assertThat(json.getDoubleList("history.operations_per_second")).containsExactly(12.3, 0.0);
    assertThat(json.getList("history.p99_seconds"))
        .extracting(ConfigValue::valueType)
        .containsExactly(ConfigValueType.NUMBER, ConfigValueType.NULL);
    assertThat(json.getList("history.p99_seconds").get(0).unwrapped()).isEqualTo(0.001235);
  }

  private static Config render(StatusResponse node, List<Sample> history) {
    return ConfigFactory.parseString(
        new StatusDocument(
                STARTED.plusSeconds(3600),
                node,
                CLUSTER,
                new Readiness(
                    List.of(
                        new Check("leader", true, "n1 leads"),
                        new Check("barrier", false, "not passed"))),
                history)
            .render());
  }

  private static NodeView view(String id, Role role, Duration silent, NodeCard card, long behind) {
    return new NodeView(id, id + ":7400", id + ":7401", role, true, silent, card, behind);
  }
}
