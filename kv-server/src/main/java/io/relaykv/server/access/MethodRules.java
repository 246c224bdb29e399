package io.relaykv.server.access;

import io.grpc.MethodDescriptor;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.KvGrpc;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which key each method of the client port demands. A method that is not listed is not served. */
final class MethodRules {
  private static final Map<String, KeyKind> RULES = new HashMap<>();

  static {
    rule(KvGrpc.getSessionMethod(), KeyKind.ACCOUNT);
    rule(AdminGrpc.getStatusMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getCreateAccountMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getListAccountsMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getShowAccountMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getDeleteAccountMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getCreateApiKeyMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getListApiKeysMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getSetApiKeyEnabledMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getDeleteApiKeyMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getStartCheckMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getListMembersMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getAddMemberMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getRemoveMemberMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getTransferLeadershipMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getSetLogLevelMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getCreateBackupMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getBeginRestoreMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getRestoreRowsMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getFinishRestoreMethod(), KeyKind.ADMIN);
    rule(AdminGrpc.getFinalizeUpgradeMethod(), KeyKind.ADMIN);
  }

  private MethodRules() {}

  private static void rule(MethodDescriptor<?, ?> method, KeyKind kind) {
    RULES.put(method.getFullMethodName(), kind);
  }

  static Optional<KeyKind> of(MethodDescriptor<?, ?> method) {
    return Optional.ofNullable(RULES.get(method.getFullMethodName()));
  }
}
