package io.espalier.plugins.idxdata;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 over idx files. */
final class Sha256 {
  private Sha256() {}

  /** The sum over the decompressed files in the given order, hexadecimal. */
  static String of(IdxArray... arrays) {
    return of(List.of(), arrays);
  }

  /** The same with the numbers of a form that samples are brought into. */
  static String of(List<Integer> form, IdxArray... arrays) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (IdxArray array : arrays) {
        array.digest(digest);
      }
      for (int number : form) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
