package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.proto.onnx.StringStringEntryProto;
import io.espalier.proto.onnx.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxTensorsTest {
  private static final Place PLACE = new Place("m.onnx: tensor 'w'");

  private static TensorProto.Builder proto(DataType type, long... dims) {
    TensorProto.Builder proto = TensorProto.newBuilder().setName("w").setDataType(type.code());
    for (long dim : dims) {
      proto.addDims(dim);
    }
    return proto;
  }

  private static Tensor read(TensorProto.Builder proto) {
    return new OnnxTensors(Optional.empty()).read(proto.build(), "w", PLACE);
  }

  private static void assertRefused(TensorProto.Builder proto, String... words) {
    assertThatThrownBy(() -> read(proto))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessageStartingWith(PLACE.text())
        .hasMessageContainingAll(words);
  }

  private static String hex(Tensor tensor) {
    byte[] bytes = new byte[tensor.bytes().remaining()];
    tensor.bytes().get(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void readsRawData() {
    ByteString raw = ByteString.copyFrom(HexFormat.of().parseHex("0000803f000000c0"));

    assertThat(read(proto(DataType.FLOAT, 2).setRawData(raw)))
        .isEqualTo(Tensor.ofFloats("w", Shape.of(2), 1, -2));
  }

  @Test
  void readsFloats() {
    assertThat(read(proto(DataType.FLOAT, 2).addFloatData(1).addFloatData(-2)))
        .isEqualTo(Tensor.ofFloats("w", Shape.of(2), 1, -2));
  }

  @Test
  void readsDoubles() {
    assertThat(hex(read(proto(DataType.DOUBLE, 1).addDoubleData(1)))).isEqualTo("000000000000f03f");
  }

  @Test
  void readsLongs() {
    assertThat(read(proto(DataType.INT64, 2).addInt64Data(-1).addInt64Data(1L << 40)))
        .isEqualTo(Tensor.ofLongs("w", Shape.of(2), -1, 1L << 40));
  }

  @Test
  void readsUnsignedLongs() {
    assertThat(hex(read(proto(DataType.UINT64, 1).addUint64Data(-2))))
        .isEqualTo("feffffffffffffff");
  }

  @Test
  void readsUnsignedInts() {
    assertThat(hex(read(proto(DataType.UINT32, 1).addUint64Data(0xffff_fffeL))))
        .isEqualTo("feffffff");
  }

  @ParameterizedTest
  @EnumSource(names = {"INT32", "INT16", "UINT16", "INT8", "UINT8", "BOOL", "FLOAT16", "BFLOAT16"})
  void readsSmallTypesFromTheIntField(DataType type) {
    Tensor tensor = read(proto(type, 2).addInt32Data(1).addInt32Data(0));

    assertThat(hex(tensor)).isEqualTo("01" + "00".repeat(2 * type.bytes() - 1));
  }

  @Test
  void readsNegativeSmallValues() {
    assertThat(hex(read(proto(DataType.INT8, 1).addInt32Data(-2)))).isEqualTo("fe");
    assertThat(hex(read(proto(DataType.INT16, 1).addInt32Data(-2)))).isEqualTo("feff");
  }

  @ParameterizedTest
  @EnumSource(names = {"INT16", "UINT16", "INT8", "UINT8", "BOOL", "FLOAT16"})
  void refusesValuesThatDoNotFit(DataType type) {
    assertRefused(proto(type, 1).addInt32Data(70_000), "70000", type.toString());
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void readsEmptyTensors(DataType type) {
    assertThat(read(proto(type, 0, 4)).size()).isZero();
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void refusesAWrongNumberOfRawBytes(DataType type) {
    ByteString raw = ByteString.copyFrom(new byte[2 * type.bytes() + 1]);

    assertRefused(proto(type, 2).setRawData(raw), 2 * type.bytes() + " bytes", "has " + raw.size());
  }

  @Test
  void refusesAWrongNumberOfValues() {
    assertRefused(proto(DataType.FLOAT, 3).addFloatData(1), "3 values in float_data", "has 1");
  }

  @Test
  void refusesValuesInAnotherField() {
    assertRefused(
        proto(DataType.FLOAT, 1).addInt64Data(1), "1 values in float_data", "1 in other fields");
  }

  @Test
  void refusesMissingData() {
    assertRefused(proto(DataType.FLOAT, 3), "needs 12 bytes", "has 0");
  }

  @Test
  void refusesDataTwice() {
    assertRefused(
        proto(DataType.UINT8, 1).addInt32Data(1).setRawData(ByteString.copyFromUtf8("a")), "both");
  }

  @Test
  void refusesNegativeExtents() {
    assertRefused(proto(DataType.FLOAT, 2, -1), "negative extent", "[2, -1]");
  }

  @Test
  void refusesHugeExtents() {
    assertRefused(proto(DataType.FLOAT, 1L << 40, 1L << 40), "too large");
    assertRefused(proto(DataType.FLOAT, 1L << 30), "larger than 2 GiB");
  }

  @Test
  void refusesUnknownElementTypes() {
    assertRefused(proto(DataType.FLOAT, 1).setDataType(99), "element type", "99");
    assertRefused(proto(DataType.FLOAT, 1).setDataType(22), "int4");
    assertRefused(proto(DataType.FLOAT, 1).clearDataType(), "element type", "0");
  }

  private static TensorProto.Builder external(String location, String offset, String length) {
    return proto(DataType.FLOAT, 2)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", offset))
        .addExternalData(entry("length", length));
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  @Test
  void readsExternalDataAtItsOffset(@TempDir Path folder) throws IOException {
    byte[] content = HexFormat.of().parseHex("ff0000803f000000c0ff");
    Files.createDirectory(folder.resolve("sub"));
    Files.write(folder.resolve("sub/w.bin"), content);

    Tensor tensor =
        new OnnxTensors(Optional.of(folder))
            .read(external("sub/w.bin", "1", "8").build(), "w", PLACE);

    assertThat(tensor).isEqualTo(Tensor.ofFloats("w", Shape.of(2), 1, -2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../w.bin", "a/../../w.bin", "/etc/passwd", "C:\\w.bin", "..\\w.bin"})
  void refusesExternalDataOutsideTheFolder(String location, @TempDir Path folder) {
    assertExternalRefused(folder, external(location, "0", "8"), location, "outside");
  }

  @Test
  void refusesExternalDataThatIsMissing(@TempDir Path folder) {
    assertExternalRefused(folder, external("w.bin", "0", "8"), "w.bin", "does not exist");
  }

  @Test
  void refusesExternalDataThatIsTooShort(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("w.bin"), new byte[11]);

    assertExternalRefused(folder, external("w.bin", "4", "8"), "8 bytes at 4 of 'w.bin'", "has 11");
    assertExternalRefused(
        folder, external("w.bin", "9223372036854775807", "8"), "8 bytes at 9223372036854775807");
  }

  @Test
  void refusesExternalDataOfAnotherLength(@TempDir Path folder) {
    assertExternalRefused(folder, external("w.bin", "0", "12"), "needs 8 bytes", "length 12");
  }

  @Test
  void refusesExternalDataWithBrokenNumbers(@TempDir Path folder) {
    assertExternalRefused(folder, external("w.bin", "-4", "8"), "offset -4");
    assertExternalRefused(folder, external("w.bin", "0", "many"), "length 'many'");
  }

  @Test
  void refusesExternalDataWhereThereIsNoFolder() {
    assertRefused(external("w.bin", "0", "8"), "'w.bin'", "cannot be reached");
  }

  private static void assertExternalRefused(
      Path folder, TensorProto.Builder proto, String... words) {
    assertThatThrownBy(() -> new OnnxTensors(Optional.of(folder)).read(proto.build(), "w", PLACE))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith(PLACE.text())
        .hasMessageContainingAll(words);
  }
}
