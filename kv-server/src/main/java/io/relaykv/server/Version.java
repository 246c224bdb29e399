package io.relaykv.server;

/** The version of this software. */
final class Version {
  /** From the jar's manifest; "development" when it does not run from a jar. */
  static final String CURRENT =
      Version.class.getPackage().getImplementationVersion() == null
          ? "development"
          : Version.class.getPackage().getImplementationVersion();

  private Version() {}
}
