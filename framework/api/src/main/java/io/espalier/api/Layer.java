package io.espalier.api;

/**
 * A node with a prunable weight: Conv, ConvTranspose, Gemm, or MatMul with a constant operand.
 *
 * @param name the node's name
 * @param type the node's operator
 * @param weight name of the weight tensor
 * @param shape shape of the weight tensor
 */
public record Layer(String name, String type, String weight, Shape shape) {}
