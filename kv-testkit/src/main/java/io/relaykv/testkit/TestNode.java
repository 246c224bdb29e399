package io.relaykv.testkit;

import java.nio.file.Path;

/** One node of a cluster for tests. */
interface TestNode {
  String id();

  String clientAddress();

  String peerAddress();

  String httpAddress();

  Path dataDirectory();

  /** A process that is paused runs. */
  boolean isRunning();

  boolean isPaused();

  void start();

  void stop();

  void kill();

  void pause();

  void resume();

  /** Of its process, which has ended. */
  int exitCode();
}
