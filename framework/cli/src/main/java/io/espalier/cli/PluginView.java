package io.espalier.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.espalier.proto.PluginInfo;
import io.espalier.proto.PluginList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Plugins as JSON: the protobuf form, the same as on the bus and over HTTP. */
final class PluginView {
  private PluginView() {}

  static JsonNode of(List<PluginInfo> plugins) {
    try {
      return new ObjectMapper()
          .readTree(
              JsonFormat.printer()
                  .alwaysPrintFieldsWithNoPresence()
                  .print(PluginList.newBuilder().addAllPlugins(plugins)));
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
