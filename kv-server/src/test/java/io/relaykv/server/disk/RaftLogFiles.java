package io.relaykv.server.disk;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.RaiseFeatureLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogOutputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** Files of a log as Ratis writes them. */
record RaftLogFiles(Path directory) {
  static final int MAX_ENTRY_BYTES = 1 << 20;
  static final int PREALLOCATED_BYTES = 1 << 16;

  /** A file that is complete, with the entries from {@code first} to {@code last}. */
  Path closed(long first, long last) throws IOException {
    Path file = directory.resolve("log_%d-%d".formatted(first, last));
    try (SegmentedRaftLogOutputStream out = open(file)) {
      append(out, first, last);
    }
    return file;
  }

  /** A file that is being written to when its process is killed: zeros follow. */
  Path inProgress(long first, long last) throws IOException {
    return inProgress(
        first,
        LongStream.rangeClosed(first, last)
            .mapToObj(RaftLogFiles::entry)
            .toArray(LogEntryProto[]::new));
  }

  /** The same with entries of the test's choice. */
  Path inProgress(long first, LogEntryProto... entries) throws IOException {
    Path file = directory.resolve("log_inprogress_" + first);
    byte[] killed;
    try (SegmentedRaftLogOutputStream out = open(file)) {
      for (LogEntryProto entry : entries) {
        out.write(entry);
      }
      out.flush();
      killed = Files.readAllBytes(file);
    }
    return Files.write(file, killed);
  }

  private static SegmentedRaftLogOutputStream open(Path file) throws IOException {
    return new SegmentedRaftLogOutputStream(
        file.toFile(), false, 1 << 24, PREALLOCATED_BYTES, ByteBuffer.allocateDirect(1 << 20));
  }

  private static void append(SegmentedRaftLogOutputStream out, long first, long last)
      throws IOException {
    for (long index = first; index <= last; index++) {
      out.write(entry(index));
    }
  }

  /** The first of all is a configuration; the others are larger than a sector of a disk. */
  static LogEntryProto entry(long index) {
    LogEntryProto.Builder entry = LogEntryProto.newBuilder().setTerm(3).setIndex(index);
    if (index == 0) {
      return entry.setConfigurationEntry(members()).build();
    }
    byte[] data = new byte[2000];
    Arrays.fill(data, (byte) ('a' + index % 26));
    return entry
        .setStateMachineLogEntry(
            StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(data)))
        .build();
  }

  /** The entry by which the cluster goes on to a feature level. */
  static LogEntryProto raisesTo(long index, int level) {
    Command command =
        Command.newBuilder()
            .setRaiseFeatureLevel(RaiseFeatureLevel.newBuilder().setLevel(level))
            .build();
    return LogEntryProto.newBuilder()
        .setTerm(3)
        .setIndex(index)
        .setStateMachineLogEntry(
            StateMachineLogEntryProto.newBuilder()
                .setLogData(ByteString.copyFrom(command.toByteArray())))
        .build();
  }

  static RaftConfigurationProto members() {
    return RaftConfigurationProto.newBuilder()
        .addPeers(RaftPeerProto.newBuilder().setId(ByteString.copyFromUtf8("n1")))
        .build();
  }

  /** Where the entries of a file begin, and, last, where they end. */
  static List<Integer> positions(Path file, int entries) throws IOException {
    List<Integer> positions = new ArrayList<>();
    try (SegmentReader reader = new SegmentReader(file, MAX_ENTRY_BYTES)) {
      int position = SegmentReader.HEADER_BYTES;
      positions.add(position);
      for (int i = 0; i < entries; i++) {
        SegmentReader.Frame frame = reader.frameAt(position);
        if (frame == null) {
          throw new AssertionError("no entry at " + position);
        }
        position += frame.bytes();
        positions.add(position);
      }
    }
    return positions;
  }
}
