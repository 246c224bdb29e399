package io.relaykv.server.api;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.Done;
import io.relaykv.protocol.log.Refusal;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.server.access.AuditLog;
import io.relaykv.server.access.Caller;
import io.relaykv.server.raft.LeadershipUnconfirmedException;
import io.relaykv.server.raft.MembershipRefusedException;
import io.relaykv.server.raft.NotAppendedException;
import io.relaykv.server.raft.NotFinalizedException;
import io.relaykv.server.raft.NotLeadingException;
import io.relaykv.server.raft.RaftNode;
import io.relaykv.statemachine.StoreUnavailableException;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How an operator's call is carried out, answered and written down, whatever it is. */
final class AdminCalls {
  private static final Logger log = LoggerFactory.getLogger(AdminCalls.class);

  private static final Metadata.Key<String> NODE =
      Metadata.Key.of("relaykv-node", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> LEADER =
      Metadata.Key.of("relaykv-leader", Metadata.ASCII_STRING_MARSHALLER);

  private final String nodeId;
  private final Supplier<CompletableFuture<Void>> barrier;
  private final Function<Command.Builder, CompletableFuture<CommandResult>> proposer;
  private final Supplier<Leader> leader;
  private final AuditLog audit;
  private final Executor executor;

  /**
   * @param barrier completes once the applied state holds all that a read that comes now must see
   * @param proposer puts a command into the log; fails as {@link RaftNode#propose}
   * @param leader who leads, as far as this node knows
   * @param executor where answers are made that read the store
   */
  AdminCalls(
      String nodeId,
      Supplier<CompletableFuture<Void>> barrier,
      Function<Command.Builder, CompletableFuture<CommandResult>> proposer,
      Supplier<Leader> leader,
      AuditLog audit,
      Executor executor) {
    this.nodeId = nodeId;
    this.barrier = barrier;
    this.proposer = proposer;
    this.leader = leader;
    this.audit = audit;
    this.executor = executor;
  }

  /** Answers with what this node knows itself. */
  <P> void answer(StreamObserver<P> response, Supplier<P> answer) {
    answer(response, answer, false);
  }

  private <P> void answer(StreamObserver<P> response, Supplier<P> answer, boolean changed) {
    P made;
    try {
      made = answer.get();
    } catch (RuntimeException e) {
      fail(response, changed ? carriedOut(e) : status(e, false));
      return;
    }
    response.onNext(made);
    response.onCompleted();
  }

  /** Answers from the applied state, behind the barrier. */
  <P> void read(StreamObserver<P> response, Supplier<P> answer) {
    barrier
        .get()
        .whenCompleteAsync(
            (passed, failure) -> {
              if (failure == null) {
                answer(response, answer);
              } else {
                fail(response, status(failure, false));
              }
            },
            executor);
  }

  /**
   * Carries out a change through the log.
   *
   * @param action what it is, for the audit log
   * @param target upon what, for the audit log
   * @param command makes the command, or says by an {@link IllegalArgumentException} what is wrong
   * @param answer makes the answer from the applied state
   */
  <P> void change(
      StreamObserver<P> response,
      String action,
      String target,
      Supplier<Command.Builder> command,
      Function<Done, P> answer) {
    change(response, action, target, command, answer, outcome -> true);
  }

  /**
   * As {@link #change}, for one of many that are one change together: only if it fails is it
   * written down.
   */
  <P> void partOfChange(
      StreamObserver<P> response,
      String action,
      String target,
      Supplier<Command.Builder> command,
      Function<Done, P> answer) {
    change(response, action, target, command, answer, outcome -> !outcome.isOk());
  }

  private <P> void change(
      StreamObserver<P> response,
      String action,
      String target,
      Supplier<Command.Builder> command,
      Function<Done, P> answer,
      Predicate<Status> audited) {
    Caller caller = Objects.requireNonNull(Caller.CONTEXT.get(), "nobody has asked for the key");
    Command.Builder made;
    try {
      made = command.get();
    } catch (IllegalArgumentException e) {
      audit.write(caller, action, target, "invalid");
      fail(response, Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
      return;
    }
    finish(
        response,
        new Asked(caller, action, target),
        proposer.apply(made),
        AdminCalls::status,
        result -> answer.apply(result.getDone()),
        audited);
  }

  /** What is written down of a change. */
  private record Asked(Caller caller, String action, String target) {}

  /**
   * Carries out a change that takes more than a command.
   *
   * @param action what it is, for the audit log
   * @param target upon what, for the audit log
   * @param work begins the change, or says by an {@link IllegalArgumentException} what is wrong
   * @param answer makes the answer
   */
  <R, P> void carryOut(
      StreamObserver<P> response,
      String action,
      String target,
      Supplier<CompletableFuture<R>> work,
      Function<R, P> answer) {
    Caller caller = Objects.requireNonNull(Caller.CONTEXT.get(), "nobody has asked for the key");
    CompletableFuture<R> begun;
    try {
      begun = work.get();
    } catch (IllegalArgumentException e) {
      audit.write(caller, action, target, "invalid");
      fail(response, Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
      return;
    }
    finish(
        response,
        new Asked(caller, action, target),
        begun,
        result -> Status.OK,
        answer,
        outcome -> true);
  }

  private <R, P> void finish(
      StreamObserver<P> response,
      Asked asked,
      CompletableFuture<R> work,
      Function<R, Status> judge,
      Function<R, P> answer,
      Predicate<Status> audited) {
    var unused =
        work.whenCompleteAsync(
            (result, failure) -> {
              Status status = failure == null ? judge.apply(result) : status(failure, true);
              if (audited.test(status)) {
                audit.write(asked.caller(), asked.action(), asked.target(), outcome(status));
              }
              if (status.isOk()) {
                answer(response, () -> answer.apply(result), true);
              } else {
                fail(response, status);
              }
            },
            executor);
  }

  private static String outcome(Status status) {
    return switch (status.getCode()) {
      case OK -> "done";
      case UNKNOWN -> "unknown";
      case FAILED_PRECONDITION, UNAVAILABLE -> "not done: this node does not lead";
      default -> "refused: " + status.getDescription();
    };
  }

  /** What cannot be shown has been carried out all the same: no other status says so. */
  private static Status carriedOut(RuntimeException e) {
    return Status.UNKNOWN.withDescription(
        "it has been carried out, but what came of it cannot be shown: " + e.getMessage());
  }

  private static Status status(CommandResult result) {
    if (!result.hasRefusal()) {
      return Status.OK;
    }
    Refusal refusal = result.getRefusal();
    Status status =
        switch (refusal.getReason()) {
          case MALFORMED -> Status.INVALID_ARGUMENT;
          case NOT_FOUND -> Status.NOT_FOUND;
          case ALREADY_EXISTS -> Status.ALREADY_EXISTS;
          case TOO_MANY -> Status.RESOURCE_EXHAUSTED;
          case WRONG_STATE -> Status.ABORTED;
          case UNSPECIFIED, UNRECOGNIZED -> Status.INTERNAL;
        };
    return status.withDescription(refusal.getMessage());
  }

  private static Status status(Throwable failure, boolean change) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof NotLeadingException) {
      return Status.FAILED_PRECONDITION.withDescription("this node does not lead");
    }
    if (cause instanceof NoSuchElementException) {
      return Status.NOT_FOUND.withDescription(cause.getMessage());
    }
    if (cause instanceof MembershipRefusedException
        || cause instanceof NotFinalizedException
        || cause instanceof CallRefusedException) {
      return Status.ABORTED.withDescription(cause.getMessage());
    }
    if (cause instanceof NotAppendedException
        || cause instanceof LeadershipUnconfirmedException
        || cause instanceof StoreUnavailableException) {
      return Status.UNAVAILABLE.withDescription(cause.getMessage());
    }
    if (change) {
      return Status.UNKNOWN.withDescription(
          "the leader was lost meanwhile; it may have been carried out");
    }
    log.error("An operator's call has failed", cause);
    return Status.INTERNAL.withDescription("the node has failed; its log says more");
  }

  private void fail(StreamObserver<?> response, Status status) {
    Metadata trailers = new Metadata();
    trailers.put(NODE, nodeId);
    if (status.getCode() == Status.Code.FAILED_PRECONDITION) {
      leaderAddress().ifPresent(address -> trailers.put(LEADER, address));
    }
    response.onError(status.asRuntimeException(trailers));
  }

  private Optional<String> leaderAddress() {
    String address = leader.get().getClientAddress();
    return address.isEmpty() ? Optional.empty() : Optional.of(address);
  }
}
