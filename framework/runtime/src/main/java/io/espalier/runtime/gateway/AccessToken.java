package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that clients of a gateway have to know. Never printed; compared in a time that does
 * not depend on what a client guessed.
 */
public final class AccessToken {
  /** The fewest characters of a token: what can be guessed protects nothing. */
  public static final int FEWEST_CHARACTERS = 16;

  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] digest;
  private final String session;

  private AccessToken(String secret) {
    this.digest = keyed(secret, "token");
    this.session = HexFormat.of().formatHex(keyed(secret, "session"));
  }

  /**
   * A token from its text.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if it is too short or has other
   *     characters than visible ASCII, which headers cannot carry
   */
  public static AccessToken of(String secret) {
    if (secret.length() < FEWEST_CHARACTERS) {
      throw new EspalierException(
          FailureCode.USAGE,
          "the token has %d characters (allowed: at least %d); 'openssl rand -hex 24' makes a good one"
              .formatted(secret.length(), FEWEST_CHARACTERS));
    }
    if (!secret.chars().allMatch(character -> character > ' ' && character <= '~')) {
      throw new EspalierException(
          FailureCode.USAGE, "the token may only have visible ASCII characters and no space");
    }
    return new AccessToken(secret);
  }

  /**
   * A token from a file, which holds nothing else; white space around it does not count.
   *
   * @throws EspalierException if the file cannot be read or holds no token
   */
  public static AccessToken read(Path file) {
    try {
      return of(Files.readString(file).strip());
    } catch (IOException e) {
      throw EspalierException.cannot("read the token from", file, e);
    }
  }

  /** Whether a client knows the token. */
  boolean isKnown(String guess) {
    return MessageDigest.isEqual(digest, keyed(guess, "token"));
  }

  /** What a browser gets to keep in its place: made from the token, but does not tell it. */
  String session() {
    return session;
  }

  /** Whether a browser has what {@link #session} gave it. */
  boolean isSession(String guess) {
    return MessageDigest.isEqual(
        session.getBytes(StandardCharsets.US_ASCII), guess.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] keyed(String secret, String purpose) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      byte[] key = secret.getBytes(StandardCharsets.UTF_8);
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, ALGORITHM));
      return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "AccessToken[…]";
  }
}
