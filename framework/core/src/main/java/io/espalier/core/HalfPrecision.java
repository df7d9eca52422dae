package io.espalier.core;

/**
 * The 16-bit floating-point formats: binary16 of IEEE 754, and bfloat16, the upper half of a float.
 */
final class HalfPrecision {
  private static final int FRACTION = 10;
  private static final int DROPPED = 23 - FRACTION;
  private static final int BIAS = 127 - 15;
  private static final int INFINITE = 0x7c00;

  private HalfPrecision() {}

  /** The number that 16 bits of binary16 stand for. */
  static float decode(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> FRACTION) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float small = fraction * 0x1p-24f;
      return sign == 0 ? small : -small;
    }
    int wide = exponent == 0x1f ? 0xff : exponent + BIAS;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << DROPPED);
  }

  /** The nearest binary16, ties to even; too large a number becomes infinite. */
  static short encode(float value) {
    int bits = Float.floatToIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    if (Float.isNaN(value)) {
      return (short) (sign | INFINITE | 1 << (FRACTION - 1));
    }
    double size = Math.abs((double) value);
    int exponent = Math.max(-14, size == 0 ? -14 : Math.getExponent(size));
    double steps = Math.rint(size * Math.pow(2, FRACTION - exponent));
    if (!(size < 0x1p16) || steps * Math.pow(2, exponent - FRACTION) >= 0x1p16) {
      return (short) (sign | INFINITE);
    }
    return (short) (sign | ((exponent + 14) << FRACTION) + (int) steps);
  }

  /** The nearest bfloat16, ties to even. */
  static short encodeBrain(float value) {
    int bits = Float.floatToIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }
}
