"""Clusters the floats of a file as often as lines come in; prints seconds and objective each time."""
import sys
import time

import numpy
from sklearn.cluster import KMeans

values = numpy.fromfile(sys.argv[1], dtype="<f4").reshape(-1, 1)
clusters = int(sys.argv[2])
for seed in sys.stdin:
    model = KMeans(
        n_clusters=clusters, init="k-means++", n_init=1, algorithm="lloyd", random_state=int(seed)
    )
    began = time.perf_counter()
    model.fit(values)
    seconds = time.perf_counter() - began
    centroids = numpy.sort(model.cluster_centers_[:, 0].astype(numpy.float64))
    exact = values[:, 0].astype(numpy.float64)
    nearest = numpy.searchsorted((centroids[1:] + centroids[:-1]) / 2, exact)
    objective = float(((exact - centroids[nearest]) ** 2).sum())
    print(seconds, objective, model.n_iter_, flush=True)
