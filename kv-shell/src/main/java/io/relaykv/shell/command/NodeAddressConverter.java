package io.relaykv.shell.command;

import io.relaykv.client.NodeAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code host:port} on the command line. */
final class NodeAddressConverter implements ITypeConverter<NodeAddress> {
  @Override
  public NodeAddress convert(String text) {
    try {
      return NodeAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
