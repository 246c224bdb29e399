package io.relaykv.client.internal;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.relaykv.client.ClusterStatus;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.NodeAddress;
import io.relaykv.client.NodeStatus;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.Member;
import io.relaykv.protocol.v1.StatusRequest;
import io.relaykv.protocol.v1.StatusResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks nodes one by one: an operator wants to hear from each, not from whoever leads. */
public final class GrpcKvAdmin implements KvAdmin {
  private final EventLoop loop = new EventLoop();
  private final List<NodeAddress> nodes;
  private final Duration timeout;

  private GrpcKvAdmin(List<NodeAddress> nodes, Duration timeout) {
    this.nodes = nodes;
    this.timeout = timeout;
  }

  /** An admin client for these nodes. */
  public static KvAdmin open(List<NodeAddress> nodes, Duration timeout) {
    return new GrpcKvAdmin(nodes, timeout);
  }

  @Override
  public ClusterStatus status() {
    Map<String, Answer> answers = ask(nodes.stream().map(NodeAddress::toString).toList());
    Map<String, String> names = new HashMap<>();
    for (Answer answer : answers.values()) {
      answer.members().forEach(member -> names.put(member.getClientAddress(), member.getNodeId()));
    }
    List<String> notAskedYet =
        names.keySet().stream().filter(address -> !answers.containsKey(address)).toList();
    answers.putAll(ask(notAskedYet));
    return new ClusterStatus(
        answers.entrySet().stream()
            .map(entry -> entry.getValue().toStatus(entry.getKey(), names))
            .sorted(Comparator.comparing(NodeStatus::name))
            .toList());
  }

  /** All at once; what each said, by address. */
  private Map<String, Answer> ask(List<String> addresses) {
    Map<String, CompletableFuture<Answer>> asked = new LinkedHashMap<>();
    addresses.forEach(address -> asked.put(address, ask(NodeAddress.parse(address))));
    Map<String, Answer> answers = new LinkedHashMap<>();
    asked.forEach((address, answer) -> answers.put(address, answer.join()));
    return answers;
  }

  private CompletableFuture<Answer> ask(NodeAddress node) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    ManagedChannel channel = loop.newChannel(node);
    AdminGrpc.newStub(channel)
        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .status(
            StatusRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(StatusResponse response) {
                answer.complete(new Answer(Optional.of(response), ""));
              }

              @Override
              public void onError(Throwable failure) {
                answer.complete(
                    new Answer(Optional.empty(), Causes.describe(Status.fromThrowable(failure))));
              }

              @Override
              public void onCompleted() {
                // the response has come before
              }
            });
    return answer.whenComplete((done, failure) -> channel.shutdownNow());
  }

  private record Answer(Optional<StatusResponse> response, String cause) {
    List<Member> members() {
      return response.map(StatusResponse::getMembersList).orElse(List.of());
    }

    NodeStatus toStatus(String address, Map<String, String> names) {
      return response
          .<NodeStatus>map(up -> up(address, up))
          .orElseGet(
              () ->
                  new NodeStatus.Unreachable(names.getOrDefault(address, address), address, cause));
    }

    private static NodeStatus.Up up(String address, StatusResponse response) {
      return new NodeStatus.Up(
          response.getNodeId(),
          address,
          response.getVersion(),
          response.getClusterName(),
          switch (response.getRole()) {
            case LEADER -> NodeStatus.Role.LEADER;
            case CANDIDATE -> NodeStatus.Role.CANDIDATE;
            case FOLLOWER, ROLE_UNSPECIFIED, UNRECOGNIZED -> NodeStatus.Role.FOLLOWER;
          },
          Optional.of(response.getLeader().getNodeId()).filter(leader -> !leader.isEmpty()),
          response.getTerm(),
          response.getAppliedIndex(),
          response.getCommittedIndex(),
          response.getSnapshotIndex(),
          Instant.ofEpochMilli(response.getStartedAtMs()),
          response.getDiskFreeBytes(),
          response.getDiskTotalBytes());
    }
  }

  @Override
  public void close() {
    loop.shutdown();
  }
}
