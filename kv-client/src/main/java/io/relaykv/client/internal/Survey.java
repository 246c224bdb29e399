package io.relaykv.client.internal;

import io.grpc.Status;
import io.relaykv.client.NodeCheck;
import io.relaykv.client.NodeStatus;
import io.relaykv.protocol.v1.CheckProgress;
import io.relaykv.protocol.v1.Member;
import io.relaykv.protocol.v1.StatusResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What all nodes said when they were asked how they are.
 *
 * @param answers by the address that was asked
 * @param names of the members that were named, by address
 */
record Survey(Map<String, Survey.Answer> answers, Map<String, String> names) {
  /**
   * The answers with each node once, however many of its addresses were asked: by the one that the
   * cluster names, if it answered there. Where nobody answers is left out if the member of that
   * address has answered at another one, or if a leader has no member there: a node that has been
   * removed stays in lists of nodes for long.
   */
  Map<String, Answer> ofEachNode() {
    Map<String, Answer> kept = new LinkedHashMap<>();
    Set<Identity> met = new HashSet<>();
    for (Map.Entry<String, Answer> entry : byPreference()) {
      Optional<Identity> node = entry.getValue().response().map(Identity::of);
      if (node.filter(met::add).isPresent()) {
        kept.put(entry.getKey(), entry.getValue());
      }
    }
    Set<String> answered = met.stream().map(Identity::name).collect(Collectors.toSet());
    answers.forEach(
        (address, answer) -> {
          if (answer.response().isEmpty()
              && !answered.contains(names.getOrDefault(address, ""))
              && !isKnownToBeNone(address)) {
            kept.put(address, answer);
          }
        });
    return kept;
  }

  private List<Map.Entry<String, Answer>> byPreference() {
    return answers.entrySet().stream()
        .sorted(Comparator.comparing(entry -> !names.containsKey(entry.getKey())))
        .toList();
  }

  /** A process. Two that go by one name are a mistake that must be seen. */
  private record Identity(String name, long startedAtMs) {
    static Identity of(StatusResponse response) {
      return new Identity(response.getNodeId(), response.getStartedAtMs());
    }
  }

  /** The members, if a leader answers, as that knows them. */
  List<Member> leadersMembers() {
    return leader().map(Answer::members).orElse(List.of());
  }

  /** Whether a leader answers, and has no member at that address. */
  private boolean isKnownToBeNone(String address) {
    return leader().isPresent()
        && leadersMembers().stream().noneMatch(member -> member.getClientAddress().equals(address));
  }

  private Optional<Answer> leader() {
    return answers.values().stream()
        .filter(Answer::leads)
        .max(Comparator.comparingLong(answer -> answer.response().orElseThrow().getTerm()));
  }

  /**
   * What a node said, or why it did not.
   *
   * @param at when, by our clock
   */
  record Answer(Optional<StatusResponse> response, Instant at, Status failure) {
    static Answer failed(Status failure) {
      return new Answer(Optional.empty(), Instant.now(), failure);
    }

    String cause() {
      return Causes.describe(failure);
    }

    boolean leads() {
      return response.filter(up -> up.getRole() == StatusResponse.Role.LEADER).isPresent();
    }

    boolean isOf(String node) {
      return response.filter(up -> up.getNodeId().equals(node)).isPresent();
    }

    List<Member> members() {
      return response.map(StatusResponse::getMembersList).orElse(List.of());
    }

    NodeStatus toStatus(String address, Map<String, String> names) {
      return response
          .<NodeStatus>map(up -> up(address, up, at))
          .orElseGet(
              () ->
                  new NodeStatus.Unreachable(
                      names.getOrDefault(address, address), address, cause()));
    }

    NodeCheck toCheck(long index, String address, Map<String, String> names) {
      if (response.isEmpty()) {
        return new NodeCheck.Unreachable(names.getOrDefault(address, address), address, cause());
      }
      String name = response.get().getNodeId();
      CheckProgress check = response.get().getCheck();
      long behind = index - response.get().getAppliedIndex();
      if (check.getIndex() == index) {
        return check.getDigest().isEmpty()
            ? new NodeCheck.Pending(name, address, 0, check.getHashedBytes())
            : new NodeCheck.Hashed(
                name, address, HexFormat.of().formatHex(check.getDigest().toByteArray()));
      }
      if (behind > 0) {
        return new NodeCheck.Pending(name, address, behind, 0);
      }
      return new NodeCheck.NoResult(
          name,
          address,
          check.getIndex() > index
              ? "a newer check has taken its place"
              : "it was restarted meanwhile, or got a snapshot from the leader");
    }

    private static NodeStatus.Up up(String address, StatusResponse response, Instant at) {
      return new NodeStatus.Up(
          response.getNodeId(),
          address,
          response.getVersion(),
          response.getClusterName(),
          switch (response.getRole()) {
            case LEADER -> NodeStatus.Role.LEADER;
            case CANDIDATE -> NodeStatus.Role.CANDIDATE;
            case JOINING -> NodeStatus.Role.JOINING;
            case FOLLOWER, ROLE_UNSPECIFIED, UNRECOGNIZED -> NodeStatus.Role.FOLLOWER;
          },
          Optional.of(response.getLeader().getNodeId()).filter(leader -> !leader.isEmpty()),
          response.getTerm(),
          response.getAppliedIndex(),
          response.getCommittedIndex(),
          response.getSnapshotIndex(),
          Instant.ofEpochMilli(response.getStartedAtMs()),
          response.getDiskFreeBytes(),
          response.getDiskTotalBytes(),
          response.getShortOfDisk(),
          response.getRestoring(),
          Optional.of(response.getClockMs())
              .filter(clock -> clock != 0)
              .map(clock -> Duration.between(at, Instant.ofEpochMilli(clock))),
          featureLevel(response.getFeatureLevel()),
          featureLevel(response.getSupportedFeatureLevel()));
    }

    /** A node that does not tell it is of the first one. */
    private static int featureLevel(int told) {
      return Math.max(1, told);
    }
  }
}
