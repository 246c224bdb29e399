package io.relaykv.server.disk;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/**
 * Looks at the two small files beside Ratis' log, which Ratis replaces silently: without its vote a
 * node votes twice, without its members it takes those of its configuration for the present ones.
 */
final class RaftMetaCheck {
  private RaftMetaCheck() {}

  /** {@code raft-meta}: the term, and whom this node voted for in it. */
  static void requireVote(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw DamagedDataException.beyondRepair(file, "is gone, though this node has run before");
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw DamagedDataException.beyondRepair(file, "is damaged: " + e.getMessage());
    }
    if (!properties.getProperty("term", "").matches("\\d{1,18}")
        || properties.getProperty("votedFor") == null) {
      throw DamagedDataException.beyondRepair(file, "is damaged: it names no term and vote");
    }
  }

  /**
   * {@code raft-meta.conf}: the members.
   *
   * @param mayBeMissing whether Ratis finds them in the log, or there are none yet
   */
  static void requireMembers(Path file, boolean mayBeMissing) throws IOException {
    if (!Files.exists(file)) {
      if (!mayBeMissing) {
        throw DamagedDataException.beyondRepair(file, "is gone, though this node has run before");
      }
      return;
    }
    try {
      LogEntryProto entry = LogEntryProto.parseFrom(Files.readAllBytes(file));
      if (entry.getConfigurationEntry().getPeersCount() > 0) {
        return;
      }
    } catch (InvalidProtocolBufferException e) {
      // as if it named nobody
    }
    throw DamagedDataException.beyondRepair(file, "is damaged: it names no members");
  }
}
