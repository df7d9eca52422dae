package io.espalier.plugins.idxdata;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over idx files. */
final class Sha256 {
  private Sha256() {}

  /** The sum over the decompressed files in the given order, hexadecimal. */
  static String of(IdxArray... arrays) {
    return of(0, arrays);
  }

  /** The same for arrays that are scaled to another size, or to none if it is 0. */
  static String of(int size, IdxArray... arrays) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (IdxArray array : arrays) {
        array.digest(digest);
      }
      if (size > 0) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(size).array());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
