package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import java.util.List;

/** The networks that Espalier can make itself, for those who come without a model file. */
public final class ModelBuilders {
  private static final List<BuiltInModel> MODELS =
      List.of(
          new BuiltInModel(
              "fashion-cnn",
              "3 convolutions and a wide dense layer, for Fashion-MNIST",
              15_876_874,
              FashionCnn.DEFAULTS,
              FashionCnn::build),
          new BuiltInModel(
              "lenet-5", "LeNet-5, LeCun et al. 1998", 61_706, LeNet5.DEFAULTS, LeNet5::build),
          new BuiltInModel(
              "mlp",
              "perceptron 784-1024-1024-10",
              1_863_690,
              Perceptron.DEFAULTS,
              Perceptron::build),
          new BuiltInModel(
              "mobilenet-v2",
              "MobileNetV2, Sandler et al. 2018",
              3_504_872,
              MobileNetV2.DEFAULTS,
              MobileNetV2::build),
          new BuiltInModel(
              "resnet-18",
              "ResNet-18 for ImageNet, He et al. 2015",
              11_689_512,
              ResNet.DEFAULTS,
              ResNet::build18),
          new BuiltInModel(
              "resnet-18-cifar",
              "ResNet-18 with a 3x3 stem, for CIFAR",
              11_173_962,
              ResNet.CIFAR_DEFAULTS,
              ResNet::build18ForCifar),
          new BuiltInModel(
              "resnet-20",
              "ResNet-20 for CIFAR, He et al. 2015",
              269_722,
              CifarResNet.DEFAULTS,
              CifarResNet::build20),
          new BuiltInModel(
              "resnet-56",
              "ResNet-56 for CIFAR, He et al. 2015",
              853_018,
              CifarResNet.DEFAULTS,
              CifarResNet::build56),
          new BuiltInModel(
              "tutorial-cnn",
              "1 convolution and a dense layer",
              20_410,
              TutorialCnn.DEFAULTS,
              TutorialCnn::build),
          new BuiltInModel(
              "vgg-16",
              "VGG-16, Simonyan and Zisserman 2015",
              138_357_544,
              Vgg16.DEFAULTS,
              Vgg16::build),
          new BuiltInModel(
              "vit-tiny",
              "vision transformer for small images, Dosovitskiy et al. 2021",
              5_362_378,
              VisionTransformer.DEFAULTS,
              VisionTransformer::build));

  private ModelBuilders() {}

  /** What can be built, sorted by name. */
  public static List<BuiltInModel> models() {
    return MODELS;
  }

  /** The names of what can be built, sorted. */
  public static List<String> names() {
    return MODELS.stream().map(BuiltInModel::name).toList();
  }

  /**
   * Finds a built-in network.
   *
   * @param name one of {@link #names}
   * @throws EspalierException ({@link FailureCode#NOT_FOUND}) for another name
   */
  public static BuiltInModel model(String name) {
    return MODELS.stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new EspalierException(
                    FailureCode.NOT_FOUND,
                    "there is no built-in model '%s' (there are: %s)"
                        .formatted(name, String.join(", ", names()))));
  }

  /**
   * Builds an untrained network with its paper's classes and image size.
   *
   * @param name one of {@link #names}
   * @param seed the same seed gives the same bytes
   * @throws EspalierException ({@link FailureCode#NOT_FOUND}) for another name
   */
  public static Model build(String name, long seed) {
    BuiltInModel model = model(name);
    return model.build(seed, model.defaults());
  }
}
