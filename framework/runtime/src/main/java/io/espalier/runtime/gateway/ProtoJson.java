package io.espalier.runtime.gateway;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;

/** The protobuf JSON mapping, as every client of the gateway gets it. */
final class ProtoJson {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();
  private static final JsonFormat.Parser PARSER = JsonFormat.parser();

  private ProtoJson() {}

  static String print(MessageOrBuilder message) {
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message without 'Any' always has a JSON form", e);
    }
  }

  /**
   * Reads a message into a builder.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if the text is another message's or no
   *     JSON
   */
  static <B extends Message.Builder> B parse(String json, B into) {
    try {
      PARSER.merge(json, into);
      return into;
    } catch (InvalidProtocolBufferException e) {
      throw new EspalierException(
          FailureCode.USAGE,
          "the body is no JSON of %s: %s"
              .formatted(into.getDescriptorForType().getName(), e.getMessage()),
          e);
    }
  }
}
