package io.relaykv.shell.command.cluster;

import io.relaykv.client.ClusterMember;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Members as rows, and what became of one. */
final class MemberView {
  static final String[] HEADINGS = {
    "NAME", "CLIENT ADDRESS", "PEER ADDRESS", "ROLE", "LAG", "SILENT"
  };

  private MemberView() {}

  static Row row(ClusterMember member) {
    String role = member.leads() ? "leader" : "follower";
    Map<String, String> members = new LinkedHashMap<>();
    members.put("name", JsonText.string(member.name()));
    members.put("clientAddress", JsonText.string(member.clientAddress()));
    members.put("peerAddress", JsonText.string(member.peerAddress()));
    members.put("role", JsonText.string(role));
    members.put("lag", Long.toString(member.lag()));
    members.put("silentMs", Long.toString(member.silent().toMillis()));
    return new Row(
        List.of(),
        JsonText.object(members),
        List.of(
            member.name(),
            member.clientAddress(),
            member.peerAddress(),
            role,
            Long.toString(member.lag()),
            member.leads() ? "" : member.silent().toMillis() + " ms"));
  }

  /** What was done to one. */
  static Row result(String name, String result) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("name", JsonText.string(name));
    members.put("result", JsonText.string(result));
    return new Row(List.of(), JsonText.object(members), List.of(name, result));
  }
}
