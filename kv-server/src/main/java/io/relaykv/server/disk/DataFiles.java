package io.relaykv.server.disk;

import java.nio.file.Path;

/**
 * Where a node keeps what is checked at its start.
 *
 * @param log Ratis' directory for the log, the vote and the members
 * @param snapshots the snapshots
 * @param database the live database
 * @param highWaterMark the file of {@link HighWaterMark}
 */
public record DataFiles(Path log, Path snapshots, Path database, Path highWaterMark) {}
