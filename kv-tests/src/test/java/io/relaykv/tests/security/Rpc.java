package io.relaykv.tests.security;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.relaykv.protocol.backup.BackupEntry;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.backup.BackupRows;
import io.relaykv.protocol.v1.AddMemberRequest;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.Barrier;
import io.relaykv.protocol.v1.BeginRestoreRequest;
import io.relaykv.protocol.v1.CreateAccountRequest;
import io.relaykv.protocol.v1.CreateApiKeyRequest;
import io.relaykv.protocol.v1.CreateBackupRequest;
import io.relaykv.protocol.v1.Delete;
import io.relaykv.protocol.v1.DeleteAccountRequest;
import io.relaykv.protocol.v1.DeleteApiKeyRequest;
import io.relaykv.protocol.v1.FinalizeUpgradeRequest;
import io.relaykv.protocol.v1.FinishRestoreRequest;
import io.relaykv.protocol.v1.Get;
import io.relaykv.protocol.v1.Keys;
import io.relaykv.protocol.v1.ListAccountsRequest;
import io.relaykv.protocol.v1.ListApiKeysRequest;
import io.relaykv.protocol.v1.ListMembersRequest;
import io.relaykv.protocol.v1.Put;
import io.relaykv.protocol.v1.RemoveMemberRequest;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.RestoreRowsRequest;
import io.relaykv.protocol.v1.SetApiKeyEnabledRequest;
import io.relaykv.protocol.v1.SetLogLevelRequest;
import io.relaykv.protocol.v1.ShowAccountRequest;
import io.relaykv.protocol.v1.StartCheckRequest;
import io.relaykv.protocol.v1.StatusRequest;
import io.relaykv.protocol.v1.TransferLeadershipRequest;
import java.util.function.Function;

/** Everything that can be asked for on the client port, once. */
enum Rpc {
  GET_THERE(request(Request.newBuilder().setGet(Get.newBuilder().setKey(AccessMatrixIT.THERE)))),
  GET_MISSING(request(Request.newBuilder().setGet(Get.newBuilder().setKey("missing")))),
  KEYS(request(Request.newBuilder().setKeys(Keys.newBuilder().setPrefix("there")))),
  PUT(
      request(
          Request.newBuilder()
              .setPut(
                  Put.newBuilder()
                      .setKey(AccessMatrixIT.WRITTEN)
                      .setValue(ByteString.copyFromUtf8("1"))))),
  DELETE(request(Request.newBuilder().setDelete(Delete.newBuilder().setKey("gone")))),
  BARRIER(request(Request.newBuilder().setBarrier(Barrier.getDefaultInstance()))),
  STATUS(AdminGrpc.getStatusMethod(), StatusRequest.getDefaultInstance(), "OK"),
  CREATE_ACCOUNT(
      AdminGrpc.getCreateAccountMethod(),
      CreateAccountRequest.newBuilder().setName("test").build(),
      "ALREADY_EXISTS"),
  LIST_ACCOUNTS(AdminGrpc.getListAccountsMethod(), ListAccountsRequest.getDefaultInstance(), "OK"),
  SHOW_ACCOUNT(
      AdminGrpc.getShowAccountMethod(),
      ShowAccountRequest.newBuilder().setName("test").build(),
      "OK"),
  DELETE_ACCOUNT(
      AdminGrpc.getDeleteAccountMethod(),
      DeleteAccountRequest.newBuilder().setName("nobody").build(),
      "NOT_FOUND"),
  CREATE_API_KEY(
      AdminGrpc.getCreateApiKeyMethod(),
      CreateApiKeyRequest.newBuilder()
          .setAccount("nobody")
          .setRead(true)
          .setSecretSha256(ByteString.copyFrom(new byte[32]))
          .build(),
      "NOT_FOUND"),
  LIST_API_KEYS(AdminGrpc.getListApiKeysMethod(), ListApiKeysRequest.getDefaultInstance(), "OK"),
  SET_API_KEY_ENABLED(
      AdminGrpc.getSetApiKeyEnabledMethod(),
      SetApiKeyEnabledRequest.newBuilder().setId(999_999).build(),
      "NOT_FOUND"),
  DELETE_API_KEY(
      AdminGrpc.getDeleteApiKeyMethod(),
      DeleteApiKeyRequest.newBuilder().setId(999_999).build(),
      "NOT_FOUND"),
  START_CHECK(AdminGrpc.getStartCheckMethod(), StartCheckRequest.getDefaultInstance(), "OK"),
  LIST_MEMBERS(AdminGrpc.getListMembersMethod(), ListMembersRequest.getDefaultInstance(), "OK"),
  ADD_MEMBER(
      AdminGrpc.getAddMemberMethod(),
      AddMemberRequest.newBuilder()
          .setNodeId("n1")
          .setClientAddress("127.0.0.1:1")
          .setPeerAddress("127.0.0.1:2")
          .build(),
      "ABORTED"),
  REMOVE_MEMBER(
      AdminGrpc.getRemoveMemberMethod(),
      RemoveMemberRequest.newBuilder().setNodeId("nobody").build(),
      "OK"),
  TRANSFER_LEADERSHIP(
      AdminGrpc.getTransferLeadershipMethod(),
      TransferLeadershipRequest.newBuilder().setNodeId("nobody").build(),
      "ABORTED"),
  SET_LOG_LEVEL(
      AdminGrpc.getSetLogLevelMethod(),
      SetLogLevelRequest.newBuilder().setLevel(SetLogLevelRequest.Level.INFO).build(),
      "OK"),
  CREATE_BACKUP(AdminGrpc.getCreateBackupMethod(), CreateBackupRequest.getDefaultInstance(), "OK"),
  BEGIN_RESTORE(
      AdminGrpc.getBeginRestoreMethod(),
      BeginRestoreRequest.newBuilder()
          .setBackupSha256(ByteString.copyFrom(new byte[32]))
          .setHeader(BackupHeader.newBuilder().setFormatVersion(1))
          .build(),
      "ABORTED"),
  RESTORE_ROWS(
      AdminGrpc.getRestoreRowsMethod(),
      RestoreRowsRequest.newBuilder()
          .setRows(
              BackupRows.newBuilder()
                  .addEntries(
                      BackupEntry.newBuilder()
                          .setAccountId(1)
                          .setKey(AccessMatrixIT.WRITTEN)
                          .setValue(ByteString.copyFromUtf8("1"))))
          .build(),
      "ABORTED"),
  FINISH_RESTORE(
      AdminGrpc.getFinishRestoreMethod(), FinishRestoreRequest.getDefaultInstance(), "ABORTED"),
  FINALIZE_UPGRADE(
      AdminGrpc.getFinalizeUpgradeMethod(), FinalizeUpgradeRequest.getDefaultInstance(), "OK");

  /** What an operator gets for it at the leader; empty for what is no operator's. */
  final String forAdmin;

  @SuppressWarnings("ImmutableEnumChecker") // what it holds is never changed
  private final Function<RawCalls, String> call;

  Rpc(Function<RawCalls, String> call) {
    this.call = call;
    this.forAdmin = "";
  }

  <Q, P> Rpc(MethodDescriptor<Q, P> method, Q request, String forAdmin) {
    this.call = calls -> calls.call(method, request);
    this.forAdmin = forAdmin;
  }

  private static Function<RawCalls, String> request(Request.Builder request) {
    return calls -> calls.request(request.clone());
  }

  boolean isAdmin() {
    return !forAdmin.isEmpty();
  }

  /** Whether it concerns the node that is asked alone. */
  boolean isAnsweredByEveryNode() {
    return this == STATUS || this == SET_LOG_LEVEL;
  }

  boolean isRead() {
    return this == GET_THERE || this == GET_MISSING || this == KEYS;
  }

  String over(RawCalls calls) {
    return call.apply(calls);
  }
}
