package io.relaykv.statemachine;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CompareCheck;
import io.relaykv.protocol.log.CreateAccount;
import io.relaykv.protocol.log.CreateApiKey;
import io.relaykv.protocol.log.Delete;
import io.relaykv.protocol.log.DeleteAccount;
import io.relaykv.protocol.log.DeleteApiKey;
import io.relaykv.protocol.log.RetireMember;
import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.SetApiKeyEnabled;
import io.relaykv.protocol.log.Write;
import io.relaykv.protocol.log.Writes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Makes what leaders put into the log. */
final class Commands {
  private static final long NOW = 1_700_000_000_000L;

  private Commands() {}

  static Command command(long stampMs, SessionWrites... sessions) {
    return Command.newBuilder()
        .setLeaderTimeMs(stampMs)
        .setWrites(Writes.newBuilder().addAllSessions(List.of(sessions)))
        .build();
  }

  /** With the API key that has the account's number, as {@link #accounts} makes them. */
  static SessionWrites session(int id, long account, long lowestUnanswered, Write... writes) {
    return session(id, account, account, lowestUnanswered, writes);
  }

  static SessionWrites session(
      int id, long account, long apiKey, long lowestUnanswered, Write... writes) {
    return SessionWrites.newBuilder()
        .setSessionId(ByteString.copyFrom(ByteBuffer.allocate(16).putInt(12, id).array()))
        .setAccountId(account)
        .setApiKeyId(apiKey)
        .setLowestUnanswered(lowestUnanswered)
        .addAllWrites(List.of(writes))
        .build();
  }

  static Write put(long sequence, String key, String value) {
    return Write.newBuilder()
        .setSequence(sequence)
        .setKey(key)
        .setPut(ByteString.copyFromUtf8(value))
        .build();
  }

  static Write delete(long sequence, String key) {
    return Write.newBuilder()
        .setSequence(sequence)
        .setKey(key)
        .setDelete(Delete.getDefaultInstance())
        .build();
  }

  static Command createAccount(String name, long maxBytes) {
    return Command.newBuilder()
        .setLeaderTimeMs(NOW)
        .setCreateAccount(CreateAccount.newBuilder().setName(name).setMaxBytes(maxBytes))
        .build();
  }

  static Command deleteAccount(String name) {
    return Command.newBuilder()
        .setLeaderTimeMs(NOW)
        .setDeleteAccount(DeleteAccount.newBuilder().setName(name))
        .build();
  }

  static Command createApiKey(String account, boolean read, boolean write) {
    return Command.newBuilder()
        .setLeaderTimeMs(NOW)
        .setCreateApiKey(
            CreateApiKey.newBuilder()
                .setAccount(account)
                .setSecretSha256(ByteString.copyFrom(new byte[32]))
                .setRead(read)
                .setWrite(write))
        .build();
  }

  static Command setEnabled(long apiKey, boolean enabled) {
    return Command.newBuilder()
        .setLeaderTimeMs(NOW)
        .setSetApiKeyEnabled(SetApiKeyEnabled.newBuilder().setId(apiKey).setEnabled(enabled))
        .build();
  }

  static Command deleteApiKey(long apiKey) {
    return Command.newBuilder()
        .setLeaderTimeMs(NOW)
        .setDeleteApiKey(DeleteApiKey.newBuilder().setId(apiKey))
        .build();
  }

  static Command startCheck(long stampMs) {
    return ReplicaCheck.start().setLeaderTimeMs(stampMs).build();
  }

  static Command compareCheck(long startIndex, ByteString digest, String leader) {
    return Command.newBuilder()
        .setLeaderTimeMs(NOW)
        .setCompareCheck(
            CompareCheck.newBuilder().setStartIndex(startIndex).setDigest(digest).setNodeId(leader))
        .build();
  }

  static Command retire(String nodeId) {
    return Command.newBuilder()
        .setLeaderTimeMs(NOW)
        .setRetireMember(RetireMember.newBuilder().setNodeId(nodeId))
        .build();
  }

  /**
   * Makes the accounts 1 to {@code count} of a new store, each with the read-write key of its id.
   */
  static List<Command> accounts(int count) {
    List<Command> commands = new ArrayList<>();
    for (int id = 1; id <= count; id++) {
      commands.add(createAccount("account-" + id, 0));
      commands.add(createApiKey("account-" + id, true, true));
    }
    return commands;
  }
}
