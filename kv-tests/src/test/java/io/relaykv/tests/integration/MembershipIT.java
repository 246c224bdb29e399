package io.relaykv.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.ClusterMember;
import io.relaykv.client.ClusterStatus.Health;
import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.RefusedException;
import io.relaykv.testkit.KvCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members come and go, and the leadership with them. */
@Timeout(120)
class MembershipIT {
  @TempDir private Path directory;
  private KvCluster cluster;
  private KvAdmin admin;

  private void start(int size) {
    cluster = KvCluster.inProcess(size, directory);
    admin = cluster.newAdmin();
  }

  @AfterEach
  void stop() {
    admin.close();
    cluster.close();
  }

  @Test
  void threeBecomeFiveOfWhichTwoMayFail() {
    start(3);
    try (KvClient client = cluster.newClient()) {
      client.put("k", 1);
      cluster.addNode();
      cluster.addNode();
      cluster.awaitLevel();
      assertThat(members()).containsExactly("n1", "n2", "n3", "n4", "n5");
      assertThat(cluster.status().health()).isEqualTo(Health.HEALTHY);
      assertThat(cluster.status().failuresTolerated()).isEqualTo(2);

      cluster.kill("n1");
      cluster.kill("n2");
      client.put("k", 2);
      assertThat(client.get("k")).hasValue(KvValue.of(2));
    }
  }

  @Test
  @Tag("thorough")
  void aClientOutlivesAllTheNodesThatItWasGiven() {
    start(3);
    try (KvClient client = cluster.newClient()) {
      client.put("k", 1);
      for (String old : cluster.nodeIds()) {
        cluster.addNode();
        cluster.removeNode(old);
        client.put("k", 2);
      }
      cluster.awaitLevel();
      assertThat(members()).containsExactly("n4", "n5", "n6");
      String leader = cluster.awaitLeader();
      cluster.kill(leader);
      client.put("k", 3);
      assertThat(client.get("k")).hasValue(KvValue.of(3));
    }
  }

  @Test
  void aNodeThatWaitsIsNotReadyAndServesNobody() throws Exception {
    start(3);
    String waiting = cluster.startJoining();
    try (KvAdmin ofWaiting =
            KvAdmin.builder()
                .nodes(cluster.addressOf(waiting))
                .apiKey(cluster.adminKey())
                .requestTimeout(Duration.ofSeconds(2))
                .build();
        KvClient client =
            KvClient.builder()
                .nodes(cluster.addressOf(waiting), cluster.addressOf("n1"))
                .apiKey(cluster.apiKey())
                .requestTimeout(Duration.ofSeconds(10))
                .build()) {
      assertThat(ready(waiting)).contains("member").contains("waits to be added");
      assertThat(ofWaiting.status().up())
          .extracting(NodeStatus.Up::role)
          .containsExactly(NodeStatus.Role.JOINING);
      client.put("k", 1);

      cluster.add(waiting);

      await("the new member to be ready").until(() -> ready(waiting).startsWith("200"));
      assertThat(client.get("k")).hasValue(KvValue.of(1));
    }
  }

  @Test
  void nothingIsChangedThatWouldCostTheMajority() {
    start(3);
    String leader = cluster.awaitLeader();
    List<String> followers = cluster.nodeIds().stream().filter(id -> !id.equals(leader)).toList();
    String down = followers.get(0);
    String up = followers.get(1);
    cluster.kill(down);
    await("the leader to miss " + down)
        .until(
            () ->
                admin.members().members().stream()
                    .filter(member -> member.name().equals(down))
                    .allMatch(member -> member.silent().toMillis() > 2000));
    refused(
        () -> admin.removeMember(up),
        "of which 2 must be up, but only " + leader + " would be",
        "bring back " + down);
    refused(() -> admin.transferLeadership(Optional.of(down)), down + " is down");
    refused(() -> admin.transferLeadership(Optional.of("n9")), "n9 is no member");
    // The new one counts: three of four.
    cluster.addNode();
    cluster.removeNode(down);
    cluster.awaitLevel();
    assertThat(members()).hasSize(3).contains(leader, up, "n4");
  }

  @Test
  void whatIsDoneAlreadySucceedsAtOnceAndNamesAreNeverUsedAgain() {
    start(3);
    String added = cluster.addNode();
    assertThat(add(added, cluster.addressOf(added), cluster.peerAddressOf(added))).isFalse();
    cluster.removeNode(added);
    assertThat(admin.removeMember(added)).isFalse();
    assertThat(admin.removeMember("never-heard-of")).isFalse();

    String waiting = cluster.startJoining();
    refused(
        () -> add(added, cluster.addressOf(waiting), cluster.peerAddressOf(waiting)),
        added + " has been a member before",
        "new name");
    assertThat(members()).containsExactly("n1", "n2", "n3");
  }

  @Test
  void aNodeThatIsNotWaitingThereIsNotAdded() {
    start(3);
    refused(() -> add("n3", "127.0.0.1:1", "127.0.0.1:2"), "n3 is a member already", "new name");
    refused(() -> add("n9", cluster.addressOf("n2"), "127.0.0.1:2"), "is the address of member n2");
    refused(() -> add("n9", "127.0.0.1:1", "127.0.0.1:2"), "nothing answers at 127.0.0.1:2");
    invalid(() -> add("N 9", "127.0.0.1:1", "127.0.0.1:2"));
    invalid(() -> add("n9", "127.0.0.1:7", "127.0.0.1:7"));
    invalid(() -> add("n9", "127.0.0.1:7", "127.0.0.1:0"));
    assertThat(members()).containsExactly("n1", "n2", "n3");
  }

  /** The leader waits for half a minute before it says so. */
  @Test
  @Tag("thorough")
  void whatListensButIsNoNodeIsNotAdded() {
    start(3);
    String noPeerPort = cluster.httpAddressOf("n2");
    refused(() -> add("n9", "127.0.0.1:1", noPeerPort), "n9 does not answer");
    refused(
        () -> add("n9", "127.0.0.1:1", cluster.httpAddressOf("n3")),
        "has tried n9 at " + noPeerPort,
        "leader transfer");

    assertThat(members()).containsExactly("n1", "n2", "n3");
    assertThat(cluster.status().health()).isEqualTo(Health.HEALTHY);
  }

  @Test
  void theLeadershipGoesWhereItIsTold() {
    start(3);
    try (KvClient client = cluster.newClient()) {
      for (String next : List.of("n2", "n3", "n1", "n1")) {
        assertThat(admin.transferLeadership(Optional.of(next))).isEqualTo(next);
        assertThat(admin.members().leader()).isEqualTo(next);
        client.put("k", 1);
      }
      assertThat(admin.transferLeadership(Optional.empty())).isIn("n2", "n3");
    }
  }

  @Test
  @Tag("thorough")
  void oneBecomesTwoAndTheLastStays() {
    start(1);
    refused(() -> admin.removeMember("n1"), "n1 is the only member");
    refused(() -> admin.transferLeadership(Optional.empty()), "no other member is up");
    cluster.addNode();
    cluster.removeNode("n1");
    try (KvAdmin ofToday = cluster.newAdmin()) {
      refused(() -> ofToday.removeMember("n2"), "n2 is the only member");
    }
  }

  private List<String> members() {
    try (KvAdmin ofToday = cluster.newAdmin()) {
      return ofToday.members().members().stream().map(ClusterMember::name).toList();
    }
  }

  private boolean add(String name, String clientAddress, String peerAddress) {
    return admin.addMember(
        name, clientAddress, peerAddress, Duration.ofSeconds(30), progress -> {});
  }

  private static void refused(ThrowingCallable change, String... words) {
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(change)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  private static void invalid(ThrowingCallable change) {
    assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(change);
  }

  private String ready(String id) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://" + cluster.httpAddressOf(id) + "/readyz?verbose"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }
}
