package io.relaykv.server.disk;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the two small files beside Ratis' log, which Ratis replaces silently: without its vote a
 * node votes twice, without its members it takes those of its configuration for the present ones.
 */
final class RaftMetaCheck {
  private static final Logger log = LoggerFactory.getLogger(RaftMetaCheck.class);

  /** As Ratis writes it. */
  private static final String NO_VOTE = RaftStorageMetadata.getDefault().getVotedFor().toString();

  private RaftMetaCheck() {}

  /** {@code raft-meta}: the term, and whom this node voted for in it. */
  static void requireVote(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw DamagedDataException.beyondRepair(file, "is gone, though this node has run before");
    }
    Properties properties = read(file);
    if (!properties.getProperty("term", "").matches("\\d{1,18}")
        || properties.getProperty("votedFor") == null) {
      throw DamagedDataException.beyondRepair(file, "is damaged: it names no term and vote");
    }
  }

  private static Properties read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      return properties;
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw DamagedDataException.beyondRepair(file, "is damaged: " + e.getMessage());
    }
  }

  /**
   * Brings {@code raft-meta} up to the term of the last entry in the log. Ratis writes a new term
   * there once, and goes on in it if that fails on a full disk; a power cut may take back the name
   * of the file. With the earlier term the node would follow an earlier leader, and let it
   * overwrite what was acknowledged. In the later term it has voted for nobody, as far as it knows.
   *
   * @param lastTerm 0 if there is no entry
   */
  static void raiseTerm(Path file, long lastTerm) throws IOException {
    Properties properties = read(file);
    String before = properties.getProperty("term");
    if (Long.parseLong(before) >= lastTerm) {
      return;
    }
    properties.setProperty("term", Long.toString(lastTerm));
    properties.setProperty("votedFor", NO_VOTE);
    Path unfinished = file.resolveSibling(file.getFileName() + ".raised");
    try (Writer writer = Files.newBufferedWriter(unfinished)) {
      properties.store(writer, "");
    }
    Fsync.file(unfinished);
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Fsync.directory(file.resolveSibling("."));
    log.warn("{} named term {}, the log has entries of term {}: raised", file, before, lastTerm);
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
