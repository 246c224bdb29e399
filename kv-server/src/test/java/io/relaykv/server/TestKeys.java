package io.relaykv.server;

import com.google.protobuf.ByteString;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.relaykv.protocol.ApiKeyText;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.ApiKeyInfo;
import io.relaykv.protocol.v1.CreateAccountRequest;
import io.relaykv.protocol.v1.CreateApiKeyRequest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** Keys for nodes under test. */
final class TestKeys {
  private static final byte[] SECRET = new byte[ApiKeyText.SECRET_BYTES];

  /** Its hash stands in {@link NodeSettings}. */
  static final ApiKeyText ADMIN = ApiKeyText.of(ApiKeyText.ADMIN, SECRET);

  static final String ADMIN_SHA256 = HexFormat.of().formatHex(ADMIN.secretSha256());

  private TestKeys() {}

  /** Makes an account at the node that leads, with an API key that may read and write. */
  static ApiKeyText create(int port, String account) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    try {
      AdminGrpc.AdminBlockingStub admin =
          AdminGrpc.newBlockingStub(channel)
              .withInterceptors(showing(ADMIN.reveal()))
              .withDeadlineAfter(10, TimeUnit.SECONDS);
      var unused = admin.createAccount(CreateAccountRequest.newBuilder().setName(account).build());
      ApiKeyInfo made =
          admin.createApiKey(
              CreateApiKeyRequest.newBuilder()
                  .setAccount(account)
                  .setSecretSha256(ByteString.copyFrom(ApiKeyText.sha256(SECRET)))
                  .setRead(true)
                  .setWrite(true)
                  .build());
      return ApiKeyText.of(Long.toString(made.getId()), SECRET);
    } finally {
      channel.shutdownNow();
    }
  }

  /** Makes calls show this key. */
  static ClientInterceptor showing(String key) {
    Metadata metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
    return MetadataUtils.newAttachHeadersInterceptor(metadata);
  }
}
